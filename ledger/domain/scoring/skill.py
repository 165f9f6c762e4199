"""Skill: how much better a score is than a reference score on the same claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from ledger.domain.scoring.clustered_intervals import robust_interval, sum_clusters
from ledger.domain.scoring.proportion_intervals import LEVEL, Interval


def skill(score: float | None, reference: float | None) -> float | None:
    """Skill score 1 - score/reference, for scores where lower is better and 0 is perfect: 1 at best, 0 for no gain.

    Below 0 the reference is better. None where either is unknown, or the reference is perfect and cannot be improved.
    Source: Murphy 1988, Monthly Weather Review 116.
    """
    return None if score is None or not reference else 1 - score / reference


@dataclass(frozen=True)
class Difference:
    """The mean difference of two scores over claims that both forecast; below 0 the first is better."""

    n: int
    mean: float
    interval: Interval | None


def paired_difference(
    pairs: Sequence[tuple[float, float]], clusters: Sequence[object] | None = None, level: float = LEVEL
) -> Difference | None:
    """The mean of first minus second score over pairs, with a cluster-robust interval; None without pairs.

    Without `clusters`, each pair is a cluster. Raises ValueError where there are not as many clusters as pairs.
    """
    if not pairs:
        return None
    of = range(len(pairs)) if clusters is None else clusters
    sums: dict[object, tuple[float, float]] = {}
    for (one, other), cluster in zip(pairs, of, strict=True):
        total, n = sums.get(cluster, (0.0, 0.0))
        sums[cluster] = total + one - other, n + 1
    interval = robust_interval(sum_clusters(list(sums.values())), level)
    return Difference(len(pairs), fsum(one - other for one, other in pairs) / len(pairs), interval)


def peer_skill(own: float, peers: Mapping[object, float]) -> float | None:
    """The mean score of the peers on a claim minus one's own: above 0 is better. None without peers."""
    return fsum(peers.values()) / len(peers) - own if peers else None
