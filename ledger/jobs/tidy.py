"""The job that deletes old data that is no longer needed. It never touches the record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from ledger.jobs.context import NOTHING, Context
from ledger.mail.kinds import MAIL_KINDS
from ledger.services.imports.uploads import KEPT_FOR
from ledger.store.accounts import DraftRow, RateCount
from ledger.store.base import Base
from ledger.store.chart_drawings import Drawing
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportFault, ImportFile, ImportTask
from ledger.store.outbox import JobRun, Message, MessageState, Reminder

DRAFT_LIFETIME = timedelta(days=30)
IDLE_RUN_LIFETIME = timedelta(days=2)
LIFETIME = timedelta(days=90)
NEVER_QUEUED_AGAIN = tuple(kind.name for kind in MAIL_KINDS.values() if not kind.key_returns)


def tidy(context: Context, now: datetime) -> str:
    """Delete old drafts, charts, files that were not imported, rate counts, job runs, mail and reminders."""
    with context.sessions() as session:
        deleted = {name: _delete(session, table, old) for name, (table, old) in _old(now).items()}
    if not any(deleted.values()):
        return NOTHING
    return f"Deleted: {', '.join(f'{count} {name}' for name, count in deleted.items() if count)}."


def _old(now: datetime) -> dict[str, tuple[type[Base], ColumnElement[bool]]]:
    """What to delete: a table and a condition, by the words for the summary.

    A reminder can be due only on the day in its key, so it can be deleted later. A message whose key could occur again
    stays, or it could be queued a second time; a dead one stays for the operator.
    """
    closed = Message.state.in_([MessageState.SENT, MessageState.DROPPED])
    unrepeatable = or_(Message.once.is_(None), Message.name.in_(NEVER_QUEUED_AGAIN))
    idle = JobRun.error.is_(None) & (JobRun.summary == NOTHING) & (JobRun.started_at < now - IDLE_RUN_LIFETIME)
    unfinished = select(ImportTask.file_id).where(ImportTask.finished_at.is_(None), ImportTask.file_id.is_not(None))
    abandoned = (
        ImportFile.run_id.is_(None) & (ImportFile.touched_at < now - KEPT_FOR) & ImportFile.id.not_in(unfinished)
    )
    outdated = ImportFault.file_id.in_(select(ImportFile.id).where(ImportFile.touched_at < now - LIFETIME))
    return {
        "files that were not imported": (ImportFile, abandoned),
        "errors of imported files": (ImportFault, outdated),
        "kept forms": (DraftRow, DraftRow.kept_at < now - DRAFT_LIFETIME),
        "charts that nobody looked at": (Drawing, Drawing.wanted_on < (now - LIFETIME).date()),
        "rate counts": (RateCount, RateCount.expires_at < now.timestamp()),
        "job runs": (JobRun, or_(JobRun.started_at < now - LIFETIME, idle)),
        "reminders": (Reminder, Reminder.period < (now - LIFETIME).date()),
        "messages": (Message, closed & unrepeatable & (Message.created_at < now - LIFETIME)),
    }


def _delete(session: Session, table: type[Base], old: ColumnElement[bool]) -> int:
    with write_transaction(session):
        result: Any = session.execute(delete(table).where(old), execution_options={"synchronize_session": False})
        return int(result.rowcount)
