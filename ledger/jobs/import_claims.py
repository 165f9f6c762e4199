"""Imports that people asked for on the web: checked, carried out and undone, one after another."""

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

FAULT_OF_OURS = "Something went wrong. This is our mistake, and it has been logged. Try again."

log = logging.getLogger(__name__)


class Stopping(Exception):
    """The scheduler is to stop: the task is left for whoever comes next."""


def import_claims(context: Context, now: datetime) -> str:
    """Check, carry out and undo the imports that people asked for.

    Each batch of rows stands for itself: ended in the middle, by a signal or by power loss, a task is taken up
    where it stopped. Raises what a fault of the program raised, once whoever asked has been told.
    """
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=monotonic() - started)  # leases count from when they are taken

    told = []
    while not context.stopping.is_set():
        with context.sessions() as session:
            task = queue.take(session, now=clock())
        if task is None:
            break
        told.append(f"{task.kind.value.capitalize()} {task.file or task.run}: {_do(context, task, clock)}")
    return " ".join(told) or NOTHING


def imports_wait(context: Context, now: datetime) -> bool:
    """Whether there is anything to do; one read."""
    with context.sessions() as session:
        return queue.waits(session, now=now)


def _do(context: Context, task: Task, clock: Callable[[], datetime]) -> str:
    def progress(done: int, total: int) -> None:
        # In a session of its own: the one at work may be in the middle of reading.
        with context.sessions() as other:
            queue.note_progress(other, now=clock(), task=task, done=done, total=total)
        if context.stopping.is_set():
            raise Stopping

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
    except Stopping:
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
        finish(error=FAULT_OF_OURS)
        raise
