"""The due scan: the job that flags reviews whose day has come and queues reminders for them."""

from __future__ import annotations

from datetime import datetime

from ledger.jobs.context import NOTHING, Context
from ledger.services.reminders import owe_reminders
from ledger.services.reviews.schedule import note_fallen_due


def due_scan(context: Context, now: datetime) -> str:
    """Flag the reviews that fell due, assign reviewers who are missing, and queue reminders."""
    with context.sessions() as session:
        fallen = note_fallen_due(session, now=now)
        owed = owe_reminders(session, now=now, base_url=context.base_url)
    if not fallen and not owed:
        return NOTHING
    return f"Reviews that fell due: {fallen}. Reminders queued: {owed}."
