"""The bootstrap interval of a bundle: the clusters of its calls, noted as they pass, drawn again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.domain.confidence import MILLION
from ledger.domain.scoring.clustered_intervals import bootstrap_interval
from ledger.domain.scoring.proportion_intervals import Interval
from ledger.domain.scoring.running_sums import ClusterScores, score
from ledger.domain.scoring.units import event_of
from ledger.queries.calls import Call

RESAMPLES, SEED = 1_000, 1
MOST = 2_000  # clusters: to draw from more would take longer than a person waits for a download


class Clusters:
    """Sums of scores by cluster, as far as there are so few that they are drawn from; else none are kept."""

    def __init__(self, clusters: int) -> None:
        self.resamples = RESAMPLES if 1 < clusters <= MOST else 0
        self._found: dict[int, ClusterScores] = {}

    def noting(self, calls: Iterable[Call]) -> Iterator[Call]:
        """The same calls, their scores added to their clusters as they pass."""
        for call in calls:
            event = event_of(call.status)
            if self.resamples and call.counted and event is not None and call.mid is not None:
                one = ClusterScores(1, score(round(call.mid * MILLION), event))
                self._found[call.cluster] = self._found.get(call.cluster, ClusterScores()) + one
            yield call

    def interval(self) -> Interval | None:
        """The 95% interval, clusters drawn in the order of their numbers; None where there are too few or too many."""
        clusters = [(one.scores / MILLION, one.n) for _, one in sorted(self._found.items())]
        return bootstrap_interval(clusters, resamples=self.resamples, seed=SEED) if self.resamples else None
