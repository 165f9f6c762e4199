"""The summary of a set of forecasts of yes-or-no events: all scores and their decomposition."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from math import fsum
from operator import mul, sub

from ledger.domain.scoring.binary_scores import (
    CLIPPED_AT,
    impossible,
    mean_log_score,
    mean_log_score_clipped,
    mean_spherical,
)
from ledger.domain.scoring.calibration import Block, decompose_by, recalibrate
from ledger.domain.scoring.clustered_intervals import ClusterSums
from ledger.domain.scoring.discrimination import auc
from ledger.domain.scoring.grouped_forecasts import Grouped
from ledger.domain.scoring.proportion_intervals import Interval
from ledger.domain.scoring.skill import skill


@dataclass(frozen=True)
class Summary:
    """Scores of n forecasts, each None where it is undefined.

    Brier and its parts (mcb - dsc + unc) are 0-1, lower is better. Log scores are in nats, lower is better; one is
    infinite where an event with probability 0 happened. Spherical is 0-1, higher is better. Skill is relative to the
    base rate, 1 at best. `ci` is the 95% interval of the Brier score.
    """

    n: float
    base_rate: float | None
    brier: float | None
    log_score: float | None
    log_score_clipped: float | None
    impossible: float
    spherical: float | None
    mcb: float | None
    dsc: float | None
    unc: float | None
    auc: float | None
    skill: float | None
    ci: Interval | None
    calibration: tuple[Block, ...]


def summarise(grouped: Grouped, ci: Interval | None) -> Summary:
    """Score forecasts. The interval `ci` is an argument because it depends on clusters, which are not in `grouped`."""
    blocks = recalibrate(grouped)
    log_score = mean_log_score(grouped)
    far_from_ends = all(CLIPPED_AT <= p <= 1 - CLIPPED_AT for p in (*grouped.forecasts[:1], *grouped.forecasts[-1:]))
    parts = decompose_by(blocks, grouped)
    return Summary(
        n=grouped.n,
        base_rate=grouped.base_rate,
        brier=parts.mean if parts else None,
        log_score=log_score,
        log_score_clipped=log_score if far_from_ends else mean_log_score_clipped(grouped),
        impossible=impossible(grouped),
        spherical=mean_spherical(grouped),
        mcb=parts.mcb if parts else None,
        dsc=parts.dsc if parts else None,
        unc=parts.unc if parts else None,
        auc=auc(grouped),
        skill=skill(parts.mean, parts.unc) if parts else None,
        ci=ci,
        calibration=tuple(blocks),
    )


def unclustered_sums(grouped: Grouped) -> ClusterSums:
    """The sums of Brier scores where every forecast is its own cluster. For whole counts only, not for weights."""
    if grouped.singles:
        yes, no = grouped.singles
        one_off = list(map(sub, repeat(1.0), yes))
        single = [*map(mul, one_off, one_off), *map(mul, no, no)]
        return _each_a_cluster(grouped, fsum(single), fsum(map(mul, single, single)))
    if_so = [(1 - p) * (1 - p) for p in grouped.forecasts]
    if_not = [p * p for p in grouped.forecasts]
    did_not = list(map(sub, grouped.counts, grouped.events))
    scores = chain(map(mul, grouped.events, if_so), map(mul, did_not, if_not))
    squares = chain(map(mul, grouped.events, map(mul, if_so, if_so)), map(mul, did_not, map(mul, if_not, if_not)))
    return _each_a_cluster(grouped, fsum(scores), fsum(squares))


def _each_a_cluster(grouped: Grouped, total: float, squares: float) -> ClusterSums:
    return ClusterSums(int(grouped.n), grouped.n, total, squares, total, grouped.n)
