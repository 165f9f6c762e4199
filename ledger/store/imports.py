"""Tables of imports: uploaded files, tasks about them, and the claim that each row became.

They are not part of the record. The claims of an import are in the journal like all others.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, JSONTuple, enum_column
from ledger.store.people import ClaimantKind


class ImportState(StrEnum):
    """State of an import. An interrupted one stays `running`, and is continued where it stopped."""

    RUNNING = "running"
    DONE = "done"
    UNDONE = "undone"


class ImportRun(Base):
    """One import of a file."""

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_source_sha256", "source", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))  # of the file's bytes: an interrupted import is found by it
    actor_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState))
    rows_done: Mapped[int]  # number of the last row that is done, as in a spreadsheet
    new: Mapped[int]
    again: Mapped[int]
    known: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRow(Base):
    """An imported row, under its key in its source, so that importing it again changes nothing."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_run_claim", "run_id", "claim"),)

    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(ImportRun.id))
    claim: Mapped[int]  # record number; no foreign key, because the record may be rebuilt
    forecast: Mapped[int]
    opened: Mapped[bool]  # whether this row recorded the claim, or only a forecast on it


class ImportFile(Base):
    """An uploaded file to be imported, with the choice of its columns and the result of its check."""

    __tablename__ = "import_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sent_by: Mapped[str] = mapped_column(String(40))  # an actor
    sent_at: Mapped[datetime]
    touched_at: Mapped[datetime]  # it is deleted some time after this
    source: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    encoding: Mapped[str] = mapped_column(String(20))
    delimiter: Mapped[str] = mapped_column(String(1))
    header: Mapped[tuple[str, ...]] = mapped_column(JSONTuple)
    first_rows: Mapped[tuple[Any, ...]] = mapped_column(JSONTuple)  # lists of cells, to be shown
    columns: Mapped[tuple[Any, ...]] = mapped_column(JSONTuple)  # [place, our column], …; empty until chosen
    register_documents: Mapped[bool]
    register_as: Mapped[ClaimantKind | None] = mapped_column(enum_column(ClaimantKind))
    leave_out: Mapped[bool]  # whether rows with errors are left out; else they stop the import
    checked_at_size: Mapped[int | None]  # size of the journal when the file was checked; it may have grown since
    last_row: Mapped[int]
    new: Mapped[int]
    again: Mapped[int]
    known: Mapped[int]
    faulty: Mapped[int]
    results: Mapped[tuple[Any, ...]] = mapped_column(JSONTuple)  # of the first rows: [row, result, statement, speakers]
    run_id: Mapped[int | None] = mapped_column(ForeignKey(ImportRun.id), index=True)


class ImportPiece(Base):
    """A piece of an uploaded file's content. It is in the database so that a scheduler on any host finds it."""

    __tablename__ = "import_piece"

    file_id: Mapped[int] = mapped_column(ForeignKey(ImportFile.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportFault(Base):
    """An error that the check found in a row of an uploaded file."""

    __tablename__ = "import_fault"

    file_id: Mapped[int] = mapped_column(ForeignKey(ImportFile.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row: Mapped[int]
    column: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)


class TaskKind(StrEnum):
    """What the scheduler can do with a file or an import."""

    CHECK = "check"
    IMPORT = "import"
    UNDO = "undo"


class ImportTask(Base):
    """A task for the scheduler. It is done under a lease, so that only one of several schedulers does it."""

    __tablename__ = "import_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TaskKind] = mapped_column(enum_column(TaskKind))
    file_id: Mapped[int | None] = mapped_column(ForeignKey(ImportFile.id, ondelete="CASCADE"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey(ImportRun.id), index=True)  # the import to be undone
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    done: Mapped[int]
    total: Mapped[int]
    lease: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    summary: Mapped[str] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)  # why it failed, for the person who requested it
