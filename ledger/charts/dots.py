"""Dots of a reliability diagram: a probability, the number of forecasts with it, and the number of events."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from ledger.domain.scoring.calibration import Block
from ledger.domain.scoring.grouped_forecasts import Grouped, group

MOST_DOTS = 30  # with more distinct forecasts, each recalibrated block gets one dot
FINEST = 1_000  # more distinct forecasts cannot be distinguished in a drawing


@dataclass(frozen=True)
class Dot:
    """Forecasts from `low` to `high`, drawn at their mean."""

    low: float
    high: float
    mean: float
    n: float
    events: float

    @property
    def rate(self) -> float:
        """The share of events, 0-1."""
        return self.events / self.n


def dots_of(grouped: Grouped, blocks: Sequence[Block]) -> list[Dot]:
    """One dot for each distinct forecast, ascending; one for each block where these would be more than MOST_DOTS."""
    if len(grouped.forecasts) <= MOST_DOTS:
        return [Dot(p, p, p, n, events) for p, n, events in grouped.rows()]
    return [Dot(b.low, b.high, _mean(grouped, b), b.n, b.events) for b in blocks]


def coarser(grouped: Grouped) -> Grouped:
    """Forecasts, rounded to a tenth of a percent where there are more than FINEST. No drawing shows the difference."""
    if len(grouped.forecasts) <= FINEST:
        return grouped
    return group((round(p, 3), n, events) for p, n, events in grouped.rows())


def _mean(grouped: Grouped, block: Block) -> float:
    start, end = bisect_left(grouped.forecasts, block.low), bisect_right(grouped.forecasts, block.high)
    weighed = fsum(p * n for p, n in zip(grouped.forecasts[start:end], grouped.counts[start:end], strict=True))
    return weighed / block.n
