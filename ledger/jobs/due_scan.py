"""The due scan: reviews whose day has come are flagged, and reminders for them written down."""

from __future__ import annotations

from datetime import datetime

from ledger.jobs.context import NOTHING, Context
from ledger.services.reminders import owe_reminders
from ledger.services.reviews.schedule import note_fallen_due


def due_scan(context: Context, now: datetime) -> str:
    """Note which reviews fell due, fill empty seats, and write down the reminders owed."""
    with context.sessions() as session:
        fallen = note_fallen_due(session, now=now)
        owed = owe_reminders(session, now=now, base_url=context.base_url)
    if not fallen and not owed:
        return NOTHING
    return f"Reviews that fell due: {fallen}. Reminders queued: {owed}."
