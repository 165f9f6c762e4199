"""Reviews of a claim for its page: opened assessments, verdicts, and the progress of the current review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import Certainty, ReviewState, VerdictBasis
from ledger.store.claims import Claim
from ledger.store.people import Actor
from ledger.store.reviews import Assessment, Assignment, ReliedOn, Review, Verdict


@dataclass(frozen=True)
class AssessmentLine:
    """An opened assessment."""

    id: int
    reviewer: str
    outcome: Outcome
    answer: str  # of a choice, the option that came about
    value: float | None  # of a quantity, the measured value
    certainty: Certainty
    rationale: str
    relied_on: tuple[int, ...]  # as in EvidenceLine.number


@dataclass(frozen=True)
class VerdictRecord:
    """A verdict, current or superseded, with the assessments that led to it."""

    id: int
    outcome: Outcome
    answer: str
    value: float | None
    basis: VerdictBasis
    rationale: str
    decided_by: str | None
    adopted_at: datetime
    superseded_by: int | None
    policy: str  # under which it was reviewed
    assessments: tuple[AssessmentLine, ...]


@dataclass(frozen=True)
class ReviewLine:
    """The progress of a review: the number of sealed assessments, but not who sealed them or what they say."""

    id: int
    due_on: date
    reason: str
    policy: str  # under which it was scheduled: sets the number of reviewers and the meaning of outcomes
    state: ReviewState
    snoozed: str | None
    sealed: int
    assigned: int
    opened: tuple[AssessmentLine, ...]  # once all are sealed, until an editor decides


def opened_assessments(session: Session, claim: Claim, cited: dict[int, int]) -> dict[int, list[AssessmentLine]]:
    """A claim's opened assessments, by review; `cited` gives the number of each piece of evidence on its page."""
    relied_on: dict[int, list[int]] = {}
    for assessment, evidence in session.execute(
        select(ReliedOn.assessment_id, ReliedOn.evidence_id)
        .join(Assessment, Assessment.id == ReliedOn.assessment_id)
        .join(Review, Review.id == Assessment.review_id)
        .where(Review.claim_id == claim.id)
        .order_by(ReliedOn.evidence_id)
    ):
        relied_on.setdefault(assessment, []).append(cited[evidence])
    lines: dict[int, list[AssessmentLine]] = {}
    for row, name in session.execute(
        select(Assessment, Actor.name)
        .join(Review, Review.id == Assessment.review_id)
        .join(Actor, Actor.id == Assessment.actor_id)
        .where(Review.claim_id == claim.id, Assessment.opened.is_not(None))
        .order_by(Assessment.id)
    ):
        if row.outcome and row.certainty and row.rationale is not None:
            numbers = tuple(relied_on.get(row.id, ()))
            lines.setdefault(row.review_id, []).append(
                AssessmentLine(
                    id=row.id,
                    reviewer=name,
                    outcome=row.outcome,
                    answer=option_words(claim, row.answer),
                    value=row.value,
                    certainty=row.certainty,
                    rationale=row.rationale,
                    relied_on=numbers,
                )
            )
    return lines


def verdicts_of(session: Session, claim: Claim, opened: dict[int, list[AssessmentLine]]) -> list[VerdictRecord]:
    """A claim's verdicts, newest first, each with the opened assessments of its review."""
    rows = session.execute(
        select(Verdict, Actor.name, Review.policy)
        .join(Review, Review.id == Verdict.review_id)
        .outerjoin(Actor, Actor.id == Verdict.decided_by)
        .where(Verdict.claim_id == claim.id)
        .order_by(Verdict.id.desc())
    )
    return [
        VerdictRecord(
            id=v.id,
            outcome=v.outcome,
            answer=option_words(claim, v.answer),
            value=v.value,
            basis=v.basis,
            rationale=v.rationale,
            decided_by=name,
            adopted_at=v.adopted_at,
            superseded_by=v.superseded_by,
            policy=policy,
            assessments=tuple(opened.get(v.review_id, ())),
        )
        for v, name, policy in rows
    ]


def review_line(session: Session, review: Review, opened: dict[int, list[AssessmentLine]]) -> ReviewLine:
    """A review that is not closed."""
    assigned, sealed = session.execute(
        select(func.count(), func.count(Assignment.sealed)).where(Assignment.review_id == review.id)
    ).one()
    return ReviewLine(
        id=review.id,
        due_on=review.due_on,
        reason=review.reason,
        policy=review.policy,
        state=review.state,
        snoozed=review.snoozed,
        sealed=sealed,
        assigned=assigned,
        opened=tuple(opened.get(review.id, ())),
    )


def option_words(claim: Claim, option: int | None) -> str:
    """The text of a choice's option, numbered from 1; "" for None."""
    return claim.options[option - 1] if option is not None else ""
