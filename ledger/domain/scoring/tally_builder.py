"""Building tallies one forecast at a time: one of all forecasts, and one for each year and topic."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ledger.domain.scoring.running_sums import RunningSums, score
from ledger.domain.scoring.tally import Cell, Tally
from ledger.domain.scoring.units import NO_NUMBER, event_of


class TallyBuilder:
    """Builds one tally: counts forecasts by cell, and sums the scores of the scored ones by cluster."""

    def __init__(self) -> None:
        self._cells: Counter[Cell] = Counter()
        self._clusters: dict[int, tuple[int, int]] = {}  # number of forecasts, and sum of scores in units of 1e-6

    def add(self, cell: Cell, cluster: int) -> None:
        """Count one more forecast. Its cell has a month only if that month is in the future."""
        self._cells[cell] += 1
        event = event_of(cell.status)
        if event is not None and cell.mid != NO_NUMBER and not cell.month:
            n, scores = self._clusters.get(cluster, (0, 0))
            self._clusters[cluster] = n + 1, scores + score(cell.mid, event)

    @property
    def tally(self) -> Tally:
        """The tally of all forecasts that were added."""
        alike = self._clusters.values()
        running = RunningSums(
            clusters=len(alike),
            n=sum(n for n, _ in alike),
            scores=sum(scores for _, scores in alike),
            squares=sum(scores * scores for _, scores in alike),
            products=sum(scores * n for n, scores in alike),
            sizes=sum(n * n for n, _ in alike),
        )
        return Tally(dict(self._cells), running)


class TallyBuilders:
    """Builds the tally of all forecasts and those by year and by topic. A forecast counts in each of its topics."""

    def __init__(self) -> None:
        self.whole = TallyBuilder()
        self.years: defaultdict[str, TallyBuilder] = defaultdict(TallyBuilder)
        self.topics: defaultdict[str, TallyBuilder] = defaultdict(TallyBuilder)

    def add(self, cell: Cell, cluster: int, year: str, topics: Iterable[str]) -> None:
        """Count one more forecast in each tally it belongs to. Year and topics are spelled as in scope keys."""
        for builder in (self.whole, self.years[year], *(self.topics[topic] for topic in topics)):
            builder.add(cell, cluster)
