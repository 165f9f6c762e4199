"""Undoing an import: what it brought is withdrawn, visibly and for good, in batches like those it came in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.errors import Missing, Problem, Refused, refuse_if
from ledger.domain.reviews import reason_problems
from ledger.journal.entries import ClaimEnded
from ledger.journal.post import writing
from ledger.queries.undo_preview import (
    added_forecasts,
    count_claims,
    ended_claims,
    judged_claims,
    preview_undo,
    shared_claims,
)
from ledger.services.imports.queue import ask, asked
from ledger.services.reviews.wholes import judge_whole
from ledger.store.claims import Claim
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportRow, ImportRun, ImportState, TaskKind

BATCH = 1_000


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
    total = count_claims(session, mine)
    reason = f"Import {run} from {found.source} was undone{f': {why}' if why else '.'}"
    undone, after = Undone(), 0
    while claims := session.scalars(mine.where(ImportRow.claim > after).order_by(ImportRow.claim).limit(BATCH)).all():
        after = claims[-1]
        with writing(session, now, in_batches=True) as journal:
            judged, shared, gone = (
                judged_claims(session, claims),
                shared_claims(session, claims, run),
                ended_claims(session, claims),
            )
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
    undone.added = added_forecasts(session, run)
    with writing(session, now):
        session.execute(update(ImportRun).where(ImportRun.id == run).values(state=ImportState.UNDONE, finished_at=now))
    return undone


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
        prospect = preview_undo(session, run)
        if prospect.withdrawn:
            ask(session, now=now, by=by, kind=TaskKind.UNDO, run=run, reason=reason, total=prospect.withdrawn)
            return
        if found.state is not ImportState.UNDONE:
            raise Refused(Problem("", "None of its claims can be withdrawn now."))
