"""Confidence intervals for a mean score of forecasts in clusters, which are right or wrong together.

Three horizons of one statement are not three independent observations. Counted as such they make intervals too narrow
(2.1 times, measured). A cluster is a whole with all its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from random import Random
from statistics import NormalDist

from ledger.domain.scoring.proportion_intervals import LEVEL, Interval

ALIKE = 1e-12  # of Σ S²: a spread up to this is rounding error, and counts as none


@dataclass(frozen=True)
class ClusterSums:
    """Sums over clusters, which can be added. S is the sum of a cluster's scores, m the number of its forecasts."""

    clusters: int = 0
    n: float = 0.0  # Σ m
    scores: float = 0.0  # Σ S
    squares: float = 0.0  # Σ S²
    products: float = 0.0  # Σ S·m
    sizes: float = 0.0  # Σ m²

    def __add__(self, other: ClusterSums) -> ClusterSums:
        return ClusterSums(
            self.clusters + other.clusters,
            self.n + other.n,
            self.scores + other.scores,
            self.squares + other.squares,
            self.products + other.products,
            self.sizes + other.sizes,
        )


def sum_clusters(clusters: Sequence[tuple[float, float]]) -> ClusterSums:
    """The sums over clusters, each given as (sum of scores, number of forecasts)."""
    return ClusterSums(
        len(clusters),
        fsum(m for _, m in clusters),
        fsum(s for s, _ in clusters),
        fsum(s * s for s, _ in clusters),
        fsum(s * m for s, m in clusters),
        fsum(m * m for _, m in clusters),
    )


def robust_interval(sums: ClusterSums, level: float = LEVEL) -> Interval | None:
    """Cluster-robust normal interval for the mean score, in its units.

    None with fewer than two clusters, and where all scores are equal: without variation nothing is known about the
    error of the mean, and an interval of width 0 would claim certainty.

    Variance C/(C-1) · Σ (S - m·mean)² / n², from running sums. Source: Liang and Zeger 1986, Biometrika 73, for a
    mean; the small-sample factor is that of Stata and statsmodels.
    """
    if sums.clusters < 2 or not sums.n:
        return None
    mean = sums.scores / sums.n
    spread = max(fsum((sums.squares, -2 * mean * sums.products, mean * mean * sums.sizes)), 0.0)
    if spread <= ALIKE * sums.squares:
        return None
    half = NormalDist().inv_cdf((1 + level) / 2) * sqrt(sums.clusters / (sums.clusters - 1) * spread) / sums.n
    return mean - half, mean + half


def brier_interval(sums: ClusterSums) -> Interval | None:
    """The same at 95% for a mean Brier score, cut off at 0 and 1, since with few forecasts it can reach beyond."""
    interval = robust_interval(sums)
    return interval and (max(interval[0], 0.0), min(interval[1], 1.0))


def bootstrap_interval(
    clusters: Sequence[tuple[float, float]], *, resamples: int, seed: int, level: float = LEVEL
) -> Interval | None:
    """Percentile bootstrap interval for the mean score, resampling whole clusters; None with fewer than two.

    The same seed gives the same interval. Source: Efron and Tibshirani 1993, chapter 13; by cluster: Davison and
    Hinkley 1997, section 3.8. Raises ValueError without resamples.
    """
    if resamples < 1:
        raise ValueError("an interval by resampling needs at least one resample")
    if len(clusters) < 2:
        return None
    draw = Random(seed)  # noqa: S311 # reproducible by design
    means = []
    for _ in range(resamples):
        drawn = draw.choices(clusters, k=len(clusters))
        n = fsum(m for _, m in drawn)
        if n:
            means.append(fsum(s for s, _ in drawn) / n)
    return quantile(means := sorted(means), (1 - level) / 2), quantile(means, (1 + level) / 2)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile of ascending values at this share (0-1), interpolated (type 7 of Hyndman and Fan 1996)."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
