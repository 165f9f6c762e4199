"""The scheduler: a separate process that runs the jobs at their times. All of its state is in the database."""

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
from ledger.jobs.registry import HAS_WORK, JOBS
from ledger.jobs.run import run_job


@dataclass(frozen=True)
class Time:
    """When a job runs, also in words."""

    words: str
    trigger: BaseTrigger
    delay: timedelta = timedelta()  # how long its first run waits for those of the other jobs


# Name weekdays instead of numbering them: 0 means Monday to APScheduler and Sunday in a crontab.
TIMES = {
    "due-scan": Time("every 5 minutes", IntervalTrigger(minutes=5, timezone=UTC)),
    # Delayed, so that the reminders of the first due scan are sent with the first mail.
    "send-mail": Time("every 30 seconds", IntervalTrigger(seconds=30, timezone=UTC), delay=timedelta(seconds=2)),
    "import-claims": Time("every 3 seconds", IntervalTrigger(seconds=3, timezone=UTC)),
    "draw-charts": Time("every 3 seconds", IntervalTrigger(seconds=3, timezone=UTC)),
    "tidy": Time("daily at 03:10 UTC", CronTrigger(hour=3, minute=10, timezone=UTC)),
}

log = logging.getLogger(__name__)


def build_scheduler(context: Context) -> BlockingScheduler:
    """A scheduler with all jobs, each of which also runs once at the start.

    Several runs missed while the machine slept become one (`coalesce`), which is run however late it is. A job never
    overlaps itself. Each job has a thread, so that a slow mail server does not delay the due scan.
    """
    scheduler = BlockingScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(JOBS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    start = datetime.now(UTC)
    for name in JOBS:
        first = start + TIMES[name].delay
        scheduler.add_job(start_job, TIMES[name].trigger, args=[context, name], id=name, next_run_time=first)
    return scheduler


def start_job(context: Context, name: str) -> None:
    """Run one job now if it has work. Never raises: an error, such as an unreachable database, is logged."""
    now = datetime.now(UTC)
    try:
        if name in HAS_WORK and not HAS_WORK[name](context, now):
            return
        run = run_job(context, name, now)
    except Exception:
        log.exception("%s could not be run", name)
        return
    if run.error is None:
        log.info("%s: %s", name, run.summary)


def run_scheduler(context: Context) -> None:
    """Run the jobs at their times until SIGTERM or SIGINT; then finish the running ones and return."""
    scheduler = build_scheduler(context)
    stopping = threading.Thread(target=_stop, args=[scheduler], name="stopping")

    def stop(_number: int, _frame: FrameType | None) -> None:
        # In a thread of its own: stopping takes the scheduler's locks, which the interrupted code may hold.
        if not context.stopping.is_set():
            context.stopping.set()
            stopping.start()
            log.info("Stopping: finishing the work in hand.")

    def listen(_event: object) -> None:
        # Only once it is running: until then a signal should simply end the process.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        log.info("The scheduler runs: %s.", ", ".join(JOBS))

    scheduler.add_listener(listen, EVENT_SCHEDULER_STARTED)
    scheduler.start()
    stopping.join()
    log.info("Stopped.")


def _stop(scheduler: BlockingScheduler) -> None:
    scheduler.remove_all_jobs()  # so that no new run starts while we wait
    scheduler.shutdown(wait=True)
