"""Judged forecasts on choices and quantities, counted by answer: all forecasts with the same answer score alike.

Most answers follow from a row, and the database counts them. A few do not and are read one by one: forecasts that may
have been made too late and, as of a past day, those on claims that were amended since.
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

from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import made_too_late
from ledger.domain.dates import PartialDate
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import Policy
from ledger.domain.scoring.choices_and_quantities import Answer, Ends, Way
from ledger.domain.scoring.tally import EARLY
from ledger.domain.scoring.units import EVERYBODY, NO_NUMBER, OPEN, UNCHECKABLE, month_of
from ledger.journal.entries import ClaimAmended
from ledger.queries.answer_rows import (
    JUDGED,
    KINDS,
    NO_SHARES,
    answer_by_row,
    answer_of,
    answer_rows,
    judged_conditions,
    number_struck,
    shape_of,
)
from ledger.queries.as_of import claims_then
from ledger.queries.filters import ScorecardFilters
from ledger.queries.tallies import valid_at
from ledger.store.base import JSONTuple
from ledger.store.entries import EntryRow
from ledger.store.policies import policies_of
from ledger.store.tallies import UnitRow

_EVERY_JUDGED = tuple(standing for statuses in JUDGED.values() for standing in statuses)
_UNJUDGED = (OPEN, UNCHECKABLE, *(outcome.value for outcome in Outcome if outcome.value not in _EVERY_JUDGED))


@dataclass(frozen=True)
class Answered:
    """What is selected, as the journal stood at an entry, on a day, and how many there are of each answer.

    `apart` holds, by forecast, what those are whose row alone does not tell: they are not among those in `alike`.
    """

    entry: int
    filters: ScorecardFilters
    today: date
    alike: dict[Answer, int]
    apart: dict[int, Answer]

    def rows(self, kinds: Sequence[ClaimKind] = KINDS) -> Subquery:
        """The rows of these kinds."""
        return answer_rows(self.entry, UnitRow, judged_conditions(self.entry, self.filters, self.today, kinds))

    def newest_rows(self, offset: int, limit: int) -> Subquery:
        """The newest rows from a place on: found before joining what they are about."""
        fits = judged_conditions(self.entry, self.filters, self.today, KINDS)
        newest = select(UnitRow).where(*fits).order_by(UnitRow.claim_id.desc(), UnitRow.forecast_id.desc())
        return answer_rows(self.entry, aliased(UnitRow, newest.offset(offset).limit(limit).subquery()), ())


def read_answered(session: Session, entry: int, filters: ScorecardFilters, *, today: date) -> Answered:
    """The judged answers that fit the filters. The number of queries does not grow with them."""
    rows = answer_rows(entry, UnitRow, judged_conditions(entry, filters, today, KINDS))
    alike, any_apart = _counted(session, rows, entry)
    apart = _looked_at(session, rows, entry) if any_apart else {}
    for as_row, _ in apart.values():
        alike[as_row] -= 1
    told = {number: answer for number, (_, answer) in apart.items()}
    return Answered(entry, filters, today, +alike, told)


def counts_of(answered: Answered) -> Counter[Answer]:
    """How many there are of each answer."""
    return Counter(answered.alike) + Counter(answered.apart.values())


def unjudged(
    session: Session, entry: int, filters: ScorecardFilters, *, today: date
) -> dict[ClaimKind, dict[str, int]]:
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
            *valid_at(entry, filters), *fits, UnitRow.kind.in_(KINDS)
        )
        for kind, word, n in session.execute(counts.group_by(UnitRow.kind, stands)):
            found[kind][word] = found[kind].get(word, 0) + n
    return found


def _counted(session: Session, rows: Subquery, entry: int) -> tuple[Counter[Answer], bool]:
    """How many rows there are of each answer, by the rows alone; and whether some have to be looked at."""
    c = rows.c
    shared, numbered = c.way == Way.SHARED, c.way.in_((Way.NAMED, Way.INTERVAL))
    keys = (
        *(c.kind, c.way, c.reading, c.hit),
        *(case((numbered, end), else_=NO_NUMBER).label(f"{end.name}_end") for end in (c.low, c.mid, c.high)),
        type_coerce(case((shared, type_coerce(c.shares, Text)), else_=NO_SHARES), JSONTuple).label("given"),
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
        return number_struck(row)
    return made_too_late(row.made_on, horizon, PartialDate.parse(row.first.removesuffix("-99")), policy)
