"""The queue of charts to draw: each taken under a lease; a failure is kept with its reason and tried again."""

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
from ledger.store.drawings import Drawing
from ledger.store.lease import LeaseQueue

LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)  # before a failure is tried again


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
class Commission:
    """A chart taken for drawing."""

    key: str
    request: str
    lease: str


def waits(session: Session, *, now: datetime) -> bool:
    """Whether anything can be drawn; reads only."""
    return DRAWINGS.waits(session, now=now)


def take(session: Session, *, now: datetime) -> Commission | None:
    """Take the chart that was asked for first, those drawn aside last; None where none waits.

    A try is counted when it begins, so that one which ends the program does not do so for ever.
    """
    taken = DRAWINGS.take(session, now=now, tries=Drawing.tries + 1)
    return None if taken is None else Commission(taken.row.key, taken.row.request, taken.lease)


def drawn(commission: Commission, renderer: RenderProcess) -> dict[str, Any]:
    """Draw a chart, with its band where it has one. Returns the columns to keep. Raises NotDrawn."""
    chart = chart_of(commission.request)
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


def finish(session: Session, *, now: datetime, commission: Commission, columns: dict[str, Any]) -> bool:
    """Keep what was drawn; whether the lease was still ours."""
    return DRAWINGS.leave(session, key=commission.key, lease=commission.lease, drawn_at=now, failed=None, **columns)


def fail(session: Session, *, now: datetime, commission: Commission, why: str) -> bool:
    """Note why nothing was drawn, and that it may be tried again later; whether the lease was still ours."""
    return DRAWINGS.leave(session, key=commission.key, lease=commission.lease, not_before=now + PAUSE, failed=why)
