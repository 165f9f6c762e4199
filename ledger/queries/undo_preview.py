"""What undoing an import would do, as the record stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.reviews import ReviewState
from ledger.store.claims import Claim, Forecast
from ledger.store.imports import ImportRow
from ledger.store.reviews import Review

Claims = Sequence[int] | Select[int]  # numbers, or a query for them


@dataclass(frozen=True)
class Prospect:
    """What undoing an import would do: how many claims it withdraws, and which stay, judged or shared by now."""

    withdrawn: int
    judged: tuple[int, ...]
    shared: tuple[int, ...]
    added: int


def would_undo(session: Session, run: int) -> Prospect:
    """What undoing an import would do as the record stands; nothing is written."""
    mine = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    judged, gone = judged_claims(session, mine), ended_claims(session, mine)
    shared = shared_claims(session, mine, run) - judged
    staying = len((judged | shared) - gone)
    withdrawn = how_many(session, mine) - staying - len(gone)
    return Prospect(
        withdrawn, tuple(sorted(judged - gone)), tuple(sorted(shared - gone)), added_forecasts(session, run)
    )


def how_many(session: Session, claims: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(claims.subquery())) or 0


def added_forecasts(session: Session, run: int) -> int:
    """Its forecasts on claims that it did not bring."""
    mine = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    others = select(func.count()).where(
        ImportRow.run_id == run, ImportRow.opened.is_(False), ImportRow.claim.not_in(mine.correlate(None))
    )
    return session.scalar(others) or 0


def judged_claims(session: Session, claims: Claims) -> set[int]:
    sealed = select(Review.claim_id).where(
        Review.claim_id.in_(claims), Review.state.in_([ReviewState.IN_REVIEW, ReviewState.SPLIT])
    )
    decided = select(Claim.id).where(Claim.id.in_(claims), Claim.outcome.is_not(None))
    return {*session.scalars(sealed), *session.scalars(decided)}


def shared_claims(session: Session, claims: Claims, run: int) -> set[int]:
    mine = select(ImportRow.forecast).where(ImportRow.run_id == run, ImportRow.claim.in_(claims))
    theirs = select(Forecast.claim_id).where(Forecast.claim_id.in_(claims), Forecast.id.not_in(mine))
    return set(session.scalars(theirs))


def ended_claims(session: Session, claims: Claims) -> set[int]:
    ended = [state for state in ClaimState if state.ended]
    return set(session.scalars(select(Claim.id).where(Claim.id.in_(claims), Claim.state.in_(ended))))
