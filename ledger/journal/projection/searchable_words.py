"""The words by which claims are found: appending to those of a claim, and reading those of a document."""

from __future__ import annotations

from sqlalchemy import Connection, Update, bindparam, case, func, select, update

from ledger.store.people import Author, Document
from ledger.store.search_index import SearchableClaim

# Characters of a claim's forecasts, and of its evidence, that are indexed. PostgreSQL stores the positions of words
# only up to the 16,383rd, so that in longer texts it would miss phrases that SQLite finds.
MOST_INDEXED = 40_000

_TABLE = SearchableClaim.table()
_HERE = _TABLE.c.claim_id == bindparam("claim")
_OF_DOCUMENT = select(Document.title, Document.outlet).where(Document.id == bindparam("document"))
_AUTHORS = select(Author.name).where(Author.document_id == bindparam("document")).order_by(Author.position)


def _appending(name: str) -> Update:
    stored = _TABLE.c[name]
    longer = case((func.length(stored) < MOST_INDEXED, stored + bindparam("words")), else_=stored)
    return update(_TABLE).where(_HERE).values({name: longer})


APPEND = {name: _appending(name) for name in ("said", "evidence")}


def words_of_document(connection: Connection, number: int) -> list[str]:
    """The texts of a document to be searched, which never change."""
    row = connection.execute(_OF_DOCUMENT, {"document": number}).one()
    authors = connection.scalars(_AUTHORS, {"document": number})
    return [row.title, row.outlet, *authors]


def appended(stored: str, words: str) -> str:
    """The same as APPEND in Python."""
    return stored + words if len(stored) < MOST_INDEXED else stored
