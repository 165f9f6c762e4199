"""Amending a claim: without a reason until evidence is attached, then with one. Old texts stay in the journal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import ClaimTerms, claim_problems, first_due, horizon_problems
from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Problem, refuse_if
from ledger.domain.policies import Policy
from ledger.domain.reviews import OPEN_STATES, reason_problems
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import ClaimAmended, ReviewRescheduled
from ledger.journal.post import Journal, writing
from ledger.services.claims.entries import claim_fields, post_review
from ledger.services.claims.lookup import ended_problems, find_claim, has_parts, latest_review, sealed_problems
from ledger.services.claims.record import whole_problems
from ledger.services.reviews.assign import assign_free_reviewers
from ledger.services.reviews.wholes import judge_whole
from ledger.store.claims import Claim, Evidence, Forecast, Topic
from ledger.store.policies import policy_in_force, policy_of_version


def amend_claim(
    session: Session,
    *,
    now: datetime,
    by: str,
    claim: int,
    terms: ClaimTerms,
    reason: str,
    seen: int | None = None,
) -> int:
    """Replace the terms of a claim. Returns the entry's number.

    A reason is needed once evidence is attached. Raises Refused (a broken rule, nothing changed, sealed assessments, a
    verdict based on a changed field), AlreadyRecorded if another claim has the same statement and horizon, Stale,
    Missing.
    """
    terms = terms.normal
    with writing(session, now) as journal:
        find_claim(session, claim, seen=seen)
        return amend(session, journal, claim=claim, terms=terms, reason=reason, by=by)


def amend(session: Session, journal: Journal, *, claim: int, terms: ClaimTerms, reason: str, by: str) -> int:
    """Replace the terms of a claim in the caller's transaction, with all the rules of `amend_claim`."""
    found = find_claim(session, claim)
    before = terms_of(session, found)
    evidence = session.scalar(select(Evidence.id).where(Evidence.claim_id == claim).limit(1)) is not None
    refuse_if([*ended_problems(found), *sealed_problems(session, claim), *_unchanged(before, terms)])
    made_on = first_made_on(session, claim)
    refuse_if(
        [
            *claim_problems(terms),
            *horizon_problems(terms, made_on),
            *whole_problems(session, terms),
            *_part_problems(session, found, terms),
            *_shape_problems(session, before, terms, claim),
            *_verdict_problems(session, found, before, terms),
            *_checkability_problems(before, terms, evidence=evidence),
            *(reason_problems("reason", reason) if evidence or reason else []),
        ]
    )
    known = session.scalar(select(Claim.id).where(Claim.fingerprint == terms.fingerprint, Claim.id != claim))
    if known is not None:
        raise AlreadyRecorded(known)
    number = journal.post(
        ClaimAmended(claim=claim, **claim_fields(terms), reason=reason, after_evidence=evidence, by=by)
    )
    claim_policy = policy_of_version(session, found.policy)
    _update_review(session, journal, claim, before, terms, made_on, claim_policy, by)
    for whole in sorted({before.whole or claim, terms.whole or claim, claim}):
        judge_whole(session, journal, whole)
    return number


def terms_of(session: Session, claim: Claim) -> ClaimTerms:
    """The terms of a claim on record."""
    topics = session.scalars(select(Topic.name).where(Topic.claim_id == claim.id).order_by(Topic.position))
    return claim.terms(tuple(topics))


def first_made_on(session: Session, claim: int) -> PartialDate:
    """The date of a claim's first forecast. Not for a merged claim, whose forecasts have moved to the other claim."""
    made = session.scalars(select(Forecast.made_on).where(Forecast.claim_id == claim))
    return min(made, key=lambda on: on.last)


def _unchanged(before: ClaimTerms, terms: ClaimTerms) -> list[Problem]:
    return [Problem("", "Nothing is changed yet.")] if before == terms else []


def _part_problems(session: Session, claim: Claim, terms: ClaimTerms) -> list[Problem]:
    if terms.whole is None:
        return []
    if terms.whole == claim.id:
        return [Problem("whole", "A claim cannot be a part of itself.")]
    if has_parts(session, claim.id):
        return [Problem("whole", "This claim has parts of its own, so it cannot be a part.")]
    return []


def _shape_problems(session: Session, before: ClaimTerms, terms: ClaimTerms, claim: int) -> list[Problem]:
    """Forecasts refer to options by position, so options with forecasts on record must keep their positions."""
    if before.shape.options == terms.shape.options[: len(before.shape.options)] and (
        before.shape.kind is terms.shape.kind
    ):
        return []
    if terms.shape.kind is ClaimKind.CHOICE and before.shape.kind is not ClaimKind.CHOICE:
        words = (
            "The forecasts on record name no option: record the choice as a claim of its own, and withdraw this one."
        )
        return [Problem("kind", words)]
    chosen = select(Forecast.id).where(Forecast.claim_id == claim, Forecast.option.is_not(None)).limit(1)
    shared = any(session.scalars(select(Forecast.shares).where(Forecast.claim_id == claim)))
    if shared or session.scalar(chosen) is not None:
        return [Problem("options", "Forecasts on record name these options: add to their end, or split the claim.")]
    return []


def _verdict_problems(session: Session, claim: Claim, before: ClaimTerms, terms: ClaimTerms) -> list[Problem]:
    review = latest_review(session, claim.id)
    under_review = review is not None and review.state in OPEN_STATES
    if claim.outcome is None or under_review:
        return []
    judged = ("statement", "criteria", "condition", "horizon", "shape", "judged_from", "checkability")
    return [
        Problem(
            "kind" if name == "shape" else name,
            "A verdict rests on this. Reopen the claim first.",
        )
        for name in judged
        if getattr(before, name) != getattr(terms, name)
        # The way in which parts decide may change: the verdict is recomputed at once.
        and not (name == "judged_from" and before.judged_from is not JudgedFrom.ITSELF)
    ]


def _checkability_problems(before: ClaimTerms, terms: ClaimTerms, *, evidence: bool) -> list[Problem]:
    if evidence and before.checkability is not terms.checkability:
        return [Problem("checkability", "This is decided before evidence, and evidence is attached.")]
    return []


def _update_review(
    session: Session,
    journal: Journal,
    claim: int,
    before: ClaimTerms,
    terms: ClaimTerms,
    made_on: PartialDate,
    claim_policy: Policy,
    by: str,
) -> None:
    """Move the open review to the new horizon; schedule one for a claim that has become checkable."""
    if not terms.reviewed:
        return
    review = latest_review(session, claim)
    if review is None or (not before.reviewed and review.state not in OPEN_STATES):
        policy = policy_in_force(session)
        scheduled = post_review(journal, claim, terms, made_on, policy, claim_policy)
        assign_free_reviewers(session, journal, claim=claim, review=scheduled, policy=policy)
    elif review.state in OPEN_STATES and before.horizon != terms.horizon:
        due_on = first_due(terms.horizon, made_on, claim_policy).isoformat()
        journal.post(
            ReviewRescheduled(claim=claim, review=review.id, due_on=due_on, reason="The horizon was amended.", by=by)
        )
