"""What is asked of the scheduler about imports: each task is done under a lease, by one of any number of schedulers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ledger.store.engine import write_transaction
from ledger.store.imports import ImportTask, TaskKind

LEASE = timedelta(minutes=2)  # renewed with every batch; killed meanwhile, a task is taken up when it has run out


@dataclass(frozen=True)
class Task:
    """A task in hand."""

    id: int
    kind: TaskKind
    file: int | None
    run: int | None
    by: str
    reason: str
    lease: str


class LostLease(Exception):
    """Somebody else does the task by now, or it is not wanted any more."""


def ask(
    session: Session,
    *,
    now: datetime,
    by: str,
    kind: TaskKind,
    file: int | None = None,
    run: int | None = None,
    reason: str = "",
    total: int = 0,
) -> None:
    """Ask something of the scheduler, in the caller's transaction."""
    row = ImportTask(
        kind=kind,
        file_id=file,
        run_id=run,
        asked_by=by,
        asked_at=now,
        reason=reason,
        done=0,
        total=total,
        lease=None,
        lease_until=None,
        finished_at=None,
        summary="",
        error=None,
    )
    session.add(row)


def asked(session: Session, *, file: int | None = None, run: int | None = None) -> ImportTask | None:
    """What is asked about a file or an import and not finished yet."""
    about = ImportTask.file_id == file if file is not None else ImportTask.run_id == run
    return session.scalars(select(ImportTask).where(about, ImportTask.finished_at.is_(None)).limit(1)).one_or_none()


def waits(session: Session, *, now: datetime) -> bool:
    """Whether anything can be taken up; reads only."""
    return session.scalar(select(ImportTask.id).where(_ready(now)).limit(1)) is not None


def take(session: Session, *, now: datetime) -> Task | None:
    """Take the oldest task that nobody is at; None where there is none."""
    oldest = (
        select(ImportTask)
        .where(_ready(now))
        .order_by(ImportTask.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    with write_transaction(session):
        row = session.scalars(oldest).one_or_none()
        if row is None:
            return None
        row.lease, row.lease_until = token_hex(16), now + LEASE
        return Task(row.id, row.kind, row.file_id, row.run_id, row.asked_by, row.reason, row.lease)


def note_progress(session: Session, *, now: datetime, task: Task, done: int, total: int) -> None:
    """Say how far it came, and go on holding it. Raises LostLease."""
    _change(session, task, done=done, total=total, lease_until=now + LEASE)


def give_back(session: Session, *, task: Task) -> None:
    """Stop before the end: whoever comes next takes it up at once. Raises LostLease."""
    _change(session, task, lease=None, lease_until=None)


def finish(session: Session, *, now: datetime, task: Task, summary: str = "", error: str | None = None) -> None:
    """It is done, or came to nothing. Raises LostLease."""
    _change(session, task, finished_at=now, lease=None, lease_until=None, summary=summary, error=error)


def _ready(now: datetime) -> Any:
    return ImportTask.finished_at.is_(None) & or_(ImportTask.lease.is_(None), ImportTask.lease_until < now)


def _change(session: Session, task: Task, **values: Any) -> None:
    with write_transaction(session):
        done: Any = session.execute(
            update(ImportTask)
            .where(ImportTask.id == task.id, ImportTask.lease == task.lease)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if not done.rowcount:
            raise LostLease
