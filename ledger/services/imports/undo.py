"""Undoing an import: its claims are withdrawn in batches. The withdrawal is public and final."""

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
from ledger.services.imports.queue import enqueue_task, pending_task
from ledger.services.reviews.wholes import judge_whole
from ledger.store.claims import Claim
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportRow, ImportRun, ImportState, TaskKind

BATCH = 1_000


@dataclass
class UndoResult:
    """The result of undoing an import: numbers of its claims, and of its forecasts on other claims."""

    withdrawn: int = 0
    judged: int = 0  # not withdrawn, as they have a verdict or sealed assessments: an editor decides
    shared: int = 0  # not withdrawn, as somebody else has recorded a forecast on them since
    added: int = 0  # forecasts on other claims, which stay: a forecast cannot be withdrawn

    @property
    def sentences(self) -> list[str]:
        """The result in words."""
        counts = [
            (self.withdrawn, "is withdrawn", "are withdrawn"),
            (self.judged, "stays: it is judged, and an editor can declare it void", JUDGED),
            (self.shared, "stays: somebody else has recorded a forecast on it", SHARED),
        ]
        sentences = [
            f"{n:,} claim{'' if n == 1 else 's'} {one if n == 1 else more}."
            for n, one, more in counts
            if n or "with" in one
        ]
        if self.added:
            rows = "1 row was a forecast" if self.added == 1 else f"{self.added:,} rows were forecasts"
            sentences.append(f"{rows} on claims that were there before: these stay as well.")
        return sentences


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
) -> UndoResult:
    """Withdraw the claims that an import recorded, except those judged or shared by now. Raises Missing.

    `by` None: the actor that recorded them withdraws them. `why` is added to the reason shown with each claim.
    An interrupted undo can be repeated, and continues with the rest. An undone file can be imported again.
    """
    found = session.get(ImportRun, run)
    if found is None:
        raise Missing(f"import {run}")
    mine = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    total = count_claims(session, mine)
    reason = f"Import {run} from {found.source} was undone{f': {why}' if why else '.'}"
    undone, after = UndoResult(), 0
    while claims := session.scalars(mine.where(ImportRow.claim > after).order_by(ImportRow.claim).limit(BATCH)).all():
        after = claims[-1]
        with writing(session, now, in_batches=True) as journal:
            judged, shared, ended = (
                judged_claims(session, claims),
                shared_claims(session, claims, run),
                ended_claims(session, claims),
            )
            withdrawable = [claim for claim in claims if claim not in judged | shared | ended]
            for claim in withdrawable:
                journal.post(
                    ClaimEnded(claim=claim, how=ClaimState.WITHDRAWN, into=(), reason=reason, by=by or found.actor_id)
                )
            wholes = select(Claim.whole_id).where(Claim.id.in_(withdrawable), Claim.whole_id.is_not(None)).distinct()
            for whole in session.scalars(wholes).all():
                journal.flush()
                judge_whole(session, journal, whole or 0)
            session.execute(
                delete(ImportRow).where(ImportRow.run_id == run, ImportRow.claim.in_([*withdrawable, *ended]))
            )
        undone.withdrawn += len(withdrawable)
        undone.judged += len(judged)
        undone.shared += len(shared - judged)
        progress(undone.withdrawn + undone.judged + undone.shared, total)
    undone.added = added_forecasts(session, run)
    with writing(session, now):
        session.execute(update(ImportRun).where(ImportRun.id == run).values(state=ImportState.UNDONE, finished_at=now))
    return undone


def request_undo(session: Session, *, now: datetime, by: str, run: int, reason: str) -> None:
    """Queue the undo of an import for the scheduler. Raises Refused, Missing."""
    refuse_if(reason_problems("reason", reason))
    with write_transaction(session):
        found = session.get(ImportRun, run, with_for_update=True)
        if found is None:
            raise Missing(f"import {run}")
        if pending_task(session, run=run) is not None:
            return  # the button was pressed twice
        if found.state is ImportState.RUNNING:
            raise Refused(Problem("", "This import is not finished: let it finish, then undo it."))
        preview = preview_undo(session, run)
        if preview.withdrawn:
            enqueue_task(session, now=now, by=by, kind=TaskKind.UNDO, run=run, reason=reason, total=preview.withdrawn)
            return
        if found.state is not ImportState.UNDONE:
            raise Refused(Problem("", "None of its claims can be withdrawn now."))
