"""Calibration by CORP: forecasts recalibrated by pooling adjacent violators, and what that says of their scores.

Source: Dimitriadis, Gneiting and Jordan 2021, "Stable reliability diagrams for probabilistic classifiers", PNAS 118
(e2016191118). A mean score splits exactly into miscalibration - discrimination + uncertainty, without any bins to
choose: MCB is what recalibrating would gain, DSC what the recalibrated forecasts gain over the constant base rate.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.scoring.grouped_forecasts import Grouped
from ledger.domain.scoring.probabilities import MeanScore, mean_brier


@dataclass(frozen=True)
class Block:
    """Neighbouring forecasts from `low` to `high` that are best recalibrated to one rate."""

    low: float
    high: float
    n: float
    events: float

    @property
    def rate(self) -> float:
        """How often the event followed, 0-1: the recalibrated forecast."""
        return self.events / self.n


def recalibrate(grouped: Grouped) -> list[Block]:
    """Pool adjacent violators: the blocks of the best non-decreasing fit of event rates to forecasts.

    Rates strictly rise from block to block. Identical forecasts are one group from the start, so ties need no rule.
    """
    # Parallel lists, compared crosswise: whole counts stay exact, and nothing is made a group before it stands.
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
    """A mean score = mcb - dsc + unc, all in the score's units and not below 0; mean and mcb may be infinite."""

    mean: float
    mcb: float
    dsc: float
    unc: float


def decompose(grouped: Grouped, mean_score: MeanScore = mean_brier) -> Decomposition | None:
    """Split a mean score (lower is better) of grouped forecasts; None without any."""
    return decompose_by(recalibrate(grouped), grouped, mean_score)


def decompose_by(blocks: list[Block], grouped: Grouped, mean_score: MeanScore = mean_brier) -> Decomposition | None:
    """The same, where the recalibrated `blocks` are known."""
    mean, recalibrated, unc = (mean_score(some) for some in (grouped, _as_forecasts(blocks), _constant(grouped)))
    if mean is None or recalibrated is None or unc is None:
        return None
    # Rounding may leave a difference a hair below 0, which no difference is.
    return Decomposition(mean, max(mean - recalibrated, 0.0), max(unc - recalibrated, 0.0), unc)


def miscalibration(blocks: list[Block], grouped: Grouped) -> float:
    """MCB of the Brier score alone, 0-1; 0 without forecasts. Resampling asks for it thousands of times."""
    return max((mean_brier(grouped) or 0.0) - (mean_brier(_as_forecasts(blocks)) or 0.0), 0.0)


def _as_forecasts(blocks: list[Block]) -> Grouped:
    """The recalibrated forecasts: rates rise from block to block, so they are grouped already."""
    return Grouped([block.rate for block in blocks], [block.n for block in blocks], [block.events for block in blocks])


def _constant(grouped: Grouped) -> Grouped:
    """The base rate, forecast every time."""
    rate = grouped.base_rate
    return Grouped([], [], []) if rate is None else Grouped([rate], [grouped.n], [grouped.happened])
