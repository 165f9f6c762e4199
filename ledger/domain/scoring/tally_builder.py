"""Tallies built up one forecast at a time: of all of them, and of those of each year and topic."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ledger.domain.scoring.running_sums import RunningSums, score
from ledger.domain.scoring.tally import Cell, Tally
from ledger.domain.scoring.units import NO_NUMBER, event_of


class TallyBuilder:
    """One tally being built: forecasts counted by cell, and the scores of the scored ones summed by cluster."""

    def __init__(self) -> None:
        self._cells: Counter[Cell] = Counter()
        self._clusters: dict[int, tuple[int, int]] = {}  # how many, and the sum of their scores in units of 1e-6

    def add(self, cell: Cell, cluster: int) -> None:
        """Count one more forecast. Its cell has a month only where that is still to come."""
        self._cells[cell] += 1
        event = event_of(cell.status)
        if event is not None and cell.mid != NO_NUMBER and not cell.month:
            n, scores = self._clusters.get(cluster, (0, 0))
            self._clusters[cluster] = n + 1, scores + score(cell.mid, event)

    @property
    def tally(self) -> Tally:
        """The tally of all that were added."""
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
    """The tallies of some forecasts: of all, and by year and by topic. One under several topics counts in each."""

    def __init__(self) -> None:
        self.whole = TallyBuilder()
        self.years: defaultdict[str, TallyBuilder] = defaultdict(TallyBuilder)
        self.topics: defaultdict[str, TallyBuilder] = defaultdict(TallyBuilder)

    def add(self, cell: Cell, cluster: int, year: str, topics: Iterable[str]) -> None:
        """Count one more forecast in each tally it belongs to; year and topics are written as in scope keys."""
        for builder in (self.whole, self.years[year], *(self.topics[topic] for topic in topics)):
            builder.add(cell, cluster)
