"""Assessments: sealing one, taking it back, opening all of them, and adopting the verdict."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.conditions import ConditionState
from ledger.domain.dates import latest_today
from ledger.domain.errors import Forbidden, Problem, Refused, refuse_if
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import (
    AssessmentTerms,
    Certainty,
    Finding,
    ReviewState,
    VerdictBasis,
    agreed,
    answer_problems,
    assessment_problems,
    reason_problems,
)
from ledger.journal.entries import AssessmentSealed, AssessmentsOpened, AssessmentWithdrawn
from ledger.journal.post import Journal, writing
from ledger.journal.read import read_entry
from ledger.services.claims.lookup import find_claim, find_review
from ledger.services.reviews.assign import assignees, barred
from ledger.services.reviews.wholes import judge_whole, post_verdict
from ledger.store.claims import Claim, Evidence
from ledger.store.policies import policy_of_version
from ledger.store.reviews import Assessment, Review


def seal_assessment(
    session: Session,
    *,
    now: datetime,
    by: str,
    review: int,
    terms: AssessmentTerms,
    seen: int | None = None,
) -> int:
    """Seal one reviewer's assessment. The last one opens all of them, and adopts the verdict if they agree.

    Returns the assessment's number. Raises Forbidden (not assigned, sealed already, or barred), Refused, Stale,
    Missing.
    """
    with writing(session, now) as journal:
        found = find_review(session, review, open_only=True)
        claim = find_claim(session, found.claim_id, seen=seen)
        assigned = assignees(session, review)
        if by not in assigned:
            raise Forbidden("Only the reviewers assigned to this claim can assess it; an editor can assign you.")
        if assigned[by]:
            raise Forbidden("You have sealed your assessment. Take it back first if you want to change it.")
        if by in barred(session, claim.id):
            raise Forbidden("Nobody can assess a claim they recorded or made.")
        if found.due_on > latest_today(now):
            raise Refused(
                Problem(
                    "",
                    f"This claim can be assessed from {found.due_on.isoformat()} on. An editor can bring that forward.",
                )
            )
        evidence = session.scalars(
            select(Evidence.id).where(Evidence.claim_id == claim.id, Evidence.retracted.is_(None))
        ).all()
        refuse_if(assessment_problems(terms, evidence=evidence, shape=claim.shape, condition=condition_of(claim)))
        number = journal.post(
            AssessmentSealed(
                claim=claim.id,
                review=review,
                by=by,
                outcome=terms.outcome.value,
                answer=terms.answer,
                value=terms.value,
                certainty=terms.certainty.value,
                rationale=terms.rationale,
                relied_on=tuple(sorted(terms.relied_on)),
            )
        )
        _open_when_complete(session, journal, found)
        return number


def take_back_assessment(session: Session, *, now: datetime, by: str, review: int) -> None:
    """Take back one's own assessment while it is sealed. Raises Forbidden, Refused, Missing."""
    with writing(session, now) as journal:
        found = find_review(session, review, open_only=True)
        sealed = assignees(session, review).get(by)
        if not sealed:
            raise Forbidden("You have no sealed assessment here.")
        journal.post(AssessmentWithdrawn(claim=found.claim_id, review=review, assessment=sealed, by=by))


def own_assessment(session: Session, *, by: str, review: int) -> AssessmentTerms | None:
    """The actor's own sealed assessment, or None. While it is sealed, only its author may read it."""
    sealed = assignees(session, review).get(by)
    if not sealed:
        return None
    entry = read_entry(session, sealed)
    if not isinstance(entry, AssessmentSealed) or entry.by != by:
        raise TypeError(f"entry {sealed} is not an assessment by {by}")
    return AssessmentTerms(
        Outcome(entry.outcome),
        Certainty(entry.certainty),
        entry.rationale,
        entry.relied_on,
        entry.answer,
        entry.value,
    )


def adjudicate(
    session: Session, *, now: datetime, by: str, review: int, finding: Finding, reason: str, seen: int | None = None
) -> int:
    """Decide a split of assessments, as an editor. Returns the verdict's number.

    Raises Refused (no split, no reason), Forbidden (the editor assessed, recorded or made the claim), Stale, Missing.
    """
    with writing(session, now) as journal:
        found = find_review(session, review)
        claim = find_claim(session, found.claim_id, seen=seen)
        if found.state is not ReviewState.SPLIT:
            raise Refused(Problem("", "This review has no split to decide."))
        if by in barred_from_deciding(session, review=review, claim=claim.id):
            raise Forbidden("A split is decided by an editor who neither assessed, recorded nor made the claim.")
        problems = reason_problems("reason", reason)
        problems += answer_problems(
            finding.outcome, finding.answer, finding.value, shape=claim.shape, condition=condition_of(claim)
        )
        refuse_if(problems)
        return _adopt(session, journal, found, finding, VerdictBasis.ADJUDICATION, reason, by)


def barred_from_deciding(session: Session, *, review: int, claim: int) -> set[str]:
    """The actors who may not decide a split: they assessed, recorded or made the claim."""
    judged = session.scalars(select(Assessment.actor_id).where(Assessment.review_id == review))
    return {*judged, *barred(session, claim)}


def _open_when_complete(session: Session, journal: Journal, review: Review) -> None:
    sealed = [number for number in assignees(session, review.id).values() if number]
    needed = policy_of_version(session, review.policy).reviewers_per_claim
    if len(sealed) < max(needed, len(assignees(session, review.id))):
        return
    journal.post(AssessmentsOpened(claim=review.claim_id, review=review.id, assessments=tuple(sorted(sealed))))
    opened = session.execute(
        select(Assessment.outcome, Assessment.answer, Assessment.value)
        .where(Assessment.id.in_(sealed))
        .order_by(Assessment.id)
    )
    finding = agreed([Finding(outcome, answer, value) for outcome, answer, value in opened if outcome is not None])
    if finding is not None:
        _adopt(session, journal, review, finding, VerdictBasis.CONSENSUS, "", None)


def condition_of(claim: Claim) -> ConditionState | None:
    """The state of a claim's condition, None if it has no condition."""
    return claim.condition_state if claim.condition else None


def _adopt(
    session: Session,
    journal: Journal,
    review: Review,
    finding: Finding,
    basis: VerdictBasis,
    reason: str,
    by: str | None,
) -> int:
    claim = review.claim_id
    number = post_verdict(journal, claim=claim, review=review.id, finding=finding, basis=basis, reason=reason, by=by)
    whole = session.scalar(select(Claim.whole_id).where(Claim.id == claim))
    if whole is not None:
        judge_whole(session, journal, whole)
    return number
