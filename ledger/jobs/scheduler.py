"""The scheduler: a process of its own that rings the jobs. It keeps nothing; what is owed stands in the database."""

from __future__ import annotations

import logging
import signal
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from ledger.jobs.context import Context
from ledger.jobs.registry import ASKED_FIRST, JOBS
from ledger.jobs.run import run_job


@dataclass(frozen=True)
class Time:
    """When a job is rung; in words for people."""

    words: str
    trigger: BaseTrigger
    head_start: timedelta = timedelta()  # what the others have of it when the scheduler starts


# A weekday, should one be needed, goes by its name: in crontab form, 0 means Monday here and Sunday elsewhere.
TIMES = {
    "due-scan": Time("every 5 minutes", IntervalTrigger(minutes=5, timezone=UTC)),
    # What the first scan finds goes out with the first mail, not half a minute later.
    "send-mail": Time("every 30 seconds", IntervalTrigger(seconds=30, timezone=UTC), head_start=timedelta(seconds=2)),
    "import-claims": Time("every 3 seconds", IntervalTrigger(seconds=3, timezone=UTC)),
    "draw-charts": Time("every 3 seconds", IntervalTrigger(seconds=3, timezone=UTC)),
    "tidy": Time("daily at 03:10 UTC", CronTrigger(hour=3, minute=10, timezone=UTC)),
}

log = logging.getLogger(__name__)


def build_scheduler(context: Context) -> BlockingScheduler:
    """A scheduler with every job, each to run once at the start.

    Runs missed while the process slept are made up for by one; a job never overlaps itself; and since no run
    is ever too late to be worth it, none is thrown away. A thread for each job: a slow mail server must not
    hold the due scan up.
    """
    scheduler = BlockingScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(JOBS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    start = datetime.now(UTC)
    for name in JOBS:
        first = start + TIMES[name].head_start
        scheduler.add_job(ring, TIMES[name].trigger, args=[context, name], id=name, next_run_time=first)
    return scheduler


def ring(context: Context, name: str) -> None:
    """Run one job now. Even where the database is away, nothing comes out but a line in the log."""
    now = datetime.now(UTC)
    try:
        if name in ASKED_FIRST and not ASKED_FIRST[name](context, now):
            return
        run = run_job(context, name, now)
    except Exception:
        log.exception("%s could not be run", name)
        return
    if run.error is None:
        log.info("%s: %s", name, run.summary)


def run_scheduler(context: Context) -> None:
    """Ring the jobs until SIGTERM or SIGINT; then finish those in hand and return."""
    scheduler = build_scheduler(context)
    stopping = threading.Thread(target=_stop, args=[scheduler], name="stopping")

    def stop(_number: int, _frame: FrameType | None) -> None:
        # In a thread of its own: stopping takes the scheduler's locks, which this one may be holding right now.
        if not context.stopping.is_set():
            context.stopping.set()
            stopping.start()
            log.info("Stopping: finishing the work in hand.")

    def listen(_event: object) -> None:
        # Not before it runs: until then a signal simply ends the process.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        log.info("The scheduler runs: %s.", ", ".join(JOBS))

    scheduler.add_listener(listen, EVENT_SCHEDULER_STARTED)
    scheduler.start()
    stopping.join()
    log.info("Stopped.")


def _stop(scheduler: BlockingScheduler) -> None:
    scheduler.remove_all_jobs()  # nothing new falls due while we wait
    scheduler.shutdown(wait=True)
