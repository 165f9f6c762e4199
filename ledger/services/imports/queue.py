"""The queue of import tasks: each is taken under a lease by one of any number of schedulers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from ledger.store.imports import ImportTask, TaskKind
from ledger.store.lease_queue import LeaseQueue

LEASE = timedelta(minutes=2)  # renewed with every batch; after a crash, a task is taken over when it has run out


def _ready(now: datetime) -> ColumnElement[bool]:
    return ImportTask.finished_at.is_(None) & or_(ImportTask.lease.is_(None), ImportTask.lease_until < now)


TASKS = LeaseQueue(
    table=ImportTask,
    key=ImportTask.id,
    lease=ImportTask.lease,
    until=ImportTask.lease_until,
    ready=_ready,
    order=(ImportTask.id,),
    lasts=LEASE,
)


@dataclass(frozen=True)
class Task:
    """A task taken by a scheduler."""

    id: int
    kind: TaskKind
    file: int | None
    run: int | None
    by: str
    reason: str
    lease: str


class LostLease(Exception):
    """Another scheduler has taken over the task, or it was deleted."""


def enqueue_task(
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
    """Queue a task for the scheduler, in the caller's transaction."""
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


def pending_task(session: Session, *, file: int | None = None, run: int | None = None) -> ImportTask | None:
    """The unfinished task about a file or an import, or None."""
    about = ImportTask.file_id == file if file is not None else ImportTask.run_id == run
    return session.scalars(select(ImportTask).where(about, ImportTask.finished_at.is_(None)).limit(1)).one_or_none()


def waits(session: Session, *, now: datetime) -> bool:
    """Whether a task waits; reads only."""
    return TASKS.waits(session, now=now)


def take(session: Session, *, now: datetime) -> Task | None:
    """Take the oldest task that nobody works on, or None."""
    taken = TASKS.take(session, now=now)
    if taken is None:
        return None
    row = taken.row
    return Task(row.id, row.kind, row.file_id, row.run_id, row.asked_by, row.reason, taken.lease)


def note_progress(session: Session, *, now: datetime, task: Task, done: int, total: int) -> None:
    """Record the progress of a task, and renew its lease. Raises LostLease."""
    if not TASKS.renew(session, now=now, key=task.id, lease=task.lease, done=done, total=total):
        raise LostLease


def give_back(session: Session, *, task: Task) -> None:
    """Return an unfinished task to the queue, where it can be taken at once. Raises LostLease."""
    _leave(session, task)


def finish(session: Session, *, now: datetime, task: Task, summary: str = "", error: str | None = None) -> None:
    """Mark a task as done, or as failed with a reason. Raises LostLease."""
    _leave(session, task, finished_at=now, summary=summary, error=error)


def _leave(session: Session, task: Task, **values: Any) -> None:
    if not TASKS.leave(session, key=task.id, lease=task.lease, **values):
        raise LostLease
