"""Choices and quantities of a scorecard: the scores that true and false do not hold, and the calls behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, false, or_, select, true
from sqlalchemy.orm import Session

from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.confidence import MILLION, Reading
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
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
from ledger.queries.as_of import ClaimThen, claims_then
from ledger.queries.calls import Order, claimants_of
from ledger.queries.claim_list import Named
from ledger.queries.filters import Counted
from ledger.queries.judged_answers import (
    Answered,
    alike,
    answer_by_row,
    counts_of,
    read_answered,
    shape_of,
    unjudged,
)
from ledger.queries.scorecards import describe_scope
from ledger.store.policies import policy_at

PAGE = 50


class Part(StrEnum):
    """Which of the calls are listed: all of a kind, or those behind one number."""

    CHOICES = "choices"
    SHARED = "shared"
    ORDERED = "ordered"
    CHOSEN = "chosen"
    NAMED = "named"
    CAME = "came"
    CHOICES_NO_NUMBER = "choices_no_number"
    CHOICES_TOO_LATE = "choices_too_late"
    UNLISTED = "unlisted"
    QUANTITIES = "quantities"
    INTERVALS = "intervals"
    HELD = "held"
    ONE_SIDED = "one_sided"
    UNMEASURED = "unmeasured"
    QUANTITIES_NO_NUMBER = "quantities_no_number"
    QUANTITIES_TOO_LATE = "quantities_too_late"
    CERTAIN = "certain"

    @property
    def words(self) -> str:
        """For reading, in the list's heading."""
        return {
            Part.CHOICES: "choices that were answered",
            Part.SHARED: "choices with a probability for every option",
            Part.ORDERED: "choices among ordered options, with a probability for every one",
            Part.CHOSEN: "choices of which one option was named",
            Part.NAMED: "choices of which one option was named with a probability",
            Part.CAME: "choices of which the option named came about",
            Part.CHOICES_NO_NUMBER: "choices of which one option was named without a probability",
            Part.CHOICES_TOO_LATE: "choices forecast too late",
            Part.UNLISTED: "choices whose answer was added as an option after the forecast",
            Part.QUANTITIES: "quantities that were judged",
            Part.INTERVALS: "quantities with an interval and a probability",
            Part.HELD: "quantities whose interval held the measured value",
            Part.ONE_SIDED: "quantities with one bound only",
            Part.UNMEASURED: "quantities judged without a measured value",
            Part.QUANTITIES_NO_NUMBER: "quantities said without a probability",
            Part.QUANTITIES_TOO_LATE: "quantities forecast too late",
            Part.CERTAIN: "quantities said with a probability of 0 or 1",
        }[self]


@dataclass(frozen=True)
class Asked:
    """Which calls are listed, whose number they rest on, and which come first."""

    part: Part | None = None
    reading: Reading | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class AnsweredCall:
    """A forecast on a choice or a quantity: what was said, what came, and its scores. Probabilities are 0-1.

    `interval_score` is in the claim's own unit, 0 or more, lower is better; None for all but intervals. `hit` says
    whether the option named came about, or the interval held the value.
    """

    claim: int
    statement: str
    forecast: int
    claimants: tuple[Named, ...]
    made_on: PartialDate
    kind: ClaimKind
    reading: Reading
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
    standing: str  # the outcome
    came: str  # of a choice, the option that came about
    value: float | None  # of a quantity, what was measured
    hit: bool | None
    scores: AnswerScores
    interval_score: float | None


@dataclass(frozen=True)
class AnswersPage:
    """The choices and quantities of a scorecard, and one page of the calls behind them.

    `choices` and `quantities` count all on record by how they stand: judged (a choice: answered), or why not. `scores`
    is over those judged, their horizon passed; `parts` counts the calls of each part.
    """

    kind: str
    key: str
    name: str
    counted: Counted
    choices: dict[str, int]
    quantities: dict[str, int]
    scores: Answers
    parts: dict[str, int]
    asked: Asked
    calls: tuple[AnsweredCall, ...]
    total: int
    page: int
    pages: int
    policy: str
    smallest_n: int


@dataclass(frozen=True)
class _Among:
    """What makes an answer one of a part."""

    kind: ClaimKind
    ways: tuple[Way, ...] = tuple(Way)
    hit: bool | None = None
    ordered: bool = False

    def fits(self, answer: Answer) -> bool:
        return (
            answer.kind is self.kind
            and answer.way in self.ways
            and (self.hit is None or answer.hit is self.hit)
            and (answer.ordered or not self.ordered)
        )

    def condition(self, columns: Any) -> ColumnElement[bool]:
        """The same of rows."""
        of_it = [columns.kind == self.kind, columns.way.in_(self.ways)]
        if self.hit is not None:
            of_it.append(columns.hit == int(self.hit))
        if self.ordered:
            of_it.append(columns.ordered)
        return and_(*of_it)


_CHOICE, _QUANTITY = ClaimKind.CHOICE, ClaimKind.QUANTITY
_CHOSEN = (Way.NAMED, Way.NO_NUMBER)
_AMONG = {
    Part.CHOICES: _Among(_CHOICE),
    Part.SHARED: _Among(_CHOICE, (Way.SHARED,)),
    Part.ORDERED: _Among(_CHOICE, (Way.SHARED,), ordered=True),
    Part.CHOSEN: _Among(_CHOICE, _CHOSEN),
    Part.NAMED: _Among(_CHOICE, (Way.NAMED,)),
    Part.CAME: _Among(_CHOICE, _CHOSEN, hit=True),
    Part.CHOICES_NO_NUMBER: _Among(_CHOICE, (Way.NO_NUMBER,)),
    Part.CHOICES_TOO_LATE: _Among(_CHOICE, (Way.TOO_LATE,)),
    Part.UNLISTED: _Among(_CHOICE, (Way.UNLISTED,)),
    Part.QUANTITIES: _Among(_QUANTITY),
    Part.INTERVALS: _Among(_QUANTITY, (Way.INTERVAL,)),
    Part.HELD: _Among(_QUANTITY, (Way.INTERVAL,), hit=True),
    Part.ONE_SIDED: _Among(_QUANTITY, (Way.ONE_SIDED,)),
    Part.UNMEASURED: _Among(_QUANTITY, (Way.UNMEASURED,)),
    Part.QUANTITIES_NO_NUMBER: _Among(_QUANTITY, (Way.NO_NUMBER,)),
    Part.QUANTITIES_TOO_LATE: _Among(_QUANTITY, (Way.TOO_LATE,)),
    Part.CERTAIN: _Among(_QUANTITY, (Way.CERTAIN,)),
}


def answers(session: Session, kind: str, key: str, counted: Counted, asked: Asked, *, page: int = 1) -> AnswersPage:
    """The choices and quantities of a scope. Raises Missing where there is no such scope, and past the last page."""
    name, _ = describe_scope(session, kind, key)
    what = (session, counted.entry, counted.selection)
    stand = unjudged(*what, today=counted.day)
    found = read_answered(*what, today=counted.day)
    counts = counts_of(found)
    total = sum(n for answer, n in counts.items() if _wanted(answer, asked))
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    policy = policy_at(session, counted.entry)
    parts = {part.value: sum(n for answer, n in counts.items() if _AMONG[part].fits(answer)) for part in Part}
    return AnswersPage(
        kind=kind,
        key=key,
        name=name,
        counted=counted,
        choices={"judged": parts[Part.CHOICES], **stand[_CHOICE]},
        quantities={"judged": parts[Part.QUANTITIES], **stand[_QUANTITY]},
        scores=score_answers(counts),
        parts=parts,
        asked=asked,
        calls=_calls(session, found, asked, (page - 1) * PAGE),
        total=total,
        page=page,
        pages=pages,
        policy=policy.version,
        smallest_n=policy.smallest_n,
    )


def _wanted(answer: Answer, asked: Asked) -> bool:
    """Whether an answer is one of those asked for; in the order of their scores only what has one is."""
    return (
        (asked.part is None or _AMONG[asked.part].fits(answer))
        and (asked.reading is None or answer.reading is asked.reading)
        and (asked.order is Order.NEWEST or scores_of(answer).brier is not None)
    )


def _calls(session: Session, found: Answered, asked: Asked, offset: int) -> tuple[AnsweredCall, ...]:
    ordered = _newest(found, asked, offset) if asked.order is Order.NEWEST else _by_score(found, asked, offset)
    rows = session.execute(ordered).all()
    said_by = claimants_of(session, [row.forecast_id for row in rows], found.entry)
    then = claims_then(session, (row.claim_id for row in rows), found.entry)
    return tuple(_call(row, found, then.get(row.claim_id), said_by.get(row.forecast_id, ())) for row in rows)


def _newest(found: Answered, asked: Asked, offset: int) -> Select[*tuple[Any, ...]]:
    if asked.part is None and asked.reading is None:
        rows = found.newest_rows(offset, PAGE)
        return select(rows).order_by(*_newest_first(rows.c))
    rows = found.rows((_AMONG[asked.part].kind,)) if asked.part else found.rows()
    among = _AMONG[asked.part].condition(rows.c) if asked.part else true()
    if asked.reading is not None:
        among = and_(among, rows.c.reading == asked.reading)
    told = [forecast for forecast, answer in found.apart.items() if _wanted(answer, asked)]
    fits = or_(and_(among, _by_row(found, rows)), rows.c.forecast_id.in_(told)) if found.apart else among
    return select(rows).where(fits).order_by(*_newest_first(rows.c)).offset(offset).limit(PAGE)


def _by_score(found: Answered, asked: Asked, offset: int) -> Select[*tuple[Any, ...]]:
    """A page of the calls in the order of their scores. Counts tell which answers are on it: only those are sorted."""
    shown: list[tuple[Answer, int | None]] = []
    skipped = before = 0
    for answer, n, number in _in_order(found, asked):
        if before + n <= offset:
            skipped = before + n
        elif before < offset + PAGE:
            shown.append((answer, number))
        before += n
    rows = found.rows(sorted({answer.kind for answer, _ in shown}))
    c, by_row = rows.c, _by_row(found, rows)
    fits = [
        and_(alike(rows, answer), by_row) if number is None else c.forecast_id == number for answer, number in shown
    ]
    places = (case(*((one, place) for place, one in enumerate(fits))),) if fits else ()
    query = select(rows).where(or_(false(), *fits)).order_by(*places, *_newest_first(c))
    return query.offset(offset - skipped).limit(PAGE)


def _in_order(found: Answered, asked: Asked) -> list[tuple[Answer, int, int | None]]:
    """Answers with how many they are, in the order of their scores; with its forecast, what its row does not tell."""
    sign = -1 if asked.order is Order.WORST else 1
    groups: list[tuple[Answer, int, int | None]] = [(answer, n, None) for answer, n in found.alike.items()]
    groups += [(answer, 1, number) for number, answer in found.apart.items()]
    wanted = [group for group in groups if _wanted(group[0], asked)]
    return sorted(wanted, key=lambda group: (sign * (scores_of(group[0]).brier or 0.0), str(group)))


def _by_row(found: Answered, rows: Subquery) -> ColumnElement[bool]:
    """Of those whose row tells what they are."""
    return rows.c.forecast_id.not_in(found.apart) if found.apart else true()


def _newest_first(columns: Any) -> Sequence[ColumnElement[Any]]:
    return columns.claim_id.desc(), columns.forecast_id.desc()


def _call(row: Row[Any], found: Answered, then: ClaimThen | None, said_by: tuple[Named, ...]) -> AnsweredCall:
    answer = found.apart.get(row.forecast_id) or answer_by_row(row)
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
        standing=row.standing,
        came=_option(shape, row.answer),
        value=row.value,
        hit=answer.hit,
        scores=scores_of(answer),
        interval_score=interval_score_of(answer, shape, row.value),
    )


def _option(shape: Shape, place: int | None) -> str:
    """The words of an option, counted from 1."""
    return shape.options[place - 1] if place is not None else ""
