"""The table of drawings: charts that pages have requested, and their rendering. It is a cache."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base


class Drawing(Base):
    """One chart under the hash of its data. It waits to be drawn, is drawn, or has failed `tries` times."""

    __tablename__ = "drawing"
    __table_args__ = (
        Index("ix_drawing_drawn_at_wanted_at", "drawn_at", "wanted_at"),
        Index("ix_drawing_wanted_on", "wanted_on"),
        Index("ix_drawing_aside_drawn_at", "aside", "drawn_at"),  # every page looks up the time of the last drawing
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of `request`
    request: Mapped[str] = mapped_column(Text)  # JSON, see ledger.charts.registry
    wanted_at: Mapped[datetime]  # time of the first request; the oldest is drawn first
    wanted_on: Mapped[date]  # day of the last request; long after it, the drawing is deleted
    # Whether the scorecard is filtered or as of a past day. Such charts are drawn last, and their number is limited.
    aside: Mapped[bool] = mapped_column(server_default=false())
    tries: Mapped[int]
    lease: Mapped[str | None] = mapped_column(String(40))
    not_before: Mapped[datetime | None]  # end of the lease, or time of the next attempt
    failed: Mapped[str | None] = mapped_column(Text)  # why the last attempt failed
    drawn_at: Mapped[datetime | None]
    spec: Mapped[str | None] = mapped_column(Text)  # Vega-Lite, as JSON
    band: Mapped[str | None] = mapped_column(Text)  # p value and band of a reliability diagram, as JSON
    svg: Mapped[str | None] = mapped_column(Text)  # as a file
    inline: Mapped[str | None] = mapped_column(Text)  # as part of a page
    png: Mapped[bytes | None] = mapped_column(LargeBinary)
