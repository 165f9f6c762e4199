"""Ending a claim: withdrawn, void, merged into another or split into others. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState, ClaimTerms, claim_problems, horizon_problems
from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Forbidden, Problem, Refused, refuse_if
from ledger.domain.forecasts import ForecastTerms
from ledger.domain.reviews import reason_problems
from ledger.journal.entries import ClaimEnded, ClaimReinstated, EvidenceAttached
from ledger.journal.post import Journal, writing
from ledger.services.claims.amend import first_made_on, terms_of
from ledger.services.claims.entries import evidence_fields, post_claim, post_forecast, post_review
from ledger.services.claims.lookup import ended_problems, find_claim, has_parts, sealed_problems
from ledger.services.claims.record import whole_problems
from ledger.services.reviews.assign import assign_free_reviewers, give_up_seats
from ledger.services.reviews.wholes import judge_whole
from ledger.store.claims import Claim, Evidence, Forecast, ForecastClaimant
from ledger.store.policies import policy_in_force, policy_of_version

FEWEST_PIECES, MOST_PIECES = 2, 12


def withdraw_claim(
    session: Session, *, now: datetime, by: str, claim: int, reason: str, editor: bool = False, seen: int | None = None
) -> None:
    """Withdraw a claim that should not have been recorded, as its recorder or as an editor.

    Raises Forbidden, Refused (no reason, sealed assessments, a verdict), Stale, Missing.
    """
    with writing(session, now) as journal:
        find_claim(session, claim, seen=seen)
        withdraw(session, journal, claim=claim, reason=reason, by=by, editor=editor)


def withdraw(session: Session, journal: Journal, *, claim: int, reason: str, by: str, editor: bool) -> None:
    """Withdraw a claim in the caller's transaction, with all the rules of `withdraw_claim`."""
    found = _find_endable(session, claim, reason)
    if not editor and found.recorded_by != by:
        raise Forbidden("A claim is withdrawn by whoever recorded it, or by an editor.")
    if found.outcome is not None:
        raise Refused(Problem("reason", "This claim has a verdict. An editor can declare it void."))
    _end(session, journal, found, ClaimState.WITHDRAWN, (), reason, by)


def void_claim(session: Session, *, now: datetime, by: str, claim: int, reason: str, seen: int | None = None) -> None:
    """Declare a claim void, even with a verdict, so that it counts nowhere. Raises Refused, Stale, Missing."""
    with writing(session, now) as journal:
        find_claim(session, claim, seen=seen)
        declare_void(session, journal, claim=claim, reason=reason, by=by)


def declare_void(session: Session, journal: Journal, *, claim: int, reason: str, by: str) -> None:
    """Declare a claim void in the caller's transaction, with all the rules of `void_claim`."""
    _end(session, journal, _find_endable(session, claim, reason), ClaimState.VOID, (), reason, by)


def merge_claims(
    session: Session, *, now: datetime, by: str, claim: int, into: int, reason: str, seen: int | None = None
) -> None:
    """Merge a claim into another with the same meaning: its forecasts and evidence go to `into`.

    Raises Refused (no reason, sealed assessments or a verdict on either, options that differ), Stale, Missing.
    """
    with writing(session, now) as journal:
        found = _find_endable(session, claim, reason, seen)
        other = session.get(Claim, into)
        if other is None or into == claim:
            raise Refused(Problem("into", "Give the number of the other claim."))
        refuse_if([Problem("into", problem.message) for problem in ended_problems(other)])
        refuse_if([Problem("into", problem.message) for problem in sealed_problems(session, into)])
        if found.outcome is not None or other.outcome is not None:
            raise Refused(Problem("into", "One of the two has a verdict: only claims without one can be merged."))
        if found.shape.options != other.shape.options:
            raise Refused(Problem("into", "The two have different options: their forecasts would not fit."))
        if has_parts(session, claim):
            raise Refused(Problem("into", "This claim has parts: make them parts of the other claim first."))
        _end(session, journal, found, ClaimState.MERGED, (into,), reason, by)
        give_up_seats(session, journal, into, by)


def split_claim(
    session: Session,
    *,
    now: datetime,
    by: str,
    claim: int,
    into: Sequence[ClaimTerms],
    reason: str,
    seen: int | None = None,
) -> tuple[int, ...]:
    """Split a claim into several; each new one gets its forecasts and its evidence. Returns their numbers.

    Problems of piece N, counted from 0, are at the field "N-name". Raises Refused, AlreadyRecorded, Stale, Missing.
    """
    into = [terms.normal for terms in into]
    with writing(session, now) as journal:
        found = _find_endable(session, claim, reason, seen)
        if found.outcome is not None:
            raise Refused(Problem("", "This claim has a verdict: only claims without one can be split."))
        if has_parts(session, claim):
            raise Refused(
                Problem("", "This claim has parts already: amend them, or make them parts of another claim first.")
            )
        if not FEWEST_PIECES <= len(into) <= MOST_PIECES:
            raise Refused(Problem("", f"Give {FEWEST_PIECES} to {MOST_PIECES} claims to split it into."))
        made_on = first_made_on(session, claim)
        _check_pieces(session, found, into, made_on)
        forecasts = _forecasts(session, claim)
        evidence = session.scalars(
            select(Evidence).where(Evidence.claim_id == claim, Evidence.retracted.is_(None)).order_by(Evidence.id)
        ).all()
        facts = [(row.terms, row.attached_by) for row in evidence]
        policy = policy_in_force(session)
        numbers: list[int] = []
        for terms in into:
            number = post_claim(journal, terms, by)
            for forecast, recorded_by in forecasts:
                post_forecast(journal, number, forecast, recorded_by)
            for fact, attached_by in facts:
                journal.post(EvidenceAttached(claim=number, **evidence_fields(fact), by=attached_by))
            if terms.reviewed:
                review = post_review(journal, number, terms, made_on, policy)
                assign_free_reviewers(session, journal, claim=number, review=review, policy=policy)
            numbers.append(number)
        _end(session, journal, found, ClaimState.SPLIT, tuple(numbers), reason, by)
        return tuple(numbers)


def reinstate_claim(session: Session, *, now: datetime, by: str, claim: int, reason: str) -> None:
    """Reinstate a withdrawn or void claim. Raises Refused, AlreadyRecorded, Missing."""
    refuse_if(reason_problems("reason", reason))
    with writing(session, now) as journal:
        found = find_claim(session, claim)
        if found.state not in (ClaimState.WITHDRAWN, ClaimState.VOID):
            raise Refused(Problem("reason", "Only a withdrawn or void claim can be reinstated."))
        terms = terms_of(session, found)
        known = session.scalar(select(Claim.id).where(Claim.fingerprint == terms.fingerprint))
        if known is not None:
            raise AlreadyRecorded(known)
        journal.post(ClaimReinstated(claim=claim, reason=reason, by=by))
        if terms.reviewed and found.outcome is None:
            policy, claim_policy = policy_in_force(session), policy_of_version(session, found.policy)
            review = post_review(journal, claim, terms, first_made_on(session, claim), policy, claim_policy)
            assign_free_reviewers(session, journal, claim=claim, review=review, policy=policy)
        judge_whole(session, journal, claim)  # its parts may have been judged while it did not count
        if found.whole_id is not None:
            judge_whole(session, journal, found.whole_id)


def _find_endable(session: Session, claim: int, reason: str, seen: int | None = None) -> Claim:
    found = find_claim(session, claim, seen=seen)
    refuse_if(ended_problems(found))
    refuse_if([*reason_problems("reason", reason), *sealed_problems(session, claim)])
    return found


def _end(
    session: Session, journal: Journal, claim: Claim, how: ClaimState, into: tuple[int, ...], reason: str, by: str
) -> None:
    whole = claim.whole_id
    journal.post(ClaimEnded(claim=claim.id, how=how.value, into=into, reason=reason, by=by))
    if whole is not None:
        judge_whole(session, journal, whole)


def _check_pieces(session: Session, claim: Claim, into: Sequence[ClaimTerms], made_on: PartialDate) -> None:
    """Check the pieces of a split. Raises Refused (an invalid or duplicate piece), AlreadyRecorded (one on record)."""
    refuse_if(
        [
            Problem(f"{n}-{problem.field}", problem.message)
            for n, terms in enumerate(into)
            for problem in (
                *claim_problems(terms),
                *horizon_problems(terms, made_on),
                *whole_problems(session, terms),
                *_same_options(claim, terms),
                *_whole_ends(claim, terms),
            )
        ]
    )
    for terms in into:
        known = session.scalar(select(Claim.id).where(Claim.fingerprint == terms.fingerprint))
        if known == claim.id:
            raise Refused(Problem("", "One of the claims says what the whole says: amend that claim instead."))
        if known is not None:
            raise AlreadyRecorded(known)
    if len({terms.fingerprint for terms in into}) < len(into):
        raise Refused(Problem("", "Two of the claims say the same: word each so that it says something else."))


def _same_options(claim: Claim, terms: ClaimTerms) -> list[Problem]:
    if claim.shape.options == terms.shape.options:
        return []
    return [Problem("options", "The forecasts on record name the options of the claim that is split: keep them.")]


def _whole_ends(claim: Claim, terms: ClaimTerms) -> list[Problem]:
    if terms.whole != claim.id:
        return []
    return [Problem("whole", "The claim that is split ends with this: name another whole, or none.")]


def _forecasts(session: Session, claim: int) -> list[tuple[ForecastTerms, str]]:
    """A claim's forecasts with who recorded them, to copy to another claim."""
    found = []
    for row in session.scalars(select(Forecast).where(Forecast.claim_id == claim).order_by(Forecast.id)):
        claimants = session.scalars(select(ForecastClaimant.claimant_id).where(ForecastClaimant.forecast_id == row.id))
        found.append((row.terms(tuple(claimants)), row.recorded_by))
    return found
