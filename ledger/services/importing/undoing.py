"""Undoing an import: what it brought is withdrawn, visibly and for good, in batches like those it came in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.judging import ReviewState
from ledger.domain.problems import Missing
from ledger.journal.entries import ClaimEnded
from ledger.journal.posting import writing
from ledger.services.wholes import judge_whole
from ledger.store.claims import Claim, Forecast
from ledger.store.imports import ImportRow, ImportRun, ImportState
from ledger.store.reviews import Review

BATCH = 1_000


@dataclass
class Undone:
    """What became of an import's claims."""

    withdrawn: int = 0
    judged: int = 0  # a verdict or sealed assessments stand on them: an editor decides
    shared: int = 0  # somebody else has recorded a forecast on them since
    added: int = 0  # forecasts on claims that were there before: a forecast cannot be taken back


def undo_import(
    session: Session, *, now: datetime, by: str | None, run: int, progress: Callable[[int, int], None] = lambda *_: None
) -> Undone:
    """Withdraw the claims that an import brought. What is judged or shared by now stays. Raises Missing.

    `by` None: whoever recorded them withdraws them.
    Undoing again, or after being broken off, goes on with what is left; an undone file can be imported anew.
    """
    found = session.get(ImportRun, run)
    if found is None:
        raise Missing(f"import {run}")
    mine = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    total = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    reason = f"Import {run} from {found.source} was undone."
    undone, after = Undone(), 0
    while claims := session.scalars(mine.where(ImportRow.claim > after).order_by(ImportRow.claim).limit(BATCH)).all():
        after = claims[-1]
        with writing(session, now, in_batches=True) as journal:
            judged, shared, gone = _judged(session, claims), _shared(session, claims, run), _gone(session, claims)
            going = [claim for claim in claims if claim not in judged | shared | gone]
            for claim in going:
                journal.post(
                    ClaimEnded(claim=claim, how=ClaimState.WITHDRAWN, into=(), reason=reason, by=by or found.actor_id)
                )
            wholes = select(Claim.whole_id).where(Claim.id.in_(going), Claim.whole_id.is_not(None)).distinct()
            for whole in session.scalars(wholes).all():
                journal.flush()
                judge_whole(session, journal, whole or 0)
            session.execute(delete(ImportRow).where(ImportRow.run_id == run, ImportRow.claim.in_([*going, *gone])))
        undone.withdrawn += len(going)
        undone.judged += len(judged)
        undone.shared += len(shared - judged)
        progress(undone.withdrawn + undone.judged + undone.shared, total)
    undone.added = session.scalar(select(func.count()).where(ImportRow.run_id == run, ImportRow.opened.is_(False))) or 0
    with writing(session, now):
        session.execute(update(ImportRun).where(ImportRun.id == run).values(state=ImportState.UNDONE, finished_at=now))
    return undone


def _judged(session: Session, claims: Sequence[int]) -> set[int]:
    sealed = select(Review.claim_id).where(
        Review.claim_id.in_(claims), Review.state.in_([ReviewState.IN_REVIEW, ReviewState.SPLIT])
    )
    decided = select(Claim.id).where(Claim.id.in_(claims), Claim.outcome.is_not(None))
    return {*session.scalars(sealed), *session.scalars(decided)}


def _shared(session: Session, claims: Sequence[int], run: int) -> set[int]:
    mine = select(ImportRow.forecast).where(ImportRow.run_id == run, ImportRow.claim.in_(claims))
    theirs = select(Forecast.claim_id).where(Forecast.claim_id.in_(claims), Forecast.id.not_in(mine))
    return set(session.scalars(theirs))


def _gone(session: Session, claims: Sequence[int]) -> set[int]:
    ended = [state for state in ClaimState if state.ended]
    return set(session.scalars(select(Claim.id).where(Claim.id.in_(claims), Claim.state.in_(ended))))
