"""The due list of a reviewer or an editor: reviews that are due, overdue, split or snoozed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from ledger.domain.reminders import OVERDUE_AFTER_DAYS, ReminderKind, urgency
from ledger.domain.reviews import OPEN_STATES, ReviewState
from ledger.queries.claim_list import ClaimLine, claim_lines
from ledger.queries.paging import page_count
from ledger.store.accounts import Role
from ledger.store.reviews import Assignment, Review

PAGE = 25


@dataclass(frozen=True)
class DueLine:
    """A review on the due page: its urgency, and the part that this reader has in it."""

    review: int
    due_on: date
    days_over: int
    urgency: ReminderKind
    state: ReviewState
    sealed: int
    assigned: int
    mine: bool
    i_sealed: bool
    claim: ClaimLine


@dataclass(frozen=True)
class DuePage:
    """The due page, overdue reviews first. `waiting_for_me` is the number in the badge."""

    lines: tuple[DueLine, ...]
    total: int
    overdue: int
    waiting_for_me: int
    only_mine: bool
    page: int
    pages: int
    snoozed: tuple[ClaimLine, ...]


def waiting_for(session: Session, actor: str, role: Role, *, today: date) -> int:
    """The number of reviews that wait for this person: to assess or, for an editor, to decide."""
    return session.scalar(select(func.count()).select_from(Review).where(_waits_for(actor, role, today))) or 0


def due_page(
    session: Session, actor: str, role: Role, *, today: date, only_mine: bool = False, page: int = 1
) -> DuePage:
    """Everything due on `today` (the reader's calendar), or only what waits for this person. Raises Missing past the
    last page.
    """
    due = and_(Review.state.in_((*OPEN_STATES, ReviewState.SPLIT)), Review.due_on <= today)
    shown = _waits_for(actor, role, today) if only_mine else due
    total = session.scalar(select(func.count()).select_from(Review).where(shown)) or 0
    overdue = _count_overdue(session, shown, today)
    found: Select[Review] = (
        select(Review).where(shown).order_by(Review.due_on, Review.id).offset((page - 1) * PAGE).limit(PAGE)
    )
    reviews = session.scalars(found).all()
    snoozed = session.scalars(
        select(Review.claim_id)
        .where(Review.state.in_(OPEN_STATES), Review.due_on > today, Review.snoozed.is_not(None))
        .order_by(Review.due_on, Review.id)
        .limit(PAGE)
    ).all()
    return DuePage(
        lines=_lines(session, reviews, actor, today),
        total=total,
        overdue=overdue,
        waiting_for_me=waiting_for(session, actor, role, today=today),
        only_mine=only_mine,
        page=page,
        pages=page_count(total, PAGE, page),
        snoozed=claim_lines(session, snoozed),
    )


def _waits_for(actor: str, role: Role, today: date) -> ColumnElement[bool]:
    mine = exists().where(Assignment.review_id == Review.id, Assignment.actor_id == actor, Assignment.sealed.is_(None))
    to_judge = and_(Review.state.in_(OPEN_STATES), Review.due_on <= today, mine)
    return or_(to_judge, Review.state == ReviewState.SPLIT) if role.covers(Role.EDITOR) else to_judge


def _count_overdue(session: Session, shown: ColumnElement[bool], today: date) -> int:
    overdue_since = today - timedelta(days=OVERDUE_AFTER_DAYS)
    return session.scalar(select(func.count()).select_from(Review).where(shown, Review.due_on <= overdue_since)) or 0


def _lines(session: Session, reviews: Sequence[Review], actor: str, today: date) -> tuple[DueLine, ...]:
    claims = {line.id: line for line in claim_lines(session, [review.claim_id for review in reviews])}
    seats: dict[int, dict[str, int | None]] = {}
    for row in session.scalars(select(Assignment).where(Assignment.review_id.in_([r.id for r in reviews]))):
        seats.setdefault(row.review_id, {})[row.actor_id] = row.sealed
    lines = []
    for review in reviews:
        mine = seats.get(review.id, {})
        lines.append(
            DueLine(
                review=review.id,
                due_on=review.due_on,
                days_over=(today - review.due_on).days,
                urgency=urgency(review.due_on, today) or ReminderKind.DUE,
                state=review.state,
                sealed=sum(1 for sealed in mine.values() if sealed),
                assigned=len(mine),
                mine=actor in mine,
                i_sealed=bool(mine.get(actor)),
                claim=claims[review.claim_id],
            )
        )
    return tuple(lines)
