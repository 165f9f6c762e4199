"""Imports: files sent to be imported, what was asked about them, and which row became which claim.

No fact of the record: what an import brings is in the journal like everything else.
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
    state: Mapped[ImportState] = mapped_column(enum_column(ImportState))
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


class ImportFile(Base):
    """A file that somebody sent on the web to be imported: which of its columns are ours, and what the check found."""

    __tablename__ = "import_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sent_by: Mapped[str] = mapped_column(String(40))  # an actor
    sent_at: Mapped[datetime]
    touched_at: Mapped[datetime]  # tidied away some time after this
    source: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    encoding: Mapped[str] = mapped_column(String(20))
    delimiter: Mapped[str] = mapped_column(String(1))
    header: Mapped[tuple[str, ...]] = mapped_column(JSONTuple)
    first_rows: Mapped[tuple[Any, ...]] = mapped_column(JSONTuple)  # lists of cells, for showing
    columns: Mapped[tuple[Any, ...]] = mapped_column(JSONTuple)  # [place, ours], …; empty until they are chosen
    register_documents: Mapped[bool]
    register_as: Mapped[ClaimantKind | None] = mapped_column(enum_column(ClaimantKind))
    leave_out: Mapped[bool]  # whether faulty rows are left out, or stop the import
    checked_at_size: Mapped[int | None]  # the journal's, when the file was checked: it may have grown since
    last_row: Mapped[int]
    new: Mapped[int]
    again: Mapped[int]
    known: Mapped[int]
    faulty: Mapped[int]
    fates: Mapped[tuple[Any, ...]] = mapped_column(JSONTuple)  # of the first rows: [row, fate, statement, speakers]
    run_id: Mapped[int | None] = mapped_column(ForeignKey(ImportRun.id), index=True)


class ImportPiece(Base):
    """A piece of such a file's content; in the database, where the scheduler finds it on whatever host it runs."""

    __tablename__ = "import_piece"

    file_id: Mapped[int] = mapped_column(ForeignKey(ImportFile.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportFault(Base):
    """What the check found wrong with a row of such a file."""

    __tablename__ = "import_fault"

    file_id: Mapped[int] = mapped_column(ForeignKey(ImportFile.id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row: Mapped[int]
    column: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)


class TaskKind(StrEnum):
    """What can be asked about a file or an import."""

    CHECK = "check"
    IMPORT = "import"
    UNDO = "undo"


class ImportTask(Base):
    """Something asked of the scheduler: done under a lease, so that of any number of schedulers one does it."""

    __tablename__ = "import_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TaskKind] = mapped_column(enum_column(TaskKind))
    file_id: Mapped[int | None] = mapped_column(ForeignKey(ImportFile.id, ondelete="CASCADE"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey(ImportRun.id), index=True)  # to be undone
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    done: Mapped[int]
    total: Mapped[int]
    lease: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    summary: Mapped[str] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)  # why it came to nothing, for whoever asked
