"""The job that checks, runs and undoes the imports requested on the web, one after another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

from ledger.domain.errors import Missing, Refused
from ledger.jobs.context import NOTHING, Context
from ledger.services.imports import queue
from ledger.services.imports.queue import LostLease, Task
from ledger.services.imports.worker import do_task

OUR_MISTAKE = "Something went wrong. This is our mistake, and it has been logged. Try again."

log = logging.getLogger(__name__)


class Interrupted(Exception):
    """The scheduler is stopping: the task is released for another process or the next start."""


def import_claims(context: Context, now: datetime) -> str:
    """Check, run and undo the imports that people requested.

    Each batch of rows is committed by itself: a task that a signal or a power loss interrupts is continued where it
    stopped. An unexpected exception is raised after the task has been marked as failed, with a message for the user.
    """
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(
            seconds=monotonic() - started
        )  # a lease starts when it is taken, not when the job starts

    summaries = []
    while not context.stopping.is_set():
        with context.sessions() as session:
            task = queue.take(session, now=clock())
        if task is None:
            break
        summaries.append(f"{task.kind.value.capitalize()} {task.file or task.run}: {_do(context, task, clock)}")
    return " ".join(summaries) or NOTHING


def imports_wait(context: Context, now: datetime) -> bool:
    """Whether there is a task to do. This is a single read."""
    with context.sessions() as session:
        return queue.waits(session, now=now)


def _do(context: Context, task: Task, clock: Callable[[], datetime]) -> str:
    def progress(done: int, total: int) -> None:
        # In a separate session, because the one of the task may be in the middle of reading.
        with context.sessions() as other:
            queue.note_progress(other, now=clock(), task=task, done=done, total=total)
        if context.stopping.is_set():
            raise Interrupted

    def finish(summary: str = "", error: str | None = None) -> None:
        with context.sessions() as session, suppress(LostLease):
            queue.finish(session, now=clock(), task=task, summary=summary, error=error)

    try:
        with context.sessions() as session:
            summary = do_task(session, now=clock(), task=task, progress=progress)
        finish(summary)
        return summary
    except LostLease:
        return "skipped: it is no longer wanted, or another process is working on it."
    except Interrupted:
        with context.sessions() as session, suppress(LostLease):
            queue.give_back(session, task=task)
        return "stopped in the middle; it will be continued."
    except Refused as refused:
        finish(error=str(refused))
        return str(refused)
    except Missing as missing:
        finish(error=f"There is no {missing}.")
        return f"there is no {missing}."
    except Exception:
        finish(error=OUR_MISTAKE)
        raise
