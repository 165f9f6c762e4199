"""Dots of a reliability diagram: what was forecast, how often, and how often it came about."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from ledger.domain.scoring.calibration import Block
from ledger.domain.scoring.grouped_forecasts import Grouped, group

MOST_DOTS = 30  # distinct forecasts that each get a dot; more are drawn by the blocks that recalibrating pools
FINEST = 1_000  # distinct forecasts that a drawing can tell apart


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
        """How often the event followed, 0-1."""
        return self.events / self.n


def dots_of(grouped: Grouped, blocks: Sequence[Block]) -> list[Dot]:
    """One dot a distinct forecast, ascending; one a block where that would be more than MOST_DOTS."""
    if len(grouped.forecasts) <= MOST_DOTS:
        return [Dot(p, p, p, n, events) for p, n, events in grouped.rows()]
    return [Dot(b.low, b.high, _mean(grouped, b), b.n, b.events) for b in blocks]


def coarser(grouped: Grouped) -> Grouped:
    """Forecasts rounded to a tenth of a percent where there are more than FINEST: no drawing shows a difference."""
    if len(grouped.forecasts) <= FINEST:
        return grouped
    return group((round(p, 3), n, events) for p, n, events in grouped.rows())


def _mean(grouped: Grouped, block: Block) -> float:
    start, end = bisect_left(grouped.forecasts, block.low), bisect_right(grouped.forecasts, block.high)
    weighed = fsum(p * n for p, n in zip(grouped.forecasts[start:end], grouped.counts[start:end], strict=True))
    return weighed / block.n
