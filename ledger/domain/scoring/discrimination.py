"""Discrimination: how well forecasts separate events from non-events, regardless of calibration."""

from __future__ import annotations

from itertools import accumulate
from math import fsum
from operator import sub

from ledger.domain.scoring.grouped_forecasts import Grouped


def auc(grouped: Grouped) -> float | None:
    """Area under the ROC curve: the chance that an event was forecast higher than a non-event, ties counting half.

    0-1, higher is better, .5 without discrimination; None where there are no events or only events. Source: Hanley and
    McNeil 1982, Radiology 143.
    """
    events = grouped.happened
    others = grouped.n - events
    if not events or not others:
        return None
    did_not = list(map(sub, grouped.counts, grouped.events))
    # For each event, the non-events with a lower forecast and half of those with the same.
    wins = [k * (up_to - o / 2) for k, o, up_to in zip(grouped.events, did_not, accumulate(did_not), strict=True) if k]
    return fsum(wins) / (events * others)


def histogram(grouped: Grouped, bins: int = 10) -> list[tuple[float, float]]:
    """For each of several equal bins of probability: how many events were forecast there, and how many non-events.

    A forecast on a border belongs to the bin above; 1 belongs to the last.
    """
    happened, others = [0.0] * bins, [0.0] * bins
    for p, n, k in grouped.rows():
        bin_ = min(int(p * bins), bins - 1)
        happened[bin_] += k
        others[bin_] += n - k
    return list(zip(happened, others, strict=True))
