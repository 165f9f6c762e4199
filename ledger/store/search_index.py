"""Tables of the words by which claims are found and of saved filters, and the full-text queries of each database.

The index itself is not a model. SQLite has an FTS5 table `searchable_index` over `searchable`, updated by triggers.
PostgreSQL has a generated column `vector` with a GIN index. A migration makes both, and both follow the rows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    REAL,
    ColumnElement,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    column,
    func,
    literal_column,
    table,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Mapped, mapped_column

from ledger.domain.search_text import Query, Term, spelled
from ledger.store.accounts import Account
from ledger.store.base import Base, Projected

INDEX = "searchable_index"
_FTS = table(INDEX, column("rowid", Integer))
# The weight of a word by its place: statement, criteria, words of forecasts and documents, evidence.
_WEIGHTS_SQLITE = (8.0, 4.0, 2.0, 1.0)
_WEIGHTS_POSTGRESQL = [0.1, 0.2, 0.4, 1.0]  # D, C, B, A


class SearchableClaim(Projected):
    """A claim's words, folded and spelled in ASCII; see ledger.domain.search_text."""

    __tablename__ = "searchable"

    claim_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    statement: Mapped[str] = mapped_column(Text)  # with its condition and options
    criteria: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)  # hedges and notes of its forecasts; their documents
    evidence: Mapped[str] = mapped_column(Text)


class SavedFilter(Base):
    """A saved filter of an account: the query of an address of the claims page."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class IndexQuery:
    """A query for the index of a database: what to select from, the condition for matching claims, and their rank."""

    def __init__(self, dialect: str, query: Query, *, any_of: bool = False) -> None:
        self.source: Any
        self.claim: ColumnElement[int]
        self.fits: ColumnElement[bool]
        self.rank: ColumnElement[Any]  # the best first, in ascending order
        if dialect == "sqlite":
            self.source, self.claim = _FTS, _FTS.c.rowid
            # FTS5 matches against a column with the table's own name.
            self.fits = literal_column(INDEX).op("MATCH", is_comparison=True)(_fts5(query, any_of))
            self.rank = func.bm25(literal_column(INDEX), *_WEIGHTS_SQLITE)
        else:
            words: ColumnElement[Any] = sql_cast(_tsquery(query, any_of), TSQUERY)
            vector: ColumnElement[Any] = literal_column("searchable.vector")
            self.source, self.claim = SearchableClaim.table(), SearchableClaim.table().c.claim_id
            self.fits = vector.op("@@", is_comparison=True)(words)
            self.rank = -func.ts_rank_cd(sql_cast(_WEIGHTS_POSTGRESQL, ARRAY(REAL)), vector, words)


def _fts5(query: Query, any_of: bool) -> str:
    """A query in the syntax of FTS5. Words consist of a-z and 0-9 only, so they contain no operators."""

    def one(term: Term) -> str:
        return f'"{" ".join(spelled(word) for word in term.words)}"{"*" if term.prefix else ""}'

    wanted = (" OR " if any_of else " AND ").join(one(term) for term in query.wanted)
    excluded = " OR ".join(one(term) for term in query.excluded)
    return f"({wanted}) NOT ({excluded})" if excluded else wanted


def _tsquery(query: Query, any_of: bool) -> str:
    """A query in the syntax of PostgreSQL's tsquery."""

    def one(term: Term) -> str:
        return "(" + " <-> ".join(f"'{spelled(word)}'" for word in term.words) + (":*)" if term.prefix else ")")

    wanted = (" | " if any_of else " & ").join(one(term) for term in query.wanted)
    return " & ".join([f"({wanted})", *(f"!{one(term)}" for term in query.excluded)])


def made_by_migration(name: str | None, kind: str, table_name: str | None = None) -> bool:
    """Whether a table, column or index belongs to the search index, which migrations make and models do not declare."""
    if name is None:
        return False
    if kind == "table":
        return name == INDEX or name.startswith(f"{INDEX}_")
    return table_name == SearchableClaim.__tablename__ and name in ("vector", "ix_searchable_vector")
