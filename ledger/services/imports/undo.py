"""Undoing an import: what it brought is withdrawn, visibly and for good, in batches like those it came in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.reviews import ReviewState, reason_problems
from ledger.domain.errors import Missing, Problem, Refused, refuse_if
from ledger.journal.entries import ClaimEnded
from ledger.journal.post import writing
from ledger.services.imports.queue import ask, asked
from ledger.services.reviews.wholes import judge_whole
from ledger.store.claims import Claim, Forecast
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportRow, ImportRun, ImportState, TaskKind
from ledger.store.reviews import Review

BATCH = 1_000
Claims = Sequence[int] | Select[int]  # numbers, or a query for them


@dataclass
class Undone:
    """What became of an import's claims."""

    withdrawn: int = 0
    judged: int = 0  # a verdict or sealed assessments stand on them: an editor decides
    shared: int = 0  # somebody else has recorded a forecast on them since
    added: int = 0  # forecasts on claims that were there before: a forecast cannot be taken back

    @property
    def sentences(self) -> list[str]:
        """For reading."""
        told = [
            (self.withdrawn, "is withdrawn", "are withdrawn"),
            (self.judged, "stays: it is judged, and an editor can declare it void", JUDGED),
            (self.shared, "stays: somebody else has recorded a forecast on it", SHARED),
        ]
        said = [
            f"{n:,} claim{'' if n == 1 else 's'} {one if n == 1 else more}."
            for n, one, more in told
            if n or "with" in one
        ]
        if self.added:
            rows = "1 row was a forecast" if self.added == 1 else f"{self.added:,} rows were forecasts"
            said.append(f"{rows} on claims that were there before: these stay as well.")
        return said


JUDGED = "stay: they are judged, and an editor can declare them void"
SHARED = "stay: somebody else has recorded a forecast on them"


def undo_import(
    session: Session,
    *,
    now: datetime,
    by: str | None,
    run: int,
    why: str = "",
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Undone:
    """Withdraw the claims that an import brought. What is judged or shared by now stays. Raises Missing.

    `by` None: whoever recorded them withdraws them. `why` is added to the reason that each claim shows.
    Undoing again, or after being broken off, goes on with what is left; an undone file can be imported anew.
    """
    found = session.get(ImportRun, run)
    if found is None:
        raise Missing(f"import {run}")
    mine = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    total = _count(session, mine)
    reason = f"Import {run} from {found.source} was undone{f': {why}' if why else '.'}"
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
    undone.added = _added(session, run)
    with writing(session, now):
        session.execute(update(ImportRun).where(ImportRun.id == run).values(state=ImportState.UNDONE, finished_at=now))
    return undone


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
    judged, gone = _judged(session, mine), _gone(session, mine)
    shared = _shared(session, mine, run) - judged
    staying = len((judged | shared) - gone)
    withdrawn = _count(session, mine) - staying - len(gone)
    return Prospect(withdrawn, tuple(sorted(judged - gone)), tuple(sorted(shared - gone)), _added(session, run))


def want_undo(session: Session, *, now: datetime, by: str, run: int, reason: str) -> None:
    """Have an import undone by the scheduler. Raises Refused, Missing."""
    refuse_if(reason_problems("reason", reason))
    with write_transaction(session):
        found = session.get(ImportRun, run, with_for_update=True)
        if found is None:
            raise Missing(f"import {run}")
        if asked(session, run=run) is not None:
            return  # a second press
        if found.state is ImportState.RUNNING:
            raise Refused(Problem("", "This import is not finished: let it finish, then undo it."))
        prospect = would_undo(session, run)
        if prospect.withdrawn:
            ask(session, now=now, by=by, kind=TaskKind.UNDO, run=run, reason=reason, total=prospect.withdrawn)
            return
        if found.state is not ImportState.UNDONE:
            raise Refused(Problem("", "None of its claims can be withdrawn any more."))


def _count(session: Session, claims: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(claims.subquery())) or 0


def _added(session: Session, run: int) -> int:
    """Its forecasts on claims that it did not bring."""
    mine = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    others = select(func.count()).where(
        ImportRow.run_id == run, ImportRow.opened.is_(False), ImportRow.claim.not_in(mine.correlate(None))
    )
    return session.scalar(others) or 0


def _judged(session: Session, claims: Claims) -> set[int]:
    sealed = select(Review.claim_id).where(
        Review.claim_id.in_(claims), Review.state.in_([ReviewState.IN_REVIEW, ReviewState.SPLIT])
    )
    decided = select(Claim.id).where(Claim.id.in_(claims), Claim.outcome.is_not(None))
    return {*session.scalars(sealed), *session.scalars(decided)}


def _shared(session: Session, claims: Claims, run: int) -> set[int]:
    mine = select(ImportRow.forecast).where(ImportRow.run_id == run, ImportRow.claim.in_(claims))
    theirs = select(Forecast.claim_id).where(Forecast.claim_id.in_(claims), Forecast.id.not_in(mine))
    return set(session.scalars(theirs))


def _gone(session: Session, claims: Claims) -> set[int]:
    ended = [state for state in ClaimState if state.ended]
    return set(session.scalars(select(Claim.id).where(Claim.id.in_(claims), Claim.state.in_(ended))))
