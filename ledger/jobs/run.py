"""Running a job by name, with a row that says when it ran and what came of it."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta
from time import monotonic

from ledger.jobs.context import Context, JobFailed
from ledger.jobs.registry import JOBS
from ledger.store.engine import write_transaction
from ledger.store.outbox import JobRun

FRAMES_KEPT = 4

log = logging.getLogger(__name__)


def run_job(context: Context, name: str, now: datetime) -> JobRun:
    """Run one job. What it raises is logged and written into the row; it does not come out.

    The row is there before the work begins: one without an end says that the process was killed meanwhile.
    Raises KeyError for a job there is not, and the database's error where the row itself cannot be written.
    """
    step = JOBS[name]
    run = JobRun(job=name, started_at=now, finished_at=None, summary="", error=None)
    _save(context, run)
    started = monotonic()
    try:
        run.summary = step(context, now)
    except JobFailed as fault:
        log.warning("%s: %s", name, fault)
        run.error = str(fault)
    except Exception:
        log.exception("%s failed", name)
        run.error = traceback.format_exc(limit=-FRAMES_KEPT)
    run.finished_at = now + timedelta(seconds=monotonic() - started)
    _save(context, run)
    return run


def _save(context: Context, run: JobRun) -> None:
    with context.sessions() as session, write_transaction(session):
        session.add(run)
