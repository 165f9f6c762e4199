"""Tables of actors, claimants and documents."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.domain.dates import PartialDate
from ledger.store.base import JSONTuple, Projected, enum_column


class ClaimantKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class Actor(Projected):
    """A person or program that acts on the record. Accounts point to actors; the record never points to an account."""

    __tablename__ = "actor"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class Claimant(Projected):
    """A person or organisation that makes claims."""

    __tablename__ = "claimant"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[ClaimantKind] = mapped_column(enum_column(ClaimantKind))
    about: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    links: Mapped[tuple[str, ...]] = mapped_column(JSONTuple)
    merged_into: Mapped[int | None]  # the claimant that turned out to be the same


class Alias(Projected):
    """Another name of a claimant, which is accepted in place of their name."""

    __tablename__ = "claimant_alias"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey(Claimant.id), index=True)
    name: Mapped[str] = mapped_column(String(200))


class Document(Projected):
    """An article, report or speech in which forecasts are made."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Text)
    outlet: Mapped[str] = mapped_column(String(200))
    outlet_slug: Mapped[str] = mapped_column(String(200), index=True)
    url: Mapped[str] = mapped_column(Text)
    published_on: Mapped[PartialDate]
    published_basis: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)


class Author(Projected):
    """An author of a document, by `position` in the printed order."""

    __tablename__ = "author"

    document_id: Mapped[int] = mapped_column(ForeignKey(Document.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
