"""Imports: what was read in from a file, how far it came, and which row became which claim. No fact of the record."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, words_of


class ImportState(StrEnum):
    """Where an import stands. One that was broken off stays `running`, and is taken up where it stopped."""

    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class ImportRun(Base):
    """One file's import."""

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_source_sha256", "source", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))  # of the file's bytes: the same file is taken up again
    actor_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[ImportState] = mapped_column(words_of(ImportState))
    rows_done: Mapped[int]  # the last row that is done, as a spreadsheet counts
    new: Mapped[int]
    again: Mapped[int]
    known: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRow(Base):
    """A row that was imported, by the key it has in its source: importing it again changes nothing."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_run_claim", "run_id", "claim"),)

    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(ImportRun.id))
    claim: Mapped[int]  # of the record, which may be rebuilt: no foreign key
    forecast: Mapped[int]
    opened: Mapped[bool]  # whether this row brought the claim, or only a forecast on it
