"""The job that deletes what nobody will ask for again. It never touches the record."""

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
from ledger.store.drawings import Drawing
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportFault, ImportFile, ImportTask
from ledger.store.outbox import JobRun, Message, MessageState, Reminder

FORMS_KEPT = timedelta(days=30)
IDLE_RUNS_KEPT = timedelta(days=2)
KEPT = timedelta(days=90)
NEVER_QUEUED_AGAIN = tuple(kind.name for kind in MAIL_KINDS.values() if not kind.key_returns)


def tidy(context: Context, now: datetime) -> str:
    """Delete old forms and charts, files nobody went on to import, rate counts, job runs, mail and its reminders."""
    with context.sessions() as session:
        gone = {name: _delete(session, table, old) for name, (table, old) in _old(now).items()}
    if not any(gone.values()):
        return NOTHING
    return f"Deleted: {', '.join(f'{count} {name}' for name, count in gone.items() if count)}."


def _old(now: datetime) -> dict[str, tuple[type[Base], ColumnElement[bool]]]:
    """What is old, by table.

    A reminder is owed again only on the very day in its key: later it is safe to forget. A message whose key
    could come again stays, or it could be queued a second time; and one that is dead stays for the operator.
    """
    gone = Message.state.in_([MessageState.SENT, MessageState.DROPPED])
    once_more = or_(Message.once.is_(None), Message.name.in_(NEVER_QUEUED_AGAIN))
    idle = JobRun.error.is_(None) & (JobRun.summary == NOTHING) & (JobRun.started_at < now - IDLE_RUNS_KEPT)
    unfinished = select(ImportTask.file_id).where(ImportTask.finished_at.is_(None), ImportTask.file_id.is_not(None))
    left = ImportFile.run_id.is_(None) & (ImportFile.touched_at < now - KEPT_FOR) & ImportFile.id.not_in(unfinished)
    forgotten = ImportFault.file_id.in_(select(ImportFile.id).where(ImportFile.touched_at < now - KEPT))
    return {
        "files that were not imported": (ImportFile, left),
        "errors of imported files": (ImportFault, forgotten),
        "kept forms": (DraftRow, DraftRow.kept_at < now - FORMS_KEPT),
        "charts that nobody looked at": (Drawing, Drawing.wanted_on < (now - KEPT).date()),
        "rate counts": (RateCount, RateCount.expires_at < now.timestamp()),
        "job runs": (JobRun, or_(JobRun.started_at < now - KEPT, idle)),
        "reminders": (Reminder, Reminder.period < (now - KEPT).date()),
        "messages": (Message, gone & once_more & (Message.created_at < now - KEPT)),
    }


def _delete(session: Session, table: type[Base], old: ColumnElement[bool]) -> int:
    with write_transaction(session):
        result: Any = session.execute(delete(table).where(old), execution_options={"synchronize_session": False})
        return int(result.rowcount)
