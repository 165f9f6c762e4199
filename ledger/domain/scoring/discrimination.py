"""Discrimination: how well forecasts tell events from non-events, whatever their calibration."""

from __future__ import annotations

from itertools import accumulate
from math import fsum
from operator import sub

from ledger.domain.scoring.grouped_forecasts import Grouped


def auc(grouped: Grouped) -> float | None:
    """Area under the ROC curve: the chance that an event was forecast higher than a non-event, ties counting half.

    0-1, higher is better, .5 without discrimination; None where there are only events, or none. Raises nothing: what
    is grouped was checked when it was. Source: Hanley and McNeil 1982, Radiology 143.
    """
    events = grouped.happened
    others = grouped.n - events
    if not events or not others:
        return None
    did_not = list(map(sub, grouped.counts, grouped.events))
    # Non-events forecast as high or lower, less half of those as high.
    wins = [k * (up_to - o / 2) for k, o, up_to in zip(grouped.events, did_not, accumulate(did_not), strict=True) if k]
    return fsum(wins) / (events * others)


def histogram(grouped: Grouped, bins: int = 10) -> list[tuple[float, float]]:
    """For equal bins of probability, how many forecasts fell in that an event followed, and how many that none did.

    A forecast on a border belongs to the bin above; 1 belongs to the last.
    """
    happened, others = [0.0] * bins, [0.0] * bins
    for p, n, k in grouped.rows():
        bin_ = min(int(p * bins), bins - 1)
        happened[bin_] += k
        others[bin_] += n - k
    return list(zip(happened, others, strict=True))
