"""The job that draws the charts requested by pages, one after another, in a separate process."""

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
    """Draw the charts that pages requested, until none is left or a minute is over.

    A chart that cannot be drawn does not delay the others. It is retried a few times, and JobFailed says why.
    """
    started = monotonic()

    def clock() -> datetime:
        return now + timedelta(
            seconds=monotonic() - started
        )  # a lease starts when it is taken, not when the job starts

    done, errors = 0, []
    with RenderProcess() as renderer:
        while monotonic() - started < LONGEST_RUN_SECONDS and not context.stopping.is_set():
            with context.sessions() as session:
                task = queue.take(session, now=clock())
            if task is None:
                break
            error = _draw(context, task, renderer, clock)
            if error is None:
                done += 1
            else:
                errors.append(f"{task.key[:12]}: {error}")
    if errors:
        raise JobFailed(f"Charts drawn: {done}; failed: {len(errors)}. {' '.join(sorted(set(errors)))}")
    return f"Charts drawn: {done}." if done else NOTHING


def charts_wait(context: Context, now: datetime) -> bool:
    """Whether there is a chart to draw. This is a single read."""
    with context.sessions() as session:
        return queue.waits(session, now=now)


def _draw(context: Context, task: DrawingTask, renderer: RenderProcess, clock: Callable[[], datetime]) -> str | None:
    """Draw one chart and store it. Returns why it could not be drawn, or None."""
    try:
        columns = queue.draw_chart(task, renderer)
    except NotDrawn as error:
        why = str(error)
    except Exception as error:
        # A bug, perhaps in this chart only: the others are still drawn.
        log.exception("chart %s could not be drawn", task.key)
        why = f"{type(error).__name__}: {error}"
    else:
        with context.sessions() as session:
            queue.finish(session, now=clock(), task=task, columns=columns)
        return None
    with context.sessions() as session:
        queue.fail(session, now=clock(), task=task, why=why)
    return why
