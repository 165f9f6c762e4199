"""Requests for charts by pages: drawn charts are returned; others are queued, and drawn within seconds."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, case, delete, false, func, select, true, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ledger.charts.chart import Chart
from ledger.charts.registry import key_of, read_band, request_of
from ledger.domain.scoring.calibration_band import Consistency
from ledger.store.chart_drawings import Drawing
from ledger.store.engine import write_transaction
from ledger.store.upsert import insert_for

MOST_WAITING = 500  # no more are queued, so that a crawler cannot fill the database
# For charts of filtered scorecards, which are countless, limits are lower: only the last requested are stored.
MOST_ASIDE_WAITING, MOST_ASIDE = 40, 1_000

MOST_TRIES = 3  # a day; after that a chart counts as failed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Picture:
    """A chart for a page: `inline` is SVG to be put into the page, None while it waits or if it failed.

    `band` has the p-value and the consistency band of a drawn reliability diagram.
    """

    key: str
    inline: str | None
    band: Consistency | None
    failed: bool


class DrawingFormat(StrEnum):
    """The file formats of a drawing."""

    SPEC = "json"
    SVG = "svg"
    PNG = "png"

    @property
    def media_type(self) -> str:
        """The media type for HTTP."""
        return {"json": "application/json", "svg": "image/svg+xml", "png": "image/png"}[self]


def request_charts(
    session: Session, *, now: datetime, charts: Mapping[str, Chart], aside: bool = False
) -> dict[str, Picture]:
    """The pictures of charts, under the same names. Writes only for a new chart, or one not requested today yet.

    Charts of a filtered scorecard are drawn `aside`: after all others, and only a limited number is stored. May be
    called in GET requests by any number of workers: if the database is busy, the next request queues the chart. If
    something was written, the session's objects are reloaded afterwards.
    """
    requests = {name: request_of(chart) for name, chart in charts.items()}
    keys = {name: key_of(request) for name, request in requests.items()}
    busy = Drawing.lease.is_not(None) & (Drawing.not_before >= now)
    given_up = (Drawing.tries >= MOST_TRIES) & (Drawing.wanted_on >= now.date()) & ~busy
    known = (Drawing.key, Drawing.inline, Drawing.band, Drawing.wanted_on, Drawing.aside)
    columns: list[Any] = [*known, given_up.label("given_up")]
    found = {row.key: row for row in session.execute(select(*columns).where(Drawing.key.in_(keys.values())))}
    missing = {keys[name]: request for name, request in requests.items() if keys[name] not in found}
    if missing and _waiting(session, aside) >= (MOST_ASIDE_WAITING if aside else MOST_WAITING):
        missing = {}
    if missing or any(row.wanted_on < now.date() or (row.aside and not aside) for row in found.values()):
        try:
            _queue(session, now, missing, list(found), aside)
        except OperationalError:
            log.warning("charts could not be requested: the database is busy, or read-only", exc_info=True)
    return {name: _picture(key, found.get(key)) for name, key in keys.items()}


def fetch_drawing(session: Session, *, key: str, form: DrawingFormat) -> bytes | None:
    """A drawing as a file; None if there is no drawing with this key yet."""
    column: Any = {DrawingFormat.SPEC: Drawing.spec, DrawingFormat.SVG: Drawing.svg, DrawingFormat.PNG: Drawing.png}[
        form
    ]
    found = session.scalar(select(column).where(Drawing.key == key))
    return found.encode() if isinstance(found, str) else found


def last_drawn(session: Session, *, aside: bool) -> datetime | None:
    """When a chart was last drawn, with or without those drawn aside: older cached pages with charts are outdated."""
    drawn = select(func.max(Drawing.drawn_at))
    return session.scalar(drawn if aside else drawn.where(~Drawing.aside))


def _picture(key: str, row: Row[Any] | None) -> Picture:
    if row is None:
        return Picture(key, None, None, failed=False)
    failed = row.inline is None and bool(row.given_up)
    return Picture(key, row.inline, read_band(row.band) if row.band else None, failed)


def _queue(session: Session, now: datetime, missing: Mapping[str, str], known: list[str], aside: bool) -> None:
    with write_transaction(session):
        # A failed chart is retried when requested on another day: the program may have been fixed. A chart that an
        # unfiltered scorecard shows too is no longer drawn aside.
        tries = case((Drawing.wanted_on < now.date(), 0), else_=Drawing.tries)
        session.execute(
            update(Drawing)
            .where(Drawing.key.in_(known))
            .values(wanted_on=now.date(), tries=tries, aside=and_(Drawing.aside, true() if aside else false())),
            execution_options={"synchronize_session": False},
        )
        if missing:
            requested = {"wanted_at": now, "wanted_on": now.date(), "aside": aside, "tries": 0}
            rows = [{"key": key, "request": request, **requested} for key, request in sorted(missing.items())]
            session.execute(insert_for(session, Drawing).values(rows).on_conflict_do_nothing())
            if aside:
                _delete_oldest(session)


def _waiting(session: Session, aside: bool) -> int:
    waits = Drawing.drawn_at.is_(None) & (Drawing.tries < MOST_TRIES) & (Drawing.aside == aside)
    return session.scalar(select(func.count()).where(waits)) or 0


def _delete_oldest(session: Session) -> None:
    """Delete all charts drawn aside except those requested last."""
    last = (Drawing.wanted_on.desc(), Drawing.wanted_at.desc(), Drawing.key)
    too_many = session.scalars(select(Drawing.key).where(Drawing.aside).order_by(*last).offset(MOST_ASIDE)).all()
    if too_many:
        deletion = delete(Drawing).where(Drawing.key.in_(too_many))
        session.execute(deletion, execution_options={"synchronize_session": False})
