"""Judging a claim's condition (its "if"): met, not met, or impossible to meet, as evidence shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.conditions import ConditionState, condition_conflict
from ledger.domain.errors import Problem, refuse_if
from ledger.domain.reviews import reason_problems
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import ConditionJudged
from ledger.journal.post import writing
from ledger.services.claims.lookup import ended_problems, find_claim, sealed_problems
from ledger.services.reviews.wholes import judge_whole
from ledger.store.claims import Claim, Evidence


def judge_condition(
    session: Session,
    *,
    now: datetime,
    by: str,
    claim: int,
    state: ConditionState,
    evidence: Sequence[int],
    reason: str,
    seen: int | None = None,
) -> int:
    """Record the state of a claim's condition. Returns the entry's number.

    Raises Refused (no condition, no reason, no evidence for it, sealed assessments, or a verdict that it would
    contradict), Stale, Missing.
    """
    with writing(session, now) as journal:
        found = find_claim(session, claim, seen=seen)
        refuse_if([*ended_problems(found), *sealed_problems(session, claim)])
        refuse_if([*_problems(session, found, state, evidence), *reason_problems("reason", reason)])
        number = journal.post(
            ConditionJudged(claim=claim, state=state.value, evidence=tuple(sorted(evidence)), reason=reason, by=by)
        )
        judge_whole(session, journal, claim)
        return number


def _problems(session: Session, claim: Claim, state: ConditionState, evidence: Sequence[int]) -> list[Problem]:
    if not claim.condition:
        return [Problem("", "This claim has no condition.")]
    problems = []
    attached = session.scalars(
        select(Evidence.id).where(Evidence.claim_id == claim.id, Evidence.retracted.is_(None))
    ).all()
    if not set(evidence) <= set(attached):
        problems.append(Problem("evidence", "Choose only from the evidence attached to this claim."))
    if state is not ConditionState.UNKNOWN and not evidence:
        problems.append(Problem("evidence", "Mark the evidence that shows it. Attach it first where there is none."))
    if state is claim.condition_state:
        problems.append(Problem("state", f"It is on record as {state.words} already."))
    from_parts = claim.judged_from is not JudgedFrom.ITSELF  # then the verdict is recomputed
    if claim.outcome is not None and not from_parts and (conflict := condition_conflict(claim.outcome, state)):
        problems.append(Problem("state", f"This contradicts the verdict. {conflict}"))
    return problems
