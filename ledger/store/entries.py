"""The journal's own tables: entries, their disclosures, and the head."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base


class EntryRow(Base):
    """An entry of the journal: its public leaf, byte for byte, and columns for queries."""

    __tablename__ = "entry"
    __table_args__ = (Index("ix_entry_subject_number", "subject", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(String(60))
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class DisclosureRow(Base):
    """The salted disclosures of an entry, one a line, verbatim. The leaf has their digests."""

    __tablename__ = "disclosure"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    disclosures: Mapped[str] = mapped_column(Text)


class HeadRow(Base):
    """The journal's head: one row, locked by every writer before it reads anything."""

    __tablename__ = "head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    at: Mapped[datetime]
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    projected: Mapped[int]  # entries that are projected: fewer than `size` between a migration and its rebuild
