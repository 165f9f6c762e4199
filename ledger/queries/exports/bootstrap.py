"""The bootstrap interval of a bundle: clusters are summed while calls are written, then resampled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.domain.confidence import MILLION
from ledger.domain.scoring.clustered_intervals import bootstrap_interval
from ledger.domain.scoring.proportion_intervals import Interval
from ledger.domain.scoring.running_sums import ClusterScores, score
from ledger.domain.scoring.units import event_of
from ledger.queries.calls import Call

RESAMPLES, SEED = 1_000, 1
MOST = 2_000  # clusters: resampling more takes longer than a person waits for a download


class Clusters:
    """Sums of scores by cluster, kept only if there are few enough clusters to resample."""

    def __init__(self, clusters: int) -> None:
        self.resamples = RESAMPLES if 1 < clusters <= MOST else 0
        self._found: dict[int, ClusterScores] = {}

    def observe(self, calls: Iterable[Call]) -> Iterator[Call]:
        """Yield the same calls, adding the score of each to its cluster."""
        for call in calls:
            event = event_of(call.status)
            if self.resamples and call.counted and event is not None and call.mid is not None:
                one = ClusterScores(1, score(round(call.mid * MILLION), event))
                self._found[call.cluster] = self._found.get(call.cluster, ClusterScores()) + one
            yield call

    def interval(self) -> Interval | None:
        """The 95% interval, clusters sorted by number before resampling; None if there are too few or too many."""
        clusters = [(one.scores / MILLION, one.n) for _, one in sorted(self._found.items())]
        return bootstrap_interval(clusters, resamples=self.resamples, seed=SEED) if self.resamples else None
