"""The operator's page: job runs, waiting and undeliverable mail, and whether the scheduler is running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.store.accounts import Account
from ledger.store.outbox import JobRun, Message, MessageState

SHOWN = 30
SILENT_AFTER = timedelta(minutes=15)  # the scheduler runs some job far more often than this


@dataclass(frozen=True)
class JobLine:
    """One run of a job; `error` is the traceback where it failed."""

    job: str
    started_at: datetime
    finished_at: datetime | None
    summary: str
    error: str | None


@dataclass(frozen=True)
class MessageLine:
    """A message whose delivery was given up, with the mail server's error."""

    id: int
    name: str
    to: str
    created_at: datetime
    attempts: int
    error: str
    emptied: bool


@dataclass(frozen=True)
class Operations:
    """The operator's page."""

    runs: tuple[JobLine, ...]
    last: dict[str, JobLine]
    silent: bool
    mail: dict[str, int]
    oldest_waiting: datetime | None
    dead: tuple[MessageLine, ...]


def operations(session: Session, *, now: datetime) -> Operations:
    """The state of jobs and mail at `now`."""
    runs = tuple(map(_job_line, session.scalars(select(JobRun).order_by(JobRun.started_at.desc()).limit(SHOWN))))
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    last = {run.job: _job_line(run) for run in session.scalars(select(JobRun).where(JobRun.id.in_(newest)))}
    mail = {state.value: 0 for state in MessageState}
    for state, n in session.execute(select(Message.state, func.count()).group_by(Message.state)):
        mail[state.value] = n
    waiting = select(func.min(Message.created_at)).where(Message.state == MessageState.WAITING)
    dead = session.execute(
        select(Message, Account.email)
        .join(Account, Account.id == Message.account_id)
        .where(Message.state == MessageState.DEAD)
        .order_by(Message.id.desc())
        .limit(SHOWN)
    )
    return Operations(
        runs=runs,
        last=dict(sorted(last.items())),
        silent=not runs or now - runs[0].started_at > SILENT_AFTER,
        mail=mail,
        oldest_waiting=session.scalar(waiting),
        dead=tuple(
            MessageLine(m.id, m.name, email, m.created_at, m.attempts, m.error or "", m.facts == "{}")
            for m, email in dead
        ),
    )


def _job_line(run: JobRun) -> JobLine:
    return JobLine(run.job, run.started_at, run.finished_at, run.summary, run.error)
