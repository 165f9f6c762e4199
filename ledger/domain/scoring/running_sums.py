"""Running sums over clusters, in whole numbers, from which the interval of a mean Brier score is computed.

Forecasts on parts of one whole are not independent, nor are those of several claimants on one claim. All of them within
a scope are a cluster. With S the sum of a cluster's Brier scores and m their number, the interval needs only Σ1, Σm,
ΣS, ΣS², ΣS·m and Σm². So each sum is increased as a cluster grows, and decreased as it shrinks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.domain.confidence import MILLION
from ledger.domain.scoring.brier import squared_error


@dataclass(frozen=True)
class RunningSums:
    """Sums over clusters: scores and products in units of 1e-6, squares in units of 1e-12."""

    clusters: int = 0
    n: int = 0
    scores: int = 0
    squares: int = 0
    products: int = 0
    sizes: int = 0

    def __add__(self, other: RunningSums) -> RunningSums:
        return RunningSums(*(mine + theirs for mine, theirs in zip(self._all, other._all, strict=True)))

    def __sub__(self, other: RunningSums) -> RunningSums:
        return RunningSums(*(mine - theirs for mine, theirs in zip(self._all, other._all, strict=True)))

    @property
    def _all(self) -> tuple[int, int, int, int, int, int]:
        return self.clusters, self.n, self.scores, self.squares, self.products, self.sizes


@dataclass(frozen=True)
class ClusterScores:
    """One cluster: the number of its forecasts, and the sum of their Brier scores in units of 1e-6."""

    n: int = 0
    scores: int = 0

    def __add__(self, other: ClusterScores) -> ClusterScores:
        return ClusterScores(self.n + other.n, self.scores + other.scores)

    def __sub__(self, other: ClusterScores) -> ClusterScores:
        return ClusterScores(self.n - other.n, self.scores - other.scores)


def score(mid: int, event: int) -> int:
    """The Brier score in units of 1e-6 of a forecast in millionths. Each is rounded, so that sums are exact."""
    return (squared_error(mid, event) + MILLION // 2) // MILLION


def by_month(cluster: Mapping[str, ClusterScores]) -> dict[str, RunningSums]:
    """What a cluster adds to the sums in each month, given its forecasts by the month from which they count.

    The sum over all months up to now is what the cluster as a whole adds now. So forecasts that are judged early join
    their cluster by the calendar, without a write: "within one, two and three years", true at once, becomes one
    cluster of three forecasts, not three clusters.
    """
    so_far, before = ClusterScores(), RunningSums()
    added = {}
    for month, scored in sorted(cluster.items()):
        so_far += scored
        whole = of_cluster(so_far)
        added[month] = whole - before
        before = whole
    return added


def of_cluster(scored: ClusterScores) -> RunningSums:
    """The sums over a single cluster."""
    n, scores = scored.n, scored.scores
    return RunningSums(1, n, scores, scores * scores, scores * n, n * n) if n else RunningSums()
