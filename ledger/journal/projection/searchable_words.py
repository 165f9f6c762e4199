"""The words by which claims are found: adding to those of a claim, and reading those of a document."""

from __future__ import annotations

from sqlalchemy import Connection, Update, bindparam, case, func, select, update

from ledger.store.people import Author, Document
from ledger.store.search_index import SearchableClaim

# Of what was said and of what happened, this many characters of a claim are searched. PostgreSQL keeps the places
# of words only up to the 16,383rd, and would stop finding phrases where SQLite does not.
MOST_INDEXED = 40_000

_TABLE = SearchableClaim.table()
_HERE = _TABLE.c.claim_id == bindparam("claim")
_OF_DOCUMENT = select(Document.title, Document.outlet).where(Document.id == bindparam("document"))
_AUTHORS = select(Author.name).where(Author.document_id == bindparam("document")).order_by(Author.position)


def _appending(name: str) -> Update:
    kept = _TABLE.c[name]
    more = case((func.length(kept) < MOST_INDEXED, kept + bindparam("words")), else_=kept)
    return update(_TABLE).where(_HERE).values({name: more})


APPEND = {name: _appending(name) for name in ("said", "evidence")}


def words_of_document(connection: Connection, number: int) -> list[str]:
    """The words of a document: nothing in them ever changes."""
    row = connection.execute(_OF_DOCUMENT, {"document": number}).one()
    authors = connection.scalars(_AUTHORS, {"document": number})
    return [row.title, row.outlet, *authors]


def appended(kept: str, words: str) -> str:
    """What APPEND leaves."""
    return kept + words if len(kept) < MOST_INDEXED else kept
