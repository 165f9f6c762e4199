"""The consistency band: how miscalibrated perfectly calibrated forecasts look by chance.

Recalibration fits noise, so MCB is above 0 even for perfect forecasts. Forecasts are resampled with replacement, and
outcomes are drawn with the forecast probabilities. The recalibrated rates of the draws give the band. The p value is
the share of draws whose MCB is at least as large as the observed one. Draws with an equal MCB count: otherwise a
perfect forecaster, for whom all are equal, would have p = 0. Source: Dimitriadis, Gneiting and Jordan 2021, PNAS 118
(e2016191118), supplement S3.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt
from random import Random

from ledger.domain.scoring.calibration import Block, miscalibration, recalibrate
from ledger.domain.scoring.clustered_intervals import quantile
from ledger.domain.scoring.grouped_forecasts import Grouped

DRAWS = 400
BAND_LEVEL = 0.9
NORMAL_FROM = 100  # where n·p·(1 - p) is above this, counts are drawn from the normal distribution instead
_POINTS = 101  # of a band, at most
_EQUAL = 1e-12  # two MCBs count as equal up to this rounding error

Progress = Callable[[int], None]


def _no_progress(done: int) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class BandPoint:
    """The range in which the recalibrated rate of a calibrated forecast lies with probability BAND_LEVEL."""

    forecast: float
    low: float
    high: float


@dataclass(frozen=True)
class Consistency:
    """The p value of MCB, and the band."""

    p: float
    band: tuple[BandPoint, ...]

    def at(self, forecast: float) -> tuple[float, float]:
        """The band at a forecast, 0-1: linear between two of its points, constant beyond the ends."""
        after = bisect_left(self.band, forecast, key=lambda point: point.forecast)
        if after == len(self.band):
            return self.band[-1].low, self.band[-1].high
        there = self.band[after]
        if after == 0 or there.forecast == forecast:
            return there.low, there.high
        before = self.band[after - 1]
        share = (forecast - before.forecast) / (there.forecast - before.forecast)
        return before.low + share * (there.low - before.low), before.high + share * (there.high - before.high)


def consistency(
    grouped: Grouped, *, draws: int = DRAWS, seed: int = 0, progress: Progress = _no_progress
) -> Consistency | None:
    """The consistency band and the p value of the MCB (Brier), from `draws` resamples; None without forecasts.

    The same seed gives the same values. Raises ValueError where `draws` is below 1, and for counts that are not whole.
    """
    if draws < 1:
        raise ValueError("a band by resampling needs at least one draw")
    if any(n != int(n) for n in grouped.counts):
        raise ValueError("weights cannot be drawn again: consistency needs whole counts")
    if not grouped.forecasts:
        return None
    own = miscalibration(recalibrate(grouped), grouped)
    random, points = Random(seed), _spread(grouped.forecasts)  # noqa: S311 # reproducible by design
    as_large = 0
    rates: list[list[float]] = [[] for _ in points]
    for done in range(draws):
        drawn = _draw(grouped, random)
        blocks = recalibrate(drawn)
        as_large += miscalibration(blocks, drawn) >= own - _EQUAL
        for at, rate in zip(rates, _rates_at(points, blocks), strict=True):
            at.append(rate)
        progress(done + 1)
    tail = (1 - BAND_LEVEL) / 2
    band = []
    for point, at in zip(points, rates, strict=True):
        at.sort()
        band.append(BandPoint(point, quantile(at, tail), quantile(at, 1 - tail)))
    return Consistency(as_large / draws, tuple(band))


def _spread(forecasts: list[float]) -> list[float]:
    """At most _POINTS of these ascending values, evenly chosen, with both ends."""
    if len(forecasts) <= _POINTS:
        return forecasts
    return [forecasts[i * (len(forecasts) - 1) // (_POINTS - 1)] for i in range(_POINTS)]


def _draw(grouped: Grouped, random: Random) -> Grouped:
    """A resample of as many forecasts with replacement, with outcomes drawn from their probabilities."""
    forecasts: list[float] = []
    counts: list[float] = []
    events: list[float] = []
    to_draw = to_pass = round(grouped.n)
    for p, count in zip(grouped.forecasts, grouped.counts, strict=True):
        # A multinomial draw, as one binomial draw a group: its probability is the group's share of the rest.
        drawn = binomial(to_draw, count / to_pass, random)
        to_draw -= drawn
        to_pass -= round(count)
        if drawn:
            forecasts.append(p)
            counts.append(drawn)
            events.append(binomial(drawn, p, random))
    return Grouped(forecasts, counts, events)


def binomial(n: int, p: float, random: Random) -> int:
    """A binomial random number: exact up to n·p·(1 - p) = NORMAL_FROM, a rounded normal draw above."""
    if n == 1:
        return int(random.random() < p)
    spread = n * p * (1 - p)
    if spread > NORMAL_FROM:
        drawn = round(random.gauss(n * p, sqrt(spread)))
        return 0 if drawn < 0 else min(drawn, n)
    if p > 0.5:
        return n - binomial(n, 1 - p, random)
    # By inversion: add up the probabilities of 0, 1, 2 … until the sum exceeds a random number.
    left, successes = random.random(), 0
    chance = (1 - p) ** n
    odds = p / (1 - p)
    while left > chance and successes < n:
        left -= chance
        successes += 1
        chance *= odds * (n - successes + 1) / successes
    return successes


def _rates_at(points: list[float], blocks: list[Block]) -> Iterator[float]:
    """The recalibrated rate at each of ascending `points`: constant in a block and beyond the ends, else linear."""
    ends = [block.high for block in blocks]
    for point in points:
        at = bisect_left(ends, point)
        if at == len(blocks):
            yield blocks[-1].rate
        elif at == 0 or blocks[at].low <= point:
            yield blocks[at].rate
        else:
            before, after = blocks[at - 1], blocks[at]
            yield before.rate + (after.rate - before.rate) * (point - before.high) / (after.low - before.high)
