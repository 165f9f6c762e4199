"""Projection of reviews, assessments and verdicts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, func, insert, select, update

from ledger.domain.claims import ClaimState
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import Certainty, ReviewState
from ledger.journal.entries import (
    AssessmentSealed,
    AssessmentsOpened,
    AssessmentWithdrawn,
    ReviewersAssigned,
    ReviewFellDue,
    ReviewRescheduled,
    ReviewScheduled,
    VerdictAdopted,
)
from ledger.journal.projection.claims import touch
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.statements import columns_of
from ledger.store.reviews import Assessment, Assignment, ReliedOn, Review, Verdict


def review_scheduled(entry: ReviewScheduled, posted: PostedEntry) -> None:
    due_on = date.fromisoformat(entry.due_on)
    posted.add(
        Review.table(),
        {
            "id": posted.number,
            "claim_id": entry.claim,
            "due_on": due_on,
            "reason": entry.reason,
            "policy": entry.policy,
            "state": ReviewState.WAITING,
            "snoozed": None,
            "fell_due_at": None,
        },
    )
    touch(posted, entry.claim, due_on=due_on, state=ClaimState.OPEN)


def reviewers_assigned(entry: ReviewersAssigned, posted: PostedEntry) -> None:
    if posted.batch is not None:  # it accepts this entry only for a review that it has just added, without reviewers
        posted.add(
            Assignment.table(),
            *({"review_id": entry.review, "actor_id": actor, "sealed": None} for actor in entry.reviewers),
        )
        touch(posted, entry.claim, state=ClaimState.OPEN)
        return
    session = posted.session
    assigned = select(Assignment.actor_id).where(Assignment.review_id == entry.review)
    before = set(session.scalars(assigned))
    removed, added = before - set(entry.reviewers), [a for a in entry.reviewers if a not in before]
    if removed:
        session.execute(
            delete(Assignment).where(Assignment.review_id == entry.review, Assignment.actor_id.in_(removed))
        )
    if added:
        session.execute(
            insert(Assignment.table()),
            [{"review_id": entry.review, "actor_id": actor, "sealed": None} for actor in added],
        )
    # The removed reviewers may have been the only ones with a sealed assessment.
    touch(posted, entry.claim, state=_set_review_state(posted, entry.review))


def review_rescheduled(entry: ReviewRescheduled, posted: PostedEntry) -> None:
    due_on = date.fromisoformat(entry.due_on)
    _set_review(posted, entry.review, due_on=due_on, snoozed=entry.reason, fell_due_at=None)
    state = _set_review_state(posted, entry.review)
    touch(posted, entry.claim, due_on=due_on, state=state)


def review_fell_due(entry: ReviewFellDue, posted: PostedEntry) -> None:
    _set_review(posted, entry.review, fell_due_at=posted.at)
    touch(posted, entry.claim, state=_set_review_state(posted, entry.review))


def assessment_sealed(entry: AssessmentSealed, posted: PostedEntry) -> None:
    posted.connection.execute(
        insert(Assessment.table()),
        {
            "id": posted.number,
            "review_id": entry.review,
            "actor_id": entry.by,
            "sealed_at": posted.at,
            "opened": None,
            "outcome": None,
            "answer": None,
            "value": None,
            "certainty": None,
            "rationale": None,
        },
    )
    _set_sealed(posted, entry.review, entry.by, posted.number)
    touch(posted, entry.claim, state=_set_review_state(posted, entry.review))


def assessment_withdrawn(entry: AssessmentWithdrawn, posted: PostedEntry) -> None:
    posted.connection.execute(delete(Assessment).where(Assessment.id == entry.assessment))
    _set_sealed(posted, entry.review, entry.by, None)
    touch(posted, entry.claim, state=_set_review_state(posted, entry.review))


def assessments_opened(entry: AssessmentsOpened, posted: PostedEntry) -> None:
    outcomes = set()
    for number in entry.assessments:
        sealed = posted.entry(number)
        if not isinstance(sealed, AssessmentSealed):
            raise TypeError(f"entry {number} is not a sealed assessment")
        outcomes.add(sealed.outcome)
        posted.connection.execute(
            update(Assessment.table())
            .where(Assessment.table().c.id == number)
            .values(
                opened=posted.number,
                outcome=Outcome(sealed.outcome),
                answer=sealed.answer,
                value=sealed.value,
                certainty=Certainty(sealed.certainty),
                rationale=sealed.rationale,
            )
        )
        if sealed.relied_on:
            posted.connection.execute(
                insert(ReliedOn.table()),
                [{"assessment_id": number, "evidence_id": evidence} for evidence in sealed.relied_on],
            )
    _set_review(posted, entry.review, state=ReviewState.SPLIT)
    touch(posted, entry.claim, state=ClaimState.ADJUDICATION)


def verdict_adopted(entry: VerdictAdopted, posted: PostedEntry) -> None:
    session = posted.session
    outcome = Outcome(entry.outcome)
    session.execute(
        update(Verdict.table())
        .where(Verdict.table().c.claim_id == entry.claim, Verdict.table().c.superseded_by.is_(None))
        .values(superseded_by=posted.number)
    )
    session.execute(
        insert(Verdict.table()),
        {
            "id": posted.number,
            **columns_of(Verdict.table(), entry, claim="claim_id", review="review_id", by="decided_by"),
            "adopted_at": posted.at,
            "superseded_by": None,
        },
    )
    _set_review(posted, entry.review, state=ReviewState.CLOSED)
    touch(posted, entry.claim, state=ClaimState.RESOLVED, outcome=outcome, due_on=None)
    posted.retally(entry.claim)


def _set_review(posted: PostedEntry, review: int, **values: object) -> None:
    posted.connection.execute(update(Review.table()).where(Review.table().c.id == review).values(**values))


def _set_sealed(posted: PostedEntry, review: int, actor: str, sealed: int | None) -> None:
    table = Assignment.table()
    posted.connection.execute(
        update(table).where(table.c.review_id == review, table.c.actor_id == actor).values(sealed=sealed)
    )


def _set_review_state(posted: PostedEntry, review: int) -> ClaimState:
    """Set the state of a review by the number of sealed assessments. Returns the state of the claim that follows."""
    session = posted.session
    sealed = session.scalar(select(func.count()).where(Assignment.review_id == review, Assignment.sealed.is_not(None)))
    fell_due = session.scalar(select(Review.fell_due_at).where(Review.id == review))
    _set_review(posted, review, state=ReviewState.IN_REVIEW if sealed else ReviewState.WAITING)
    if sealed:
        return ClaimState.IN_REVIEW
    return ClaimState.DUE if fell_due else ClaimState.OPEN
