"""The queue of charts to draw: each is taken under a lease; a failure is stored with its reason and retried."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from ledger.charts.registry import chart_of, written_band
from ledger.charts.render_process import RenderProcess
from ledger.services.charts.requests import MOST_TRIES
from ledger.store.chart_drawings import Drawing
from ledger.store.lease_queue import LeaseQueue

LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)  # before a failed chart is retried


def _ready(now: datetime) -> ColumnElement[bool]:
    free = or_(Drawing.not_before.is_(None), Drawing.not_before < now)
    return Drawing.drawn_at.is_(None) & (Drawing.tries < MOST_TRIES) & free


DRAWINGS = LeaseQueue(
    table=Drawing,
    key=Drawing.key,
    lease=Drawing.lease,
    until=Drawing.not_before,
    ready=_ready,
    order=(Drawing.aside, Drawing.wanted_at, Drawing.key),
    lasts=LEASE,
)


@dataclass(frozen=True)
class DrawingTask:
    """A chart taken for drawing."""

    key: str
    request: str
    lease: str


def waits(session: Session, *, now: datetime) -> bool:
    """Whether a chart waits to be drawn; reads only."""
    return DRAWINGS.waits(session, now=now)


def take(session: Session, *, now: datetime) -> DrawingTask | None:
    """Take the chart that was requested first, with those drawn `aside` last; None if none waits.

    A try is counted when it begins, so that a chart that crashes the program is not retried for ever.
    """
    taken = DRAWINGS.take(session, now=now, tries=Drawing.tries + 1)
    return None if taken is None else DrawingTask(taken.row.key, taken.row.request, taken.lease)


def draw_chart(task: DrawingTask, renderer: RenderProcess) -> dict[str, Any]:
    """Draw a chart, with its consistency band if it has one. Returns the columns to store. Raises NotDrawn."""
    chart = chart_of(task.request)
    band = chart.consistency()
    spec = chart.spec(band)
    pictures = renderer.draw(spec)
    return {
        "spec": json.dumps(spec, ensure_ascii=False),
        "band": written_band(band) if band else None,
        "svg": pictures.svg,
        "inline": pictures.inline,
        "png": pictures.png,
    }


def finish(session: Session, *, now: datetime, task: DrawingTask, columns: dict[str, Any]) -> bool:
    """Store a drawing. Returns whether the lease was still ours."""
    return DRAWINGS.leave(session, key=task.key, lease=task.lease, drawn_at=now, failed=None, **columns)


def fail(session: Session, *, now: datetime, task: DrawingTask, why: str) -> bool:
    """Record why drawing failed, to be retried later. Returns whether the lease was still ours."""
    return DRAWINGS.leave(session, key=task.key, lease=task.lease, not_before=now + PAUSE, failed=why)
