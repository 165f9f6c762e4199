"""Lists of documents to choose from at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ledger.domain.dates import PartialDate
from ledger.queries.claim_list import contains
from ledger.store.people import Author, Document

SHOWN = 40


@dataclass(frozen=True)
class DocumentLine:
    """A document as a list shows it."""

    id: int
    title: str
    outlet: str
    published_on: PartialDate
    authors: tuple[str, ...]


@dataclass(frozen=True)
class DocumentList:
    """The newest documents that fit, and the number of all that fit."""

    lines: tuple[DocumentLine, ...]
    total: int


def recent_documents(session: Session, query: str = "") -> DocumentList:
    """The documents registered last that have every word of `query` in title or outlet."""
    wanted = select(Document.id)
    for word in query.split():
        wanted = wanted.where(or_(contains(Document.title, word), contains(Document.outlet, word)))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ids = session.scalars(wanted.order_by(Document.id.desc()).limit(SHOWN)).all()
    authors: dict[int, list[str]] = {}
    for author in session.scalars(select(Author).where(Author.document_id.in_(ids)).order_by(Author.position)):
        authors.setdefault(author.document_id, []).append(author.name)
    found = session.scalars(select(Document).where(Document.id.in_(ids)).order_by(Document.id.desc()))
    return DocumentList(
        tuple(DocumentLine(d.id, d.title, d.outlet, d.published_on, tuple(authors.get(d.id, ()))) for d in found),
        total,
    )


def one_document(session: Session, number: int) -> DocumentLine | None:
    """One document, or None."""
    document = session.get(Document, number)
    if document is None:
        return None
    authors = session.scalars(select(Author.name).where(Author.document_id == number).order_by(Author.position))
    return DocumentLine(document.id, document.title, document.outlet, document.published_on, tuple(authors))
