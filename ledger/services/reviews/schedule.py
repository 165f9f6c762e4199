"""Scheduling reviews: snoozing, bringing forward, reopening a claim, and flagging reviews that fell due."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.checkability import Checkability
from ledger.domain.dates import latest_today
from ledger.domain.errors import Problem, Refused, refuse_if
from ledger.domain.reviews import OPEN_STATES, ReviewState, reason_problems, snooze_problems
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import ReviewFellDue, ReviewRescheduled, ReviewScheduled
from ledger.journal.post import writing
from ledger.services.claims.lookup import ended_problems, find_claim, find_review, latest_review
from ledger.services.reviews.assign import assign_free_reviewers, assignees
from ledger.store.claims import Claim
from ledger.store.policies import policies_of, policy_in_force
from ledger.store.reviews import Review


def snooze_review(
    session: Session,
    *,
    now: datetime,
    by: str,
    review: int,
    until: date,
    reason: str,
    seen: int | None = None,
) -> None:
    """Snooze a due review that cannot be judged yet. Raises Refused, Stale, Missing."""
    with writing(session, now) as journal:
        policy = policy_in_force(session)
        refuse_if([*snooze_problems(until, today=now.date(), policy=policy), *reason_problems("reason", reason)])
        found = find_review(session, review, open_only=True)
        find_claim(session, found.claim_id, seen=seen)
        if found.due_on > latest_today(now):  # in the time zone where the day is furthest on
            raise Refused(Problem("until", f"This review is not due before {found.due_on.isoformat()}."))
        journal.post(
            ReviewRescheduled(claim=found.claim_id, review=review, due_on=until.isoformat(), reason=reason, by=by)
        )


def bring_forward(session: Session, *, now: datetime, by: str, review: int, reason: str) -> None:
    """Make a review due today, because the claim can be judged before its horizon. Raises Refused, Missing."""
    today = now.date()
    refuse_if(reason_problems("reason", reason))
    with writing(session, now) as journal:
        found = find_review(session, review, open_only=True)
        if found.due_on <= today:
            raise Refused(Problem("reason", "This review is due already."))
        journal.post(
            ReviewRescheduled(claim=found.claim_id, review=review, due_on=today.isoformat(), reason=reason, by=by)
        )


def reopen_claim(session: Session, *, now: datetime, by: str, claim: int, reason: str) -> int:
    """Reopen a resolved claim because of new knowledge. Its verdict stays in force until another supersedes it.

    Returns the new review's number. Raises Refused, Missing.
    """
    refuse_if(reason_problems("reason", reason))
    with writing(session, now) as journal:
        found = find_claim(session, claim)
        refuse_if([*ended_problems(found), *_not_reviewed(found)])
        before = latest_review(session, claim)
        if before is None or before.state is not ReviewState.CLOSED:
            raise Refused(Problem("reason", "This claim is still under review."))
        policy = policy_in_force(session)
        review = journal.post(
            ReviewScheduled(claim=claim, due_on=now.date().isoformat(), policy=policy.version, reason=reason, by=by)
        )
        assign_free_reviewers(session, journal, claim=claim, review=review, policy=policy)
        return review


def _not_reviewed(claim: Claim) -> list[Problem]:
    """Why a claim that is not judged by reviewers cannot be reopened."""
    if claim.judged_from is not JudgedFrom.ITSELF:
        return [Problem("reason", "This claim is judged from its parts: reopen the part that has changed.")]
    if claim.checkability is not Checkability.CHECKABLE:
        return [Problem("reason", f"This claim was found {claim.checkability.words}: amend that first.")]
    return []


def note_fallen_due(session: Session, *, now: datetime) -> int:
    """Flag every review that has fallen due (UTC), and fill the empty seats of all due reviews.

    Returns how many have newly fallen due.
    """
    with writing(session, now) as journal:
        due = session.scalars(
            select(Review).where(Review.state.in_(OPEN_STATES), Review.due_on <= now.date()).order_by(Review.id)
        ).all()
        fallen = [review for review in due if review.fell_due_at is None]
        for review in fallen:
            journal.post(ReviewFellDue(claim=review.claim_id, review=review.id, due_on=review.due_on.isoformat()))
        policies = policies_of(session, {review.policy for review in due})
        for review in due:
            policy = policies[review.policy]
            if len(assignees(session, review.id)) < policy.reviewers_per_claim:
                assign_free_reviewers(session, journal, claim=review.claim_id, review=review.id, policy=policy)
        return len(fallen)
