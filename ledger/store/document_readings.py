"""Tables of the corpus: documents read for forecasts, passages passed over, private texts, and stored files."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.domain.dates import PartialDate
from ledger.store.base import Base, Projected
from ledger.store.people import Document


class DocumentReading(Projected):
    """One person's reading of one document for forecasts."""

    __tablename__ = "document_reading"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(ForeignKey(Document.id), index=True)
    read_by: Mapped[str] = mapped_column(String(40))
    read_on: Mapped[PartialDate]
    chosen: Mapped[str] = mapped_column(Text)  # why this document is in the corpus
    sentences: Mapped[int]
    none_found: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)


class PassedOver(Projected):
    """A passage about the future that was not recorded, and the reason."""

    __tablename__ = "passed_over"

    reading_id: Mapped[int] = mapped_column(ForeignKey(DocumentReading.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    locator: Mapped[str] = mapped_column(Text)
    gist: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class DocumentTextHash(Projected):
    """The hash of a document's stored text. The text itself is not part of the record."""

    __tablename__ = "document_text_hash"

    document_id: Mapped[int] = mapped_column(ForeignKey(Document.id), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    paragraphs: Mapped[int]


class DocumentText(Base):
    """A document's text, one paragraph a line. It is private and shown to reviewers only."""

    __tablename__ = "document_text"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class StoredFile(Base):
    """A file attached to evidence, under the SHA-256 of its bytes. The record has that hash, not the bytes."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes] = mapped_column(LargeBinary)
