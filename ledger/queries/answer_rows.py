"""SQL for judged choices and quantities: one row a forecast, with its answer and its way of being scored.

The definitions repeat those of ledger.domain.scoring.choices_and_quantities and of Bounds; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, Text, and_, case, func, or_, select, type_coerce

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.confidence import MILLION
from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.scoring.choices_and_quantities import Answer, Ends, Way, of_choice, of_quantity
from ledger.domain.scoring.units import NO_NUMBER, month_of
from ledger.queries.filters import ScorecardFilters
from ledger.queries.tallies import valid_at
from ledger.store.claims import Claim, Forecast
from ledger.store.reviews import Verdict
from ledger.store.tallies import UnitRow

KINDS = (ClaimKind.CHOICE, ClaimKind.QUANTITY)
# The statuses that a judged forecast of each kind can have. Units are indexed by status.
JUDGED = {
    ClaimKind.CHOICE: (Outcome.ANSWERED.value,),
    ClaimKind.QUANTITY: tuple(outcome.value for outcome in GRADED),
}
NO_SHARES = "[]"


def answer_rows(entry: int, unit: type[UnitRow], fits: Sequence[ColumnElement[bool]]) -> Subquery:
    """A row for each unit that fits and has a verdict in force at the entry, with its way of being scored."""
    number_given = Forecast.low.is_not(None)
    plain = (
        select(
            *(unit.claim_id, unit.forecast_id, unit.document_id, unit.made_on, unit.status),
            *(unit.kind, unit.reading, unit.low, unit.mid, unit.high),
            *(Claim.statement, Claim.horizon, Claim.policy, Claim.changed, Claim.low_bound, Claim.high_bound),
            *(Claim.low_strict, Claim.high_strict, Claim.unit, Claim.options, Claim.ordered),
            *(Forecast.hedge, Forecast.option, Forecast.shares, Verdict.answer, Verdict.value),
            number_given.label("number_given"),
            _way(unit, number_given).label("way"),
        )
        .join(Claim, Claim.id == unit.claim_id)
        .join(Forecast, Forecast.id == unit.forecast_id)
        .join(Verdict, Verdict.claim_id == unit.claim_id)
        .where(*fits, Verdict.id <= entry, or_(Verdict.superseded_by.is_(None), Verdict.superseded_by > entry))
        .subquery()
    )
    named = and_(plain.c.kind == ClaimKind.CHOICE, plain.c.way.in_((Way.NAMED, Way.NO_NUMBER)))
    hit = case(
        (named, case((plain.c.option == plain.c.answer, 1), else_=0)),
        (plain.c.way == Way.INTERVAL, case((_holds(plain), 1), else_=0)),
    )
    return select(plain, hit.label("hit")).subquery()


def judged_conditions(
    entry: int, filters: ScorecardFilters, today: date, kinds: Sequence[ClaimKind]
) -> tuple[ColumnElement[bool], ...]:
    """Conditions on units: judged forecasts of these kinds that count by `today` and fit, as of an entry."""
    statuses = [status for kind in kinds for status in JUDGED[kind]]
    judged = (UnitRow.status.in_(statuses), UnitRow.month <= month_of(today), UnitRow.kind.in_(kinds))
    return *valid_at(entry, filters), *judged


def same_answer(rows: Subquery, answer: Answer) -> ColumnElement[bool]:
    """The condition that a row, by its own columns, has this answer."""
    c, ends = rows.c, answer.ends
    conditions = [c.kind == answer.kind, c.way == answer.way, c.reading == answer.reading]
    if answer.hit is not None:
        conditions.append(c.hit == int(answer.hit))
    if ends.mid != NO_NUMBER:
        conditions += [c.low == ends.low, c.mid == ends.mid, c.high == ends.high]
    if answer.came is not None:
        conditions += [c.shares == answer.shares, c.answer == answer.came + 1, c.ordered.is_(answer.ordered)]
    return and_(*conditions)


def shape_of(row: Any) -> Shape:
    """The shape of a row's claim as it is now: its kind, bounds, unit and options."""
    bounds = Bounds(row.low_bound, row.high_bound, row.low_strict, row.high_strict)
    return Shape(row.kind, bounds=bounds, unit=row.unit, options=row.options, ordered=row.ordered)


def answer_by_row(row: Any) -> Answer:
    """The answer that a row gives by its own columns."""
    return answer_of(row, shape_of(row), late=number_dropped(row))


def answer_of(row: Any, shape: Shape, *, late: bool) -> Answer:
    """The answer that a row gives when its claim has this shape."""
    ends = Ends(row.low, row.mid, row.high)
    if row.kind is not ClaimKind.CHOICE:
        return of_quantity(shape, row.value, reading=row.reading, ends=ends, late=late)
    return of_choice(shape, row.answer, reading=row.reading, ends=ends, option=row.option, shares=row.shares, late=late)


def number_dropped(row: Any) -> bool:
    """Whether a forecast gave a number that its unit dropped: units drop the numbers of late forecasts."""
    return bool(row.number_given) and row.mid == NO_NUMBER


def _way(unit: type[UnitRow], number_given: ColumnElement[bool]) -> ColumnElement[str]:
    """The way of being scored. Of late forecasts, SQL recognizes only those that gave a number."""
    shares = type_coerce(Forecast.shares, Text)
    options = func.length(shares) - func.length(func.replace(shares, ",", "")) + 1
    shared, numberless = shares != NO_SHARES, unit.mid == NO_NUMBER
    late = and_(numberless, number_given)
    of_choice = case(
        (late, Way.TOO_LATE.value),
        (and_(shared, Verdict.answer > options), Way.UNLISTED.value),
        (shared, Way.SHARED.value),
        (numberless, Way.NO_NUMBER.value),
        else_=Way.NAMED.value,
    )
    of_quantity = case(
        (or_(Claim.low_bound.is_(None), Claim.high_bound.is_(None)), Way.ONE_SIDED.value),
        (Verdict.value.is_(None), Way.UNMEASURED.value),
        (late, Way.TOO_LATE.value),
        (numberless, Way.NO_NUMBER.value),
        (unit.mid.in_((0, MILLION)), Way.CERTAIN.value),
        else_=Way.INTERVAL.value,
    )
    return case((unit.kind == ClaimKind.CHOICE, of_choice), else_=of_quantity)


def _holds(plain: Subquery) -> ColumnElement[bool]:
    """The same as Bounds.hold: whether the bounds hold the measured value."""
    value, c = plain.c.value, plain.c
    above = or_(value > c.low_bound, and_(value == c.low_bound, c.low_strict.is_(False)))
    below = or_(value < c.high_bound, and_(value == c.high_bound, c.high_strict.is_(False)))
    return and_(above, below)
