"""What was answered: judged forecasts on choices and quantities with all that their scores rest on, alike ones counted.

What each is follows from its row, and is counted where the rows are. A few cannot be told from it and are looked at
one by one: what may have been said too late, and, of a past day, claims whose words were amended since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import said_too_late
from ledger.domain.confidence import MILLION
from ledger.domain.dates import PartialDate
from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.policies import Policy
from ledger.domain.scoring.choices_and_quantities import Answer, Ends, Way, of_choice, of_quantity
from ledger.domain.scoring.tally import EARLY
from ledger.domain.scoring.units import EVERYBODY, NO_NUMBER, OPEN, UNCHECKABLE, month_of
from ledger.journal.entries import ClaimAmended
from ledger.queries.as_of import claims_then
from ledger.queries.filters import Selection
from ledger.queries.tallies import valid_at
from ledger.store.base import JSONTuple
from ledger.store.claims import Claim, Forecast
from ledger.store.entries import EntryRow
from ledger.store.policies import policies_of
from ledger.store.reviews import Verdict
from ledger.store.tallies import UnitRow

KINDS = (ClaimKind.CHOICE, ClaimKind.QUANTITY)
# What a forecast of each kind stands as once it is judged; units are kept by that, and found by it.
_JUDGED = {
    ClaimKind.CHOICE: (Outcome.ANSWERED.value,),
    ClaimKind.QUANTITY: tuple(outcome.value for outcome in GRADED),
}
_EVERY_JUDGED = tuple(status for statuses in _JUDGED.values() for status in statuses)
_UNJUDGED = (OPEN, UNCHECKABLE, *(outcome.value for outcome in Outcome if outcome.value not in _EVERY_JUDGED))
_NO_SHARES = "[]"


@dataclass(frozen=True)
class Answered:
    """What is selected, as the journal stood at an entry, on a day, and how many there are of each answer.

    `apart` holds, by forecast, what those are whose row alone does not tell: they are not among those in `alike`.
    """

    entry: int
    selection: Selection
    today: date
    alike: dict[Answer, int]
    apart: dict[int, Answer]

    def rows(self, kinds: Sequence[ClaimKind] = KINDS) -> Subquery:
        """The rows of these kinds."""
        return _rows(self.entry, UnitRow, _fitting(self.entry, self.selection, self.today, kinds))

    def newest_rows(self, offset: int, limit: int) -> Subquery:
        """The newest rows from a place on: found before joining what they are about."""
        fits = _fitting(self.entry, self.selection, self.today, KINDS)
        newest = select(UnitRow).where(*fits).order_by(UnitRow.claim_id.desc(), UnitRow.forecast_id.desc())
        return _rows(self.entry, aliased(UnitRow, newest.offset(offset).limit(limit).subquery()), ())


def read_answered(session: Session, entry: int, selection: Selection, *, today: date) -> Answered:
    """Everything answered of what is selected, by a number of queries that does not grow with it."""
    rows = _rows(entry, UnitRow, _fitting(entry, selection, today, KINDS))
    alike, any_apart = _counted(session, rows, entry)
    apart = _looked_at(session, rows, entry) if any_apart else {}
    for as_row, _ in apart.values():
        alike[as_row] -= 1
    told = {number: answer for number, (_, answer) in apart.items()}
    return Answered(entry, selection, today, +alike, told)


def counts_of(answered: Answered) -> Counter[Answer]:
    """How many there are of each answer."""
    return Counter(answered.alike) + Counter(answered.apart.values())


def unjudged(session: Session, entry: int, selection: Selection, *, today: date) -> dict[ClaimKind, dict[str, int]]:
    """How many choices and quantities are on record besides, by how they stand on a day."""
    found: dict[ClaimKind, dict[str, int]] = {kind: {} for kind in KINDS}
    early = UnitRow.month > month_of(today)
    # Each by standings: the judged ones, of which there may be very many, are not looked through for the others.
    for status, fits in (
        (case((early, EARLY), else_=UnitRow.status), [UnitRow.status.in_(_UNJUDGED)]),
        (literal(EARLY), [UnitRow.status.in_(_EVERY_JUDGED), early]),
    ):
        stands = status.label("stands")
        counts = select(UnitRow.kind, stands, func.count()).where(
            *valid_at(entry, selection), *fits, UnitRow.kind.in_(KINDS)
        )
        for kind, word, n in session.execute(counts.group_by(UnitRow.kind, stands)):
            found[kind][word] = found[kind].get(word, 0) + n
    return found


def alike(rows: Subquery, answer: Answer) -> ColumnElement[bool]:
    """What makes a row such an answer, by the row alone."""
    c, ends = rows.c, answer.ends
    of_it = [c.kind == answer.kind, c.way == answer.way, c.reading == answer.reading]
    if answer.hit is not None:
        of_it.append(c.hit == int(answer.hit))
    if ends.mid != NO_NUMBER:
        of_it += [c.low == ends.low, c.mid == ends.mid, c.high == ends.high]
    if answer.came is not None:
        of_it += [c.shares == answer.shares, c.answer == answer.came + 1, c.ordered.is_(answer.ordered)]
    return and_(*of_it)


def shape_of(row: Any) -> Shape:
    """What a row's claim says now beyond its statement."""
    bounds = Bounds(row.low_bound, row.high_bound, row.low_strict, row.high_strict)
    return Shape(row.kind, bounds=bounds, unit=row.unit, options=row.options, ordered=row.ordered)


def answer_by_row(row: Any) -> Answer:
    """What a row is, by itself."""
    return answer_of(row, shape_of(row), late=_number_struck(row))


def answer_of(row: Any, shape: Shape, *, late: bool) -> Answer:
    """What a row is, of a claim of this shape."""
    ends = Ends(row.low, row.mid, row.high)
    if row.kind is not ClaimKind.CHOICE:
        return of_quantity(shape, row.value, reading=row.reading, ends=ends, late=late)
    return of_choice(shape, row.answer, reading=row.reading, ends=ends, option=row.option, shares=row.shares, late=late)


def _fitting(
    entry: int, selection: Selection, today: date, kinds: Sequence[ClaimKind]
) -> tuple[ColumnElement[bool], ...]:
    """What makes a unit one of a forecast of these kinds that is judged and counts."""
    statuses = [status for kind in kinds for status in _JUDGED[kind]]
    judged = (UnitRow.status.in_(statuses), UnitRow.month <= month_of(today), UnitRow.kind.in_(kinds))
    return *valid_at(entry, selection), *judged


def _rows(entry: int, unit: type[UnitRow], fits: Sequence[ColumnElement[bool]]) -> Subquery:
    """A row for each forecast that counts and is answered by the verdict that stood, with its way of being scored."""
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


def _way(unit: type[UnitRow], number_given: ColumnElement[bool]) -> ColumnElement[str]:
    """As the domain's choices_and_quantities has it; of what was said too late, only what had a number is known."""
    shares = type_coerce(Forecast.shares, Text)
    options = func.length(shares) - func.length(func.replace(shares, ",", "")) + 1
    shared, numberless = shares != _NO_SHARES, unit.mid == NO_NUMBER
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
    """As Bounds.hold."""
    value, c = plain.c.value, plain.c
    above = or_(value > c.low_bound, and_(value == c.low_bound, c.low_strict.is_(False)))
    below = or_(value < c.high_bound, and_(value == c.high_bound, c.high_strict.is_(False)))
    return and_(above, below)


def _counted(session: Session, rows: Subquery, entry: int) -> tuple[Counter[Answer], bool]:
    """How many rows there are of each answer, by the rows alone; and whether some have to be looked at."""
    c = rows.c
    shared, numbered = c.way == Way.SHARED, c.way.in_((Way.NAMED, Way.INTERVAL))
    keys = (
        *(c.kind, c.way, c.reading, c.hit),
        *(case((numbered, end), else_=NO_NUMBER).label(f"{end.name}_end") for end in (c.low, c.mid, c.high)),
        type_coerce(case((shared, type_coerce(c.shares, Text)), else_=_NO_SHARES), JSONTuple).label("given"),
        case((shared, c.answer)).label("came"),
        case((and_(shared, c.ordered), 1), else_=0).label("in_order"),
    )
    first, amended = _first_said(rows, entry), _amended_since(rows, entry)
    apart = func.max(case((or_(_maybe_late(rows, first), amended), 1), else_=0)).label("apart")
    found: Counter[Answer] = Counter()
    any_apart = False
    for row in session.execute(select(*keys, func.count().label("n"), apart).group_by(*keys)):
        found[_of_key(row)] += row.n
        any_apart |= bool(row.apart)
    return found, any_apart


def _of_key(row: Any) -> Answer:
    return Answer(
        kind=row.kind,
        way=Way(row.way),
        reading=row.reading,
        hit=None if row.hit is None else bool(row.hit),
        ends=Ends(row.low_end, row.mid_end, row.high_end),
        shares=row.given,
        came=None if row.came is None else row.came - 1,
        ordered=bool(row.in_order),
    )


def _first_said(rows: Subquery, entry: int) -> ScalarSelect[str]:
    """When anybody first said a row's claim: a date with "-99" at its end, with which dates sort by their last day."""
    other = aliased(UnitRow)
    return (
        select(func.min(_by_last_day(other.made_on)))
        .where(other.claim_id == rows.c.claim_id, other.claimant_id == EVERYBODY)
        .where(other.valid_from <= entry, other.valid_to > entry)
        .correlate(rows)
        .scalar_subquery()
    )


def _by_last_day(made_on: Any) -> ColumnElement[str]:
    return type_coerce(made_on, String) + "-99"


def _maybe_late(rows: Subquery, first: ScalarSelect[str]) -> ColumnElement[bool]:
    """Of what had no number to strike out: whether it was said after the horizon or, without one, after others."""
    c = rows.c
    after = or_(c.made_on > c.horizon, and_(c.horizon.is_(None), _by_last_day(c.made_on) > first))
    return and_(c.kind == ClaimKind.CHOICE, c.number_given.is_(False), after)


def _amended_since(rows: Subquery, entry: int) -> ColumnElement[bool]:
    c = rows.c
    later = (
        select(EntryRow.number)
        .where(EntryRow.subject == literal("claim/") + cast(c.claim_id, String))
        .where(EntryRow.kind == ClaimAmended.kind, EntryRow.number > entry)
        .correlate(rows)
        .exists()
    )
    return and_(c.changed > entry, later)


def _looked_at(session: Session, rows: Subquery, entry: int) -> dict[int, tuple[Answer, Answer]]:
    """By forecast: what its row alone says, and what it is, where that is not the same."""
    first, amended = _first_said(rows, entry), _amended_since(rows, entry)
    looked_at = session.execute(
        select(rows, first.label("first"), amended.label("amended")).where(or_(_maybe_late(rows, first), amended))
    ).all()
    then = claims_then(session, {row.claim_id for row in looked_at if row.amended}, entry)
    policies = policies_of(session, {row.policy for row in looked_at})
    found = {}
    for row in looked_at:
        was = then.get(row.claim_id)
        shape, horizon = (was.shape, was.horizon) if was else (shape_of(row), row.horizon)
        answer, as_row = answer_of(row, shape, late=_late(row, horizon, policies[row.policy])), answer_by_row(row)
        if answer != as_row:
            found[row.forecast_id] = as_row, answer
    return found


def _late(row: Any, horizon: PartialDate | None, policy: Policy) -> bool:
    if row.number_given or row.kind is not ClaimKind.CHOICE:
        return _number_struck(row)
    return said_too_late(row.made_on, horizon, PartialDate.parse(row.first.removesuffix("-99")), policy)


def _number_struck(row: Any) -> bool:
    """Whether it had a number and counts without: so units keep what was said too late."""
    return bool(row.number_given) and row.mid == NO_NUMBER
