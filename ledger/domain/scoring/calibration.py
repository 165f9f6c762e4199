"""Calibration by CORP: recalibrating forecasts by pooling adjacent violators, and the score decomposition from it.

A mean score is exactly miscalibration - discrimination + uncertainty, without a choice of bins. MCB is what
recalibration would gain, DSC what the recalibrated forecasts gain over the constant base rate. Source: Dimitriadis,
Gneiting and Jordan 2021, "Stable reliability diagrams for probabilistic classifiers", PNAS 118 (e2016191118).
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.scoring.binary_scores import MeanScore, mean_brier
from ledger.domain.scoring.grouped_forecasts import Grouped


@dataclass(frozen=True)
class Block:
    """Neighbouring forecasts from `low` to `high` that are recalibrated to one rate."""

    low: float
    high: float
    n: float
    events: float

    @property
    def rate(self) -> float:
        """The share of forecasts whose event happened, 0-1: the recalibrated forecast."""
        return self.events / self.n


def recalibrate(grouped: Grouped) -> list[Block]:
    """The blocks of the best non-decreasing fit of event rates to forecasts, by pooling adjacent violators.

    Rates strictly rise from block to block. Equal forecasts are already one group, so ties need no rule.
    """
    # Parallel lists instead of objects, for speed. Rates are compared by cross-multiplication: whole counts stay exact.
    low: list[float] = []
    high: list[float] = []
    n: list[float] = []
    events: list[float] = []
    for p, count, happened in grouped.rows():
        start = p
        while n and events[-1] * count >= happened * n[-1]:
            count += n.pop()
            happened += events.pop()
            start = low.pop()
            high.pop()
        low.append(start)
        high.append(p)
        n.append(count)
        events.append(happened)
    return [Block(*block) for block in zip(low, high, n, events, strict=True)]


@dataclass(frozen=True)
class Decomposition:
    """A mean score = mcb - dsc + unc, all in the score's units and at least 0; mean and mcb may be infinite."""

    mean: float
    mcb: float
    dsc: float
    unc: float


def decompose(grouped: Grouped, mean_score: MeanScore = mean_brier) -> Decomposition | None:
    """The decomposition of a mean score (lower is better) of grouped forecasts; None without forecasts."""
    return decompose_by(recalibrate(grouped), grouped, mean_score)


def decompose_by(blocks: list[Block], grouped: Grouped, mean_score: MeanScore = mean_brier) -> Decomposition | None:
    """The same from `blocks` that are already computed."""
    mean, recalibrated, unc = (mean_score(some) for some in (grouped, _as_forecasts(blocks), _constant(grouped)))
    if mean is None or recalibrated is None or unc is None:
        return None
    # Differences are at least 0, but rounding may leave one slightly below.
    return Decomposition(mean, max(mean - recalibrated, 0.0), max(unc - recalibrated, 0.0), unc)


def miscalibration(blocks: list[Block], grouped: Grouped) -> float:
    """MCB of the Brier score alone, 0-1; 0 without forecasts. Faster than `decompose`, since resampling repeats it."""
    return max((mean_brier(grouped) or 0.0) - (mean_brier(_as_forecasts(blocks)) or 0.0), 0.0)


def _as_forecasts(blocks: list[Block]) -> Grouped:
    """The recalibrated forecasts, which are grouped already because rates rise from block to block."""
    return Grouped([block.rate for block in blocks], [block.n for block in blocks], [block.events for block in blocks])


def _constant(grouped: Grouped) -> Grouped:
    """As many forecasts, all of the base rate."""
    rate = grouped.base_rate
    return Grouped([], [], []) if rate is None else Grouped([rate], [grouped.n], [grouped.happened])
