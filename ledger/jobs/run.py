"""Running a job by name, and recording when it ran and its result."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta
from time import monotonic

from ledger.jobs.context import Context, JobFailed
from ledger.jobs.registry import JOBS
from ledger.store.engine import write_transaction
from ledger.store.outbox import JobRun

FRAMES_STORED = 4  # of a traceback

log = logging.getLogger(__name__)


def run_job(context: Context, name: str, now: datetime) -> JobRun:
    """Run one job and return its row. An exception of the job is logged and stored in the row, not raised.

    The row is written before the work begins: one without an end shows that the process was killed meanwhile.
    Raises KeyError for an unknown job, and the database's error where the row cannot be written.
    """
    step = JOBS[name]
    run = JobRun(job=name, started_at=now, finished_at=None, summary="", error=None)
    _save(context, run)
    started = monotonic()
    try:
        run.summary = step(context, now)
    except JobFailed as error:
        log.warning("%s: %s", name, error)
        run.error = str(error)
    except Exception:
        log.exception("%s failed", name)
        run.error = traceback.format_exc(limit=-FRAMES_STORED)
    run.finished_at = now + timedelta(seconds=monotonic() - started)
    _save(context, run)
    return run


def _save(context: Context, run: JobRun) -> None:
    with context.sessions() as session, write_transaction(session):
        session.add(run)
