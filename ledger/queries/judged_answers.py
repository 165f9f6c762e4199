"""Judged forecasts on choices and quantities, counted by answer: forecasts with equal answers have equal scores.

Most answers follow from a row alone, and the database counts them. The exceptions are read one by one: forecasts that
may have been made too late and, as of a past day, forecasts on claims that were amended since.
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
    number_dropped,
    shape_of,
)
from ledger.queries.as_of import claims_as_of
from ledger.queries.filters import ScorecardFilters
from ledger.queries.tallies import valid_at
from ledger.store.base import JSONTuple
from ledger.store.entries import EntryRow
from ledger.store.policies import policies_of
from ledger.store.tallies import UnitRow

_EVERY_JUDGED = tuple(status for statuses in JUDGED.values() for status in statuses)
_UNJUDGED = (OPEN, UNCHECKABLE, *(outcome.value for outcome in Outcome if outcome.value not in _EVERY_JUDGED))


@dataclass(frozen=True)
class JudgedAnswers:
    """The judged answers that fit the filters, as of an entry, on a day (UTC).

    `by_row` counts the answers that follow from a row alone. `exceptions` has the other answers, by forecast.
    """

    entry: int
    filters: ScorecardFilters
    today: date
    by_row: dict[Answer, int]
    exceptions: dict[int, Answer]

    def rows(self, kinds: Sequence[ClaimKind] = KINDS) -> Subquery:
        """The rows of these kinds of claims."""
        return answer_rows(self.entry, UnitRow, judged_conditions(self.entry, self.filters, self.today, kinds))

    def newest_rows(self, offset: int, limit: int) -> Subquery:
        """The newest rows from an offset on. The units are selected before the joins, which is quicker."""
        fits = judged_conditions(self.entry, self.filters, self.today, KINDS)
        newest = select(UnitRow).where(*fits).order_by(UnitRow.claim_id.desc(), UnitRow.forecast_id.desc())
        return answer_rows(self.entry, aliased(UnitRow, newest.offset(offset).limit(limit).subquery()), ())


def read_judged(session: Session, entry: int, filters: ScorecardFilters, *, today: date) -> JudgedAnswers:
    """The judged answers that fit the filters, with a fixed number of queries."""
    rows = answer_rows(entry, UnitRow, judged_conditions(entry, filters, today, KINDS))
    by_row, any_exceptions = _count_rows(session, rows, entry)
    found = _read_exceptions(session, rows, entry) if any_exceptions else {}
    for as_row, _ in found.values():
        by_row[as_row] -= 1
    exceptions = {number: answer for number, (_, answer) in found.items()}
    return JudgedAnswers(entry, filters, today, +by_row, exceptions)


def counts_of(answered: JudgedAnswers) -> Counter[Answer]:
    """The number of each answer."""
    return Counter(answered.by_row) + Counter(answered.exceptions.values())


def unjudged(
    session: Session, entry: int, filters: ScorecardFilters, *, today: date
) -> dict[ClaimKind, dict[str, int]]:
    """The numbers of choices and quantities that are not judged on a day, by kind and status."""
    found: dict[ClaimKind, dict[str, int]] = {kind: {} for kind in KINDS}
    early = UnitRow.month > month_of(today)
    # Two queries by status, so that the judged ones, of which there may be very many, are not searched for the others.
    for status, fits in (
        (case((early, EARLY), else_=UnitRow.status), [UnitRow.status.in_(_UNJUDGED)]),
        (literal(EARLY), [UnitRow.status.in_(_EVERY_JUDGED), early]),
    ):
        shown_status = status.label("shown_status")
        counts = select(UnitRow.kind, shown_status, func.count()).where(
            *valid_at(entry, filters), *fits, UnitRow.kind.in_(KINDS)
        )
        for kind, word, n in session.execute(counts.group_by(UnitRow.kind, shown_status)):
            found[kind][word] = found[kind].get(word, 0) + n
    return found


def _count_rows(session: Session, rows: Subquery, entry: int) -> tuple[Counter[Answer], bool]:
    """The number of rows of each answer, by the rows alone; and whether there may be exceptions."""
    c = rows.c
    shared, numbered = c.way == Way.SHARED, c.way.in_((Way.NAMED, Way.INTERVAL))
    keys = (
        *(c.kind, c.way, c.reading, c.hit),
        *(case((numbered, end), else_=NO_NUMBER).label(f"{end.name}_end") for end in (c.low, c.mid, c.high)),
        type_coerce(case((shared, type_coerce(c.shares, Text)), else_=NO_SHARES), JSONTuple).label("given"),
        case((shared, c.answer)).label("came"),
        case((and_(shared, c.ordered), 1), else_=0).label("in_order"),
    )
    first, amended = _first_made_on(rows, entry), _amended_since(rows, entry)
    exception = func.max(case((or_(_maybe_late(rows, first), amended), 1), else_=0)).label("exception")
    found: Counter[Answer] = Counter()
    any_exceptions = False
    for row in session.execute(select(*keys, func.count().label("n"), exception).group_by(*keys)):
        found[_of_key(row)] += row.n
        any_exceptions |= bool(row.exception)
    return found, any_exceptions


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


def _first_made_on(rows: Subquery, entry: int) -> ScalarSelect[str]:
    """The date of the first forecast on a row's claim, with "-99" appended so that dates sort by their last day."""
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
    """Whether a choice without a number may be late: made after the horizon or, without one, after the first forecast.

    A late forecast with a number is recognized by its dropped number.
    """
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


def _read_exceptions(session: Session, rows: Subquery, entry: int) -> dict[int, tuple[Answer, Answer]]:
    """By forecast, where the two differ: the answer that its row alone gives, and its real answer."""
    first, amended = _first_made_on(rows, entry), _amended_since(rows, entry)
    candidates = session.execute(
        select(rows, first.label("first"), amended.label("amended")).where(or_(_maybe_late(rows, first), amended))
    ).all()
    then = claims_as_of(session, {row.claim_id for row in candidates if row.amended}, entry)
    policies = policies_of(session, {row.policy for row in candidates})
    found = {}
    for row in candidates:
        past = then.get(row.claim_id)
        shape, horizon = (past.shape, past.horizon) if past else (shape_of(row), row.horizon)
        answer, as_row = answer_of(row, shape, late=_late(row, horizon, policies[row.policy])), answer_by_row(row)
        if answer != as_row:
            found[row.forecast_id] = as_row, answer
    return found


def _late(row: Any, horizon: PartialDate | None, policy: Policy) -> bool:
    if row.number_given or row.kind is not ClaimKind.CHOICE:
        return number_dropped(row)
    return made_too_late(row.made_on, horizon, PartialDate.parse(row.first.removesuffix("-99")), policy)
