"""Drawings: charts that pages asked for, and what was drawn. A cache: all of it can be drawn again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base


class Drawing(Base):
    """One chart, by the hash of all that it depends on: waiting, drawn, or failed so and so often."""

    __tablename__ = "drawing"
    __table_args__ = (
        Index("ix_drawing_drawn_at_wanted_at", "drawn_at", "wanted_at"),
        Index("ix_drawing_wanted_on", "wanted_on"),
        Index("ix_drawing_aside_drawn_at", "aside", "drawn_at"),  # each page asks when anything was drawn last
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of `request`
    request: Mapped[str] = mapped_column(Text)  # JSON, see ledger.charts.registry
    wanted_at: Mapped[datetime]  # first: the oldest is drawn first
    wanted_on: Mapped[date]  # last, to the day: long unwanted, it is tidied away
    # Of a scorecard narrowed, or as of a past day: drawn when nothing else waits, and only so many are kept.
    aside: Mapped[bool] = mapped_column(server_default=false())
    tries: Mapped[int]
    lease: Mapped[str | None] = mapped_column(String(40))
    not_before: Mapped[datetime | None]  # when a lease ends, or a failure may be tried again
    failed: Mapped[str | None] = mapped_column(Text)  # why the last try came to nothing
    drawn_at: Mapped[datetime | None]
    spec: Mapped[str | None] = mapped_column(Text)  # Vega-Lite, as JSON
    band: Mapped[str | None] = mapped_column(Text)  # of a reliability diagram: its p value and band, as JSON
    svg: Mapped[str | None] = mapped_column(Text)  # as a file
    inline: Mapped[str | None] = mapped_column(Text)  # as part of a page
    png: Mapped[bytes | None] = mapped_column(LargeBinary)
