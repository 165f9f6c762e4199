"""How a claimant's forecasts on one claim changed over time, as rows and as the points of a line chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.queries.claim_list import PageLink
from ledger.queries.claim_page import ForecastLine

WIDTH, HEIGHT, EDGE = 600, 160, 12  # of the chart, in SVG units; EDGE is the margin


@dataclass(frozen=True)
class Mark:
    """A forecast in the chart, in SVG units: `x` for its date, `low` to `high` for its probability range."""

    x: float
    low: float
    mid: float
    high: float
    words: str


@dataclass(frozen=True)
class Drift:
    """A claimant's forecasts on a claim, oldest first, and the marks of those that have a probability."""

    claimant: PageLink
    forecasts: tuple[ForecastLine, ...]
    marks: tuple[Mark, ...]

    @property
    def line(self) -> str:
        """The points of the line through the middles of the ranges, as SVG writes them."""
        return " ".join(f"{mark.x},{mark.mid}" for mark in self.marks)


def drifts(forecasts: Sequence[ForecastLine]) -> tuple[Drift, ...]:
    """The drift of each claimant with more than one forecast. `forecasts` are in order of their dates."""
    by_claimant: dict[PageLink, list[ForecastLine]] = {}
    for forecast in forecasts:
        for claimant in forecast.claimants:
            by_claimant.setdefault(claimant, []).append(forecast)
    return tuple(Drift(claimant, tuple(made), _marks(made)) for claimant, made in by_claimant.items() if len(made) > 1)


def _marks(made: Sequence[ForecastLine]) -> tuple[Mark, ...]:
    numbered = [one for one in made if one.confidence.mid is not None]
    if len(numbered) < 2 or len({one.option for one in numbered}) > 1:  # no single line can show two options
        return ()
    days = [one.made_on.last.toordinal() for one in numbered]
    span = max(days) - min(days)
    marks = []
    for place, (one, day) in enumerate(zip(numbered, days, strict=True)):
        share = (day - min(days)) / span if span else place / (len(numbered) - 1)
        x = EDGE + share * (WIDTH - 2 * EDGE)
        confidence = one.confidence
        words = f"{one.made_on.words}: {confidence.words}"
        low, mid, high = (_height(end or 0.0) for end in (confidence.low, confidence.mid, confidence.high))
        marks.append(Mark(round(x, 1), low, mid, high, words))
    return tuple(marks)


def _height(probability: float) -> float:
    return round(HEIGHT - EDGE - probability * (HEIGHT - 2 * EDGE), 1)
