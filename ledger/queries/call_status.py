"""Statuses of calls, by which a scorecard counts forecasts, and the orders of a list of calls, as SQL conditions."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement

from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import EVENTS, GRADED, Outcome
from ledger.domain.scoring.tally import EARLY
from ledger.domain.scoring.units import NO_NUMBER, OPEN, UNCHECKABLE, month_of
from ledger.store.tallies import UnitRow

SCORED = tuple(outcome.value for outcome in EVENTS)


class CallStatus(StrEnum):
    """How a scorecard counts a call on a day: by its outcome or a group of outcomes, as open, or by its wording."""

    SCORED = "scored"
    JUDGED = "judged"
    OPEN = OPEN
    EARLY = EARLY
    UNCHECKABLE = UNCHECKABLE
    NO_NUMBER = "no_number"
    WITH_EARLY = "with_early"
    GRADED = "graded"
    BARE = "bare"
    # Each outcome is a status too, under its own name: a new outcome needs no line here.
    _ignore_ = "outcome"
    for outcome in Outcome:
        vars()[outcome.name] = outcome.value

    @property
    def words(self) -> str:
        """The heading of the list of calls with this status."""
        return {
            CallStatus.SCORED: "scored",
            CallStatus.OPEN: "still open",
            CallStatus.EARLY: "judged before the horizon",
            CallStatus.UNCHECKABLE: "not checkable",
            CallStatus.NO_NUMBER: "true or false, said without a number",
            CallStatus.WITH_EARLY: "scored, or to be scored once their horizon has passed",
            CallStatus.GRADED: "judged true, false or between, said with a number",
            CallStatus.BARE: "bare possibilities",
        }.get(self, self.value.replace("_", " "))


class Order(StrEnum):
    """The order of calls: newest claims first, or by Brier score, lowest (best) or highest (worst) first."""

    NEWEST = "newest"
    BEST = "best"
    WORST = "worst"


def status_conditions(status: CallStatus, today: date) -> list[ColumnElement[bool]]:
    """Conditions on a unit for this status on a day (UTC). A verdict that counts from a later month is early."""
    now = UnitRow.month <= month_of(today)
    match status:
        case CallStatus.EARLY:
            return [~now]
        case CallStatus.JUDGED:
            return [UnitRow.status.not_in((OPEN, UNCHECKABLE)), now]
        case CallStatus.SCORED:
            return [UnitRow.status.in_(SCORED), UnitRow.mid != NO_NUMBER, now]
        case CallStatus.WITH_EARLY:
            return [UnitRow.status.in_(SCORED), UnitRow.mid != NO_NUMBER]
        case CallStatus.GRADED:
            return [UnitRow.status.in_(GRADED), UnitRow.mid != NO_NUMBER, now]
        case CallStatus.NO_NUMBER:
            return [UnitRow.status.in_(SCORED), UnitRow.mid == NO_NUMBER, now]
        case CallStatus.BARE:
            return [UnitRow.modality == Modality.COULD, UnitRow.mid == NO_NUMBER]
    return [UnitRow.status == status, now]


def order_conditions(order: Order, today: date) -> list[ColumnElement[bool]]:
    """Conditions on a unit for a place in this order: only scored calls can be ordered by score."""
    return [] if order is Order.NEWEST else status_conditions(CallStatus.SCORED, today)
