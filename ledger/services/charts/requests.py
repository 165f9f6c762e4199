"""Charts as pages ask for them: one that is drawn is returned, one that is not is queued and drawn in seconds."""

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
from ledger.store.drawings import Drawing
from ledger.store.engine import write_transaction
from ledger.store.upsert import insert_for

MOST_WAITING = 500  # more are not asked for: whoever calls page after page shall not fill the database
# Of scorecards that are narrowed, which nobody can count: fewer wait, and for new ones the least wanted are let go.
MOST_ASIDE_WAITING, MOST_ASIDE = 40, 1_000

MOST_TRIES = 3  # a day; then a chart counts as failed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Picture:
    """A chart as a page shows it: `inline` is SVG to stand in the page, None while it waits or if it failed.

    A reliability diagram that is drawn has its p value and band in `band`.
    """

    key: str
    inline: str | None
    band: Consistency | None
    failed: bool


class Form(StrEnum):
    """The file formats of a drawing."""

    SPEC = "json"
    SVG = "svg"
    PNG = "png"

    @property
    def media_type(self) -> str:
        """Its media type, as HTTP has it."""
        return {"json": "application/json", "svg": "image/svg+xml", "png": "image/png"}[self]


def want(session: Session, *, now: datetime, charts: Mapping[str, Chart], aside: bool = False) -> dict[str, Picture]:
    """The pictures of charts, under the same names. It writes only where a chart is asked for anew, or not today's yet.

    Those of a scorecard that was narrowed are drawn `aside`: after all others, and only so many of them are kept. May
    be called while a page is read, by any number of workers: one that cannot be asked for now is asked for by the next
    reader. What the session read before is read anew afterwards if something was written.
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
            _ask(session, now, missing, list(found), aside)
        except OperationalError:
            log.warning("charts could not be asked for: the database is busy, or read-only", exc_info=True)
    return {name: _picture(key, found.get(key)) for name, key in keys.items()}


def fetch(session: Session, *, key: str, form: Form) -> bytes | None:
    """A drawing as a file; None where there is none of that key, or not yet."""
    column: Any = {Form.SPEC: Drawing.spec, Form.SVG: Drawing.svg, Form.PNG: Drawing.png}[form]
    found = session.scalar(select(column).where(Drawing.key == key))
    return found.encode() if isinstance(found, str) else found


def last_drawn(session: Session, *, aside: bool) -> datetime | None:
    """When anything was drawn last, what is drawn aside counted or not: pages with charts are another from then on."""
    drawn = select(func.max(Drawing.drawn_at))
    return session.scalar(drawn if aside else drawn.where(~Drawing.aside))


def _picture(key: str, row: Row[Any] | None) -> Picture:
    if row is None:
        return Picture(key, None, None, failed=False)
    failed = row.inline is None and bool(row.given_up)
    return Picture(key, row.inline, read_band(row.band) if row.band else None, failed)


def _ask(session: Session, now: datetime, missing: Mapping[str, str], known: list[str], aside: bool) -> None:
    with write_transaction(session):
        # Asked for on another day, what failed is tried again: the program may have been mended since. And what a whole
        # scorecard shows as well is no longer drawn aside.
        tries = case((Drawing.wanted_on < now.date(), 0), else_=Drawing.tries)
        session.execute(
            update(Drawing)
            .where(Drawing.key.in_(known))
            .values(wanted_on=now.date(), tries=tries, aside=and_(Drawing.aside, true() if aside else false())),
            execution_options={"synchronize_session": False},
        )
        if missing:
            asked = {"wanted_at": now, "wanted_on": now.date(), "aside": aside, "tries": 0}
            rows = [{"key": key, "request": request, **asked} for key, request in sorted(missing.items())]
            session.execute(insert_for(session, Drawing).values(rows).on_conflict_do_nothing())
            if aside:
                _let_go(session)


def _waiting(session: Session, aside: bool) -> int:
    waits = Drawing.drawn_at.is_(None) & (Drawing.tries < MOST_TRIES) & (Drawing.aside == aside)
    return session.scalar(select(func.count()).where(waits)) or 0


def _let_go(session: Session) -> None:
    """Of those drawn aside keep the ones that were wanted last."""
    last = (Drawing.wanted_on.desc(), Drawing.wanted_at.desc(), Drawing.key)
    too_many = session.scalars(select(Drawing.key).where(Drawing.aside).order_by(*last).offset(MOST_ASIDE)).all()
    if too_many:
        gone = delete(Drawing).where(Drawing.key.in_(too_many))
        session.execute(gone, execution_options={"synchronize_session": False})
