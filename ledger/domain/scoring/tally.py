"""Tallies: the counts from which every headline figure is computed, and how a claim adds to them.

A tally cell is keyed by scope (whole ledger, claimant, topic, outlet, document), by standing (an outcome, that
the claim is open, or that it cannot be checked) and by the month from which it counts in the headline. A claim
judged before its horizon sits in a cell of its horizon's month, so that it enters the headline by the calendar,
unwritten: claims that come true early are judged early, and counting them at once would lean scores to "yes".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.domain.dates import PartialDate, add_months
from ledger.domain.forecasts import Said, scored_forecasts
from ledger.domain.outcomes import Outcome
from ledger.domain.prose import slug
from ledger.domain.scoring.brier import base_rate_brier, mean_brier, squared_error

OPEN = "open"
UNCHECKABLE = "uncheckable"
LEDGER = "ledger"


@dataclass(frozen=True, order=True)
class Cell:
    """Where counts stand: scope key; standing: "open", "uncheckable" or an outcome; month "YYYY-MM", "" for at once."""

    scope: str
    standing: str
    month: str


@dataclass(frozen=True)
class Sums:
    """What a cell holds. Brier sums are in units of 1e-12 over the `scored` forecasts that carry a number."""

    n: int = 0
    scored: int = 0
    low: int = 0
    mid: int = 0
    high: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.n + other.n,
            self.scored + other.scored,
            self.low + other.low,
            self.mid + other.mid,
            self.high + other.high,
        )

    def __neg__(self) -> Sums:
        return Sums(-self.n, -self.scored, -self.low, -self.mid, -self.high)


def scope(kind: str, key: str | int = "") -> str:
    """The key of a scope: "ledger", "claimant:5", "topic:drones"."""
    return f"{kind}:{key}" if kind != LEDGER else LEDGER


def contributions(
    said: Iterable[Said],
    topics: Iterable[str],
    *,
    outcome: Outcome | None,
    horizon: PartialDate | None,
    decided_on: date | None,
    checkable: bool = True,
) -> dict[Cell, Sums]:
    """What one claim adds to which cells, as it stands: open, or with its verdict adopted on `decided_on` (UTC)."""
    standing = outcome.value if outcome else OPEN if checkable else UNCHECKABLE
    early = decided_on is not None and horizon is not None and decided_on <= horizon.last
    month = _month_after(horizon) if early and horizon else ""
    cells: dict[Cell, Sums] = {}
    shared = [scope("topic", slug(topic)) for topic in topics]
    for one, firsts in scored_forecasts(said):
        sums = _sums(one, outcome)
        keys = [LEDGER, *shared, scope("outlet", one.outlet), scope("document", one.document)]
        keys += [scope("claimant", claimant) for claimant in firsts]
        for key in keys:
            cell = Cell(key, standing, month)
            cells[cell] = cells.get(cell, Sums()) + sums
    return cells


def _month_after(horizon: PartialDate) -> str:
    """The first month that begins after the horizon has passed."""
    first = add_months(horizon.last.replace(day=1), 1)
    return f"{first.year:04}-{first.month:02}"


def _sums(one: Said, outcome: Outcome | None) -> Sums:
    low, mid, high = one.confidence.low, one.confidence.mid, one.confidence.high
    event = outcome.event if outcome else None
    if event is None or low is None or mid is None or high is None:
        return Sums(n=1)
    return Sums(1, 1, squared_error(low, event), squared_error(mid, event), squared_error(high, event))


@dataclass(frozen=True)
class Headline:
    """The figures at the top of a scorecard, over claims whose horizon has passed.

    recorded = open + uncheckable + judged + early; judged counts every outcome, `scored` only those with a number
    on both sides: a probability was read from the words, and the outcome is true or false. Brier is 0-1, lower
    better; `brier_best` and `brier_worst` bound it: every range read at its luckier, and at its unluckier, end.
    """

    recorded: int
    open: int
    uncheckable: int
    judged: int
    early: int
    outcomes: dict[str, int]
    scored: int
    events: int
    brier: float | None
    brier_best: float | None
    brier_worst: float | None
    base_rate: float | None
    base_rate_brier: float | None


def headline(cells: Iterable[tuple[Cell, Sums]], today: date) -> Headline:
    """Read a scope's cells as of `today` (UTC)."""
    now = f"{today.year:04}-{today.month:02}"
    outcomes = dict.fromkeys((o.value for o in Outcome), 0)
    still_open = uncheckable = early = 0
    by_event = {0: Sums(), 1: Sums()}
    for cell, sums in cells:
        if cell.standing == OPEN:
            still_open += sums.n
        elif cell.standing == UNCHECKABLE:
            uncheckable += sums.n
        elif cell.month > now:
            early += sums.n
        else:
            outcomes[cell.standing] += sums.n
            event = Outcome(cell.standing).event
            if event is not None:
                by_event[event] += sums
    total = by_event[0] + by_event[1]
    judged, events = sum(outcomes.values()), by_event[1].scored
    # An event that happened is scored best at the range's high end, one that did not at its low end.
    best = by_event[1].high + by_event[0].low
    worst = by_event[1].low + by_event[0].high
    return Headline(
        recorded=still_open + uncheckable + early + judged,
        open=still_open,
        uncheckable=uncheckable,
        judged=judged,
        early=early,
        outcomes=outcomes,
        scored=total.scored,
        events=events,
        brier=mean_brier(total.mid, total.scored),
        brier_best=mean_brier(best, total.scored),
        brier_worst=mean_brier(worst, total.scored),
        base_rate=events / total.scored if total.scored else None,
        base_rate_brier=base_rate_brier(events, total.scored),
    )
