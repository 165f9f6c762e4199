"""Charts that pages asked for: drawn one after another, in a process of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from ledger.charts.render import NotDrawn
from ledger.charts.render_process import RenderProcess
from ledger.jobs.context import NOTHING, Context, JobFailed
from ledger.services.charts import queue
from ledger.services.charts.queue import DrawingTask

LONGEST_RUN_SECONDS = 60.0

log = logging.getLogger(__name__)


def draw_charts(context: Context, now: datetime) -> str:
    """Draw the charts that pages asked for, until none waits or a minute is over.

    One that cannot be drawn holds no other up: it is tried a few times, and JobFailed says why.
    """
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=monotonic() - started)  # leases count from when they are taken

    done, faults = 0, []
    with RenderProcess() as renderer:
        while monotonic() - started < LONGEST_RUN_SECONDS and not context.stopping.is_set():
            with context.sessions() as session:
                task = queue.take(session, now=clock())
            if task is None:
                break
            fault = _draw(context, task, renderer, clock)
            if fault is None:
                done += 1
            else:
                faults.append(f"{task.key[:12]}: {fault}")
    if faults:
        raise JobFailed(f"Charts drawn: {done}; failed: {len(faults)}. {' '.join(sorted(set(faults)))}")
    return f"Charts drawn: {done}." if done else NOTHING


def charts_wait(context: Context, now: datetime) -> bool:
    """Whether there is anything to draw; one read."""
    with context.sessions() as session:
        return queue.waits(session, now=now)


def _draw(context: Context, task: DrawingTask, renderer: RenderProcess, clock: Callable[[], datetime]) -> str | None:
    """Draw one chart and keep it; why not, if it cannot be drawn."""
    try:
        columns = queue.draw_chart(task, renderer)
    except NotDrawn as fault:
        why = str(fault)
    except Exception as fault:
        # A fault of ours, perhaps in one chart only: the others are drawn all the same.
        log.exception("chart %s could not be drawn", task.key)
        why = f"{type(fault).__name__}: {fault}"
    else:
        with context.sessions() as session:
            queue.finish(session, now=clock(), task=task, columns=columns)
        return None
    with context.sessions() as session:
        queue.fail(session, now=clock(), task=task, why=why)
    return why
