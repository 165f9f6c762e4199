"""Tallies: forecasts counted by outcome, probability and wording. All figures of a scorecard are computed from one.

A tally has counts, not sums of scores. Counts by probability give an exact Brier score, calibration, log scores and all
other figures of grouped forecasts, at a cost that does not depend on the number of claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import NamedTuple

from ledger.domain.confidence import NumberSource
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import BETWEEN, DID_NOT_HAPPEN, HAPPENED, NOT_GRADED, Outcome
from ledger.domain.scoring.brier import base_rate_brier, mean_squared_error, squared_error
from ledger.domain.scoring.running_sums import RunningSums
from ledger.domain.scoring.units import NO_NUMBER, OPEN, UNCHECKABLE, Unit, event_of, month_of

EARLY = "early"


class Cell(NamedTuple):
    """The features by which forecasts are counted; see Unit. Probabilities are in millionths, or all NO_NUMBER."""

    status: str
    month: str
    low: int
    mid: int
    high: int
    modality: Modality
    reading: NumberSource


def cell_of(unit: Unit) -> Cell:
    """The cell in which a unit is counted."""
    return Cell(unit.status, unit.month, unit.low, unit.mid, unit.high, unit.modality, unit.reading)


@dataclass(frozen=True)
class Tally:
    """What a scorecard is computed from: the number of forecasts in each cell, and sums over clusters."""

    cells: Mapping[Cell, int]
    clusters: RunningSums


@dataclass(frozen=True)
class Sums:
    """Sums over the cells of one status. Squared errors are in units of 1e-12, over the `scored` forecasts.

    `ours` counts those of the scored whose number is our reading, not the speaker's own.
    """

    n: int = 0
    scored: int = 0
    ours: int = 0
    low: int = 0
    mid: int = 0
    high: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.n + other.n,
            self.scored + other.scored,
            self.ours + other.ours,
            self.low + other.low,
            self.mid + other.mid,
            self.high + other.high,
        )


def sums(cells: Mapping[Cell, int], today: date) -> dict[str, Sums]:
    """Cells summed by status. Those that count from a month after that of `today` (UTC) have the status EARLY."""
    now = month_of(today)
    found: dict[str, Sums] = {}
    for cell, n in cells.items():
        status = cell.status if cell.month <= now else EARLY
        found[status] = found.get(status, Sums()) + sums_of_cell(cell, n)
    return found


def sums_of_cell(cell: Cell, n: int = 1) -> Sums:
    """The sums of `n` forecasts of one cell, regardless of the month from which it counts."""
    event = event_of(cell.status)
    if event is None or cell.mid == NO_NUMBER:
        return Sums(n)
    ours = n if cell.reading is NumberSource.OURS else 0
    return Sums(n, n, ours, *(n * squared_error(end, event) for end in (cell.low, cell.mid, cell.high)))


@dataclass(frozen=True)
class Headline:
    """The figures at the top of a scorecard, over claims whose horizon has passed.

    recorded = open + uncheckable + judged + early. `judged` counts every outcome, `scored` only forecasts that have a
    probability and an outcome that is true or false. Brier is 0-1, lower is better; for `brier_best` and `brier_worst`
    every range is taken at its better and at its worse end. `our_reading` counts those of the scored whose number is
    our reading, not the speaker's own.
    """

    recorded: int
    open: int
    uncheckable: int
    judged: int
    early: int
    outcomes: dict[str, int]
    scored: int
    our_reading: int
    events: int
    brier: float | None
    brier_best: float | None
    brier_worst: float | None
    base_rate: float | None
    base_rate_brier: float | None

    @property
    def between(self) -> int:
        """The number of outcomes between true and false."""
        return sum(self.outcomes[outcome] for outcome in BETWEEN)

    @property
    def not_graded(self) -> int:
        """The number of outcomes without a grade."""
        return sum(self.outcomes[outcome] for outcome in NOT_GRADED)


def summed(by_status: Mapping[str, Sums], outcomes: Iterable[Outcome]) -> Sums:
    """The sums of several outcomes together."""
    return reduce(add, (by_status.get(outcome, Sums()) for outcome in outcomes), Sums())


def headline(by_status: Mapping[str, Sums]) -> Headline:
    """The headline figures, from sums by status, as of the day they were summed for."""
    counts = {status: found.n for status, found in by_status.items()}
    outcomes = {outcome.value: counts.get(outcome.value, 0) for outcome in Outcome}
    happened, did_not = summed(by_status, HAPPENED), summed(by_status, DID_NOT_HAPPEN)
    total = happened + did_not
    judged, events = sum(outcomes.values()), happened.scored
    return Headline(
        recorded=sum(counts.values()),
        open=counts.get(OPEN, 0),
        uncheckable=counts.get(UNCHECKABLE, 0),
        judged=judged,
        early=counts.get(EARLY, 0),
        outcomes=outcomes,
        scored=total.scored,
        our_reading=total.ours,
        events=events,
        brier=mean_squared_error(total.mid, total.scored),
        # The better end of a range is the high one for an event, the low one for a non-event.
        brier_best=mean_squared_error(happened.high + did_not.low, total.scored),
        brier_worst=mean_squared_error(happened.low + did_not.high, total.scored),
        base_rate=events / total.scored if total.scored else None,
        base_rate_brier=base_rate_brier(events, total.scored),
    )
