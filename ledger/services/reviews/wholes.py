"""Judging a whole from its parts: once all of them are judged, and again when one of them changes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.checkability import Checkability
from ledger.domain.conditions import ConditionState, condition_conflict
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import Finding, VerdictBasis
from ledger.domain.wholes import JudgedFrom, outcome_from_parts
from ledger.journal.entries import ReviewScheduled, VerdictAdopted
from ledger.journal.post import Journal
from ledger.store.claims import Claim
from ledger.store.policies import policy_of_version


def judge_whole(session: Session, journal: Journal, whole: int) -> None:
    """Adopt the verdict that follows from a whole's parts, in the caller's transaction; does nothing if none is new.

    Shares are rounded by the grades of the policy that the whole was recorded under, so that the same parts always give
    the same verdict.
    """
    claim = session.get_one(Claim, whole, populate_existing=True)
    policy = policy_of_version(session, claim.policy)
    parts = session.scalars(
        select(Claim)
        .where(Claim.whole_id == whole, Claim.checkability == Checkability.CHECKABLE)
        .order_by(Claim.id)
        .execution_options(populate_existing=True)
    ).all()
    parts = [part for part in parts if not part.state.ended]
    outcome = outcome_from_parts(claim.judged_from, [part.outcome for part in parts], policy.grades)
    if not parts and claim.outcome is not None and claim.judged_from is not JudgedFrom.ITSELF:
        # All parts have ended or moved to another whole, so the verdict has lost its basis.
        outcome = Outcome.UNRESOLVABLE
    if outcome is not None and claim.condition and condition_conflict(outcome, claim.condition_state):
        # The whole has a condition of its own, whose state contradicts the outcome from the parts.
        unmet = outcome is not Outcome.CONDITION_NOT_MET
        outcome = Outcome.CONDITION_NOT_MET if unmet else Outcome.UNRESOLVABLE
    uncheckable = claim.checkability is not Checkability.CHECKABLE
    if claim.state.ended or uncheckable or outcome is None or outcome is claim.outcome:
        return
    review = journal.post(
        ReviewScheduled(
            claim=whole,
            due_on=journal.now.date().isoformat(),
            policy=policy.version,
            reason="all its parts are judged" if parts else "none of its parts is counted",
            by=None,
        )
    )
    results = "\n".join(f"- Claim {part.id}: {part.outcome.words if part.outcome else ''}" for part in parts)
    results = results or "None of its parts is counted."
    post_verdict(
        journal,
        claim=whole,
        review=review,
        finding=Finding(outcome),
        basis=VerdictBasis.PARTS,
        reason=f"It is {claim.judged_from.words}:\n\n{results}{_condition(claim)}",
        by=None,
    )


def _condition(claim: Claim) -> str:
    if not claim.condition or claim.condition_state is ConditionState.UNKNOWN:
        return ""
    return f"\n\nIts condition was found: {claim.condition_state.words}."


def post_verdict(
    journal: Journal,
    *,
    claim: int,
    review: int,
    finding: Finding,
    basis: VerdictBasis,
    reason: str,
    by: str | None,
) -> int:
    """Post a verdict. Returns its number."""
    return journal.post(
        VerdictAdopted(
            claim=claim,
            review=review,
            outcome=finding.outcome.value,
            answer=finding.answer,
            value=finding.value,
            basis=basis.value,
            rationale=reason,
            by=by,
        )
    )
