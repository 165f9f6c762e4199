"""Piles: forecasts put together one by one, as tallies count them; all of them, and those of each year and topic."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ledger.domain.scoring.cluster_sums import RunningSums, score
from ledger.domain.scoring.tally import Cell, Tally
from ledger.domain.scoring.units import NO_NUMBER, event_of


class Pile:
    """Forecasts by cell, and the scores of those that are scored by cluster."""

    def __init__(self) -> None:
        self._cells: Counter[Cell] = Counter()
        self._clusters: dict[int, tuple[int, int]] = {}  # how many, and the sum of their scores in units of 1e-6

    def add(self, cell: Cell, cluster: int) -> None:
        """Put one more on it. Its cell has a month only where that is still to come."""
        self._cells[cell] += 1
        event = event_of(cell.status)
        if event is not None and cell.mid != NO_NUMBER and not cell.month:
            n, scores = self._clusters.get(cluster, (0, 0))
            self._clusters[cluster] = n + 1, scores + score(cell.mid, event)

    @property
    def tally(self) -> Tally:
        """All that a scorecard of it is computed from."""
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


class Piles:
    """All of some forecasts, and the same by year and by topic; what is under several topics is with each."""

    def __init__(self) -> None:
        self.whole = Pile()
        self.years: defaultdict[str, Pile] = defaultdict(Pile)
        self.topics: defaultdict[str, Pile] = defaultdict(Pile)

    def add(self, cell: Cell, cluster: int, year: str, topics: Iterable[str]) -> None:
        """Put one more where it belongs; its year and its topics are said as scopes have them."""
        for pile in (self.whole, self.years[year], *(self.topics[topic] for topic in topics)):
            pile.add(cell, cluster)
