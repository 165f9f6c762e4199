"""The choices and quantities of a scorecard: their scores, and the calls behind the scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, false, or_, select, true
from sqlalchemy.orm import Session

from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.confidence import MILLION, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.scoring.choices_and_quantities import (
    Answer,
    Answers,
    AnswerScores,
    Way,
    interval_score_of,
    score_answers,
    scores_of,
)
from ledger.domain.scoring.units import NO_NUMBER
from ledger.queries.answer_parts import AnswerPart
from ledger.queries.answer_rows import answer_by_row, same_answer, shape_of
from ledger.queries.as_of import PastClaim, claims_as_of
from ledger.queries.call_status import Order
from ledger.queries.calls import claimants_of
from ledger.queries.claim_list import PageLink
from ledger.queries.filters import AnswerFilters
from ledger.queries.judged_answers import JudgedAnswers, counts_of, read_judged, unjudged
from ledger.queries.paging import page_count
from ledger.queries.scopes import describe_scope
from ledger.queries.scorecard_query import ScorecardQuery
from ledger.store.policies import policy_at

PAGE = 50


@dataclass(frozen=True)
class AnsweredCall:
    """A forecast on a choice or a quantity, with the result and its scores. Probabilities are 0-1.

    `interval_score` is in the claim's own unit, 0 or more, lower is better; None for all but intervals. `hit` says
    whether the option named came about, or the interval held the value.
    """

    claim: int
    statement: str
    forecast: int
    claimants: tuple[PageLink, ...]
    made_on: PartialDate
    kind: ClaimKind
    reading: NumberSource
    hedge: str
    way: Way
    low: float | None
    mid: float | None
    high: float | None
    option: str  # of a choice, the option named; "" where none is
    options: tuple[str, ...]  # of a choice
    shares: tuple[float, ...]  # of a choice, each option's probability; fewer where options were added since
    bounds: str  # of a quantity, in words
    unit: str
    status: str  # the outcome
    came: str  # of a choice, the option that came about
    value: float | None  # of a quantity, what was measured
    hit: bool | None
    scores: AnswerScores
    interval_score: float | None


@dataclass(frozen=True)
class AnswersPage:
    """The choices and quantities of a scorecard, and one page of the calls behind them.

    `choices` and `quantities` count all on record by status: "judged", or the reason why not. `scores` covers the
    judged ones whose horizon has passed; `parts` counts the calls of each part.
    """

    kind: str
    key: str
    name: str
    query: ScorecardQuery
    choices: dict[str, int]
    quantities: dict[str, int]
    scores: Answers
    parts: dict[str, int]
    listed: AnswerFilters
    calls: tuple[AnsweredCall, ...]
    total: int
    page: int
    pages: int
    policy: str
    smallest_n: int


def answers(
    session: Session, kind: str, key: str, query: ScorecardQuery, listed: AnswerFilters, *, page: int = 1
) -> AnswersPage:
    """The choices and quantities of a scope. Raises Missing where there is no such scope, and past the last page."""
    name, _ = describe_scope(session, kind, key)
    selection = (session, query.entry, query.scoped_filters)
    not_judged = unjudged(*selection, today=query.day)
    found = read_judged(*selection, today=query.day)
    counts = counts_of(found)
    total = sum(n for answer, n in counts.items() if _is_listed(answer, listed))
    pages = page_count(total, PAGE, page)
    policy = policy_at(session, query.entry)
    parts = {part.value: sum(n for answer, n in counts.items() if part.rule.fits(answer)) for part in AnswerPart}
    return AnswersPage(
        kind=kind,
        key=key,
        name=name,
        query=query,
        choices={"judged": parts[AnswerPart.CHOICES], **not_judged[ClaimKind.CHOICE]},
        quantities={"judged": parts[AnswerPart.QUANTITIES], **not_judged[ClaimKind.QUANTITY]},
        scores=score_answers(counts),
        parts=parts,
        listed=listed,
        calls=_calls(session, found, listed, (page - 1) * PAGE),
        total=total,
        page=page,
        pages=pages,
        policy=policy.version,
        smallest_n=policy.smallest_n,
    )


def _is_listed(answer: Answer, listed: AnswerFilters) -> bool:
    """Whether an answer is listed. Answers without a score are not listed in the orders by score."""
    return (
        (listed.part is None or listed.part.rule.fits(answer))
        and (listed.reading is None or answer.reading is listed.reading)
        and (listed.order is Order.NEWEST or scores_of(answer).brier is not None)
    )


def _calls(session: Session, found: JudgedAnswers, listed: AnswerFilters, offset: int) -> tuple[AnsweredCall, ...]:
    ordered = _newest(found, listed, offset) if listed.order is Order.NEWEST else _by_score(found, listed, offset)
    rows = session.execute(ordered).all()
    said_by = claimants_of(session, [row.forecast_id for row in rows], found.entry)
    then = claims_as_of(session, (row.claim_id for row in rows), found.entry)
    return tuple(_call(row, found, then.get(row.claim_id), said_by.get(row.forecast_id, ())) for row in rows)


def _newest(found: JudgedAnswers, listed: AnswerFilters, offset: int) -> Select[*tuple[Any, ...]]:
    if listed.part is None and listed.reading is None:
        rows = found.newest_rows(offset, PAGE)
        return select(rows).order_by(*_newest_first(rows.c))
    rows = found.rows((listed.part.rule.kind,)) if listed.part else found.rows()
    among = listed.part.rule.condition(rows.c) if listed.part else true()
    if listed.reading is not None:
        among = and_(among, rows.c.reading == listed.reading)
    listed_exceptions = [forecast for forecast, answer in found.exceptions.items() if _is_listed(answer, listed)]
    fits = among
    if found.exceptions:
        fits = or_(and_(among, _follows_from_row(found, rows)), rows.c.forecast_id.in_(listed_exceptions))
    return select(rows).where(fits).order_by(*_newest_first(rows.c)).offset(offset).limit(PAGE)


def _by_score(found: JudgedAnswers, listed: AnswerFilters, offset: int) -> Select[*tuple[Any, ...]]:
    """A page of the calls ordered by score. The counts give the answers on the page, so that only these are sorted."""
    shown: list[tuple[Answer, int | None]] = []
    skipped = before = 0
    for answer, n, number in _in_order(found, listed):
        if before + n <= offset:
            skipped = before + n
        elif before < offset + PAGE:
            shown.append((answer, number))
        before += n
    rows = found.rows(sorted({answer.kind for answer, _ in shown}))
    c, follows = rows.c, _follows_from_row(found, rows)
    fits = [
        and_(same_answer(rows, answer), follows) if number is None else c.forecast_id == number
        for answer, number in shown
    ]
    places = (case(*((one, place) for place, one in enumerate(fits))),) if fits else ()
    query = select(rows).where(or_(false(), *fits)).order_by(*places, *_newest_first(c))
    return query.offset(offset - skipped).limit(PAGE)


def _in_order(found: JudgedAnswers, listed: AnswerFilters) -> list[tuple[Answer, int, int | None]]:
    """Answers with their counts, ordered by score; the exceptions, read one by one, also with their forecast."""
    sign = -1 if listed.order is Order.WORST else 1
    groups: list[tuple[Answer, int, int | None]] = [(answer, n, None) for answer, n in found.by_row.items()]
    groups += [(answer, 1, number) for number, answer in found.exceptions.items()]
    listed_groups = [group for group in groups if _is_listed(group[0], listed)]
    return sorted(listed_groups, key=lambda group: (sign * (scores_of(group[0]).brier or 0.0), str(group)))


def _follows_from_row(found: JudgedAnswers, rows: Subquery) -> ColumnElement[bool]:
    """The condition that a call's answer follows from its row: see ledger.queries.judged_answers."""
    return rows.c.forecast_id.not_in(found.exceptions) if found.exceptions else true()


def _newest_first(columns: Any) -> Sequence[ColumnElement[Any]]:
    return columns.claim_id.desc(), columns.forecast_id.desc()


def _call(row: Row[Any], found: JudgedAnswers, then: PastClaim | None, said_by: tuple[PageLink, ...]) -> AnsweredCall:
    answer = found.exceptions.get(row.forecast_id) or answer_by_row(row)
    shape = then.shape if then else shape_of(row)
    low, mid, high = (None if end == NO_NUMBER else end / MILLION for end in (row.low, row.mid, row.high))
    return AnsweredCall(
        claim=row.claim_id,
        statement=then.statement if then else row.statement,
        forecast=row.forecast_id,
        claimants=said_by,
        made_on=row.made_on,
        kind=row.kind,
        reading=row.reading,
        hedge=row.hedge,
        way=answer.way,
        low=low,
        mid=mid,
        high=high,
        option=_option(shape, row.option),
        options=shape.options,
        shares=row.shares,
        bounds=shape.bounds.words,
        unit=shape.unit,
        status=row.status,
        came=_option(shape, row.answer),
        value=row.value,
        hit=answer.hit,
        scores=scores_of(answer),
        interval_score=interval_score_of(answer, shape, row.value),
    )


def _option(shape: Shape, place: int | None) -> str:
    """The words of an option, counted from 1."""
    return shape.options[place - 1] if place is not None else ""
