"""Preview of undoing an import: which of its claims would be withdrawn, and which would stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.errors import Missing
from ledger.domain.reviews import ReviewState
from ledger.store.claims import Claim, Forecast
from ledger.store.imports import ImportRow, ImportRun
from ledger.store.reviews import Review

Claims = Sequence[int] | Select[int]  # numbers, or a query for them


@dataclass(frozen=True)
class UndoPreview:
    """What undoing an import would do now.

    `withdrawn` is the number of claims to withdraw. Claims stay if they are `judged` or `shared`: somebody else has
    recorded a forecast on them since. `added` counts the import's forecasts on other claims, which also stay.
    """

    withdrawn: int
    judged: tuple[int, ...]
    shared: tuple[int, ...]
    added: int


def preview_undo(session: Session, run: int) -> UndoPreview:
    """What undoing an import would do now; writes nothing. Raises Missing where there is no such import."""
    if session.get(ImportRun, run) is None:
        raise Missing(f"import {run}")
    mine = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    judged, ended = judged_claims(session, mine), ended_claims(session, mine)
    shared = shared_claims(session, mine, run) - judged
    staying = len((judged | shared) - ended)
    withdrawn = count_claims(session, mine) - staying - len(ended)
    return UndoPreview(
        withdrawn, tuple(sorted(judged - ended)), tuple(sorted(shared - ended)), added_forecasts(session, run)
    )


def count_claims(session: Session, claims: Select[int]) -> int:
    """The number of claims that a query finds."""
    return session.scalar(select(func.count()).select_from(claims.subquery())) or 0


def added_forecasts(session: Session, run: int) -> int:
    """The number of forecasts that an import recorded on claims that it did not record itself."""
    mine = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    others = select(func.count()).where(
        ImportRow.run_id == run, ImportRow.opened.is_(False), ImportRow.claim.not_in(mine.correlate(None))
    )
    return session.scalar(others) or 0


def judged_claims(session: Session, claims: Claims) -> set[int]:
    """Those of these claims that have an outcome or sealed assessments."""
    sealed = select(Review.claim_id).where(
        Review.claim_id.in_(claims), Review.state.in_([ReviewState.IN_REVIEW, ReviewState.SPLIT])
    )
    decided = select(Claim.id).where(Claim.id.in_(claims), Claim.outcome.is_not(None))
    return {*session.scalars(sealed), *session.scalars(decided)}


def shared_claims(session: Session, claims: Claims, run: int) -> set[int]:
    """Those of these claims that have a forecast from outside this import."""
    mine = select(ImportRow.forecast).where(ImportRow.run_id == run, ImportRow.claim.in_(claims))
    theirs = select(Forecast.claim_id).where(Forecast.claim_id.in_(claims), Forecast.id.not_in(mine))
    return set(session.scalars(theirs))


def ended_claims(session: Session, claims: Claims) -> set[int]:
    """Those of these claims that are withdrawn, void, merged or split."""
    ended = [state for state in ClaimState if state.ended]
    return set(session.scalars(select(Claim.id).where(Claim.id.in_(claims), Claim.state.in_(ended))))
