"""Full-text search of claims: ranked matches, highlights and snippets, and claims with similar statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.search_text import Piece, Query, Term, marked, overlap, snippet, words_of
from ledger.store.claims import Claim, Evidence, Forecast
from ledger.store.people import Document
from ledger.store.search_index import IndexQuery, SearchableClaim

# With more matches than this, ranking by words means little, and the newest come first.
COMMON = 1_000
SNIPPETS = 2  # for each claim
LIKENESS_WORDS, CANDIDATES = 8, 40
NEAR = 0.6  # two statements that share this part of all their words may state the same claim


@dataclass(frozen=True)
class Hits:
    """One page of matches: the claims, the total, whether they are ranked, and whether there are more."""

    claims: tuple[int, ...]
    total: int
    ranked: bool
    more: bool


@dataclass(frozen=True)
class Snippet:
    """An excerpt with the words found, and the field that it is from."""

    where: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Highlight:
    """A claim's statement with the words found marked, and snippets of other fields that have them."""

    statement: tuple[Piece, ...]
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True)
class Similar:
    """A claim on record with a similar statement, and the similarity (0-1; 1 means the same words)."""

    claim: int
    statement: str
    likeness: float
    near: bool


def search(
    session: Session, query: Query, among: Select[int] | None, *, before: int | None, page: int, limit: int
) -> Hits:
    """The claims that match a query, among those of `among` (None: all), best match first.

    More than COMMON matches come newest first, from the claim recorded just before entry `before` on.
    """
    wanted, number, rank = _matching(session, query)
    if among is not None:
        wanted = wanted.where(number.in_(among))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ranked = total <= COMMON
    if ranked:
        wanted = wanted.order_by(rank, number.desc()).offset(min(page - 1, COMMON) * limit)
    else:
        wanted = wanted.order_by(number.desc())
        wanted = wanted if before is None else wanted.where(number < before)
    ids = session.scalars(wanted.limit(limit + 1)).all() if total else []
    return Hits(tuple(ids[:limit]), total, ranked, len(ids) > limit)


def matching(session: Session, query: Query) -> Select[int]:
    """An SQL query for all claims that match a search query, in no order."""
    return _matching(session, query)[0]


def highlights(session: Session, ids: Sequence[int], query: Query) -> dict[int, Highlight]:
    """The highlights of a search query in these claims; three SQL queries for any number of claims."""
    texts: dict[int, list[tuple[str, str]]] = {}
    statements: dict[int, str] = {}
    claims = select(Claim.id, Claim.statement, Claim.condition, Claim.criteria).where(Claim.id.in_(ids))
    for row in session.execute(claims):
        statements[row.id] = row.statement
        texts[row.id] = [("Condition", row.condition), ("Criteria", row.criteria)]
    forecasts = (
        select(Forecast.claim_id, Forecast.hedge, Forecast.note, Document.title, Document.outlet)
        .join(Document, Document.id == Forecast.document_id)
        .where(Forecast.claim_id.in_(ids))
        .order_by(Forecast.id)
    )
    for forecast in session.execute(forecasts):
        texts[forecast.claim_id] += [("Words used", forecast.hedge), ("Note", forecast.note)]
        texts[forecast.claim_id] += [("Document", forecast.title), ("Outlet", forecast.outlet)]
    evidence = (
        select(Evidence.claim_id, Evidence.summary, Evidence.publisher)
        .where(Evidence.claim_id.in_(ids), Evidence.retracted.is_(None))
        .order_by(Evidence.id)
    )
    for fact in session.execute(evidence):
        texts[fact.claim_id] += [("Evidence", fact.summary), ("Evidence from", fact.publisher)]
    return {number: _highlight(statement, texts[number], query) for number, statement in statements.items()}


def similar_claims(session: Session, statement: str, limit: int = 5) -> tuple[Similar, ...]:
    """Claims on record whose statements share words with this one, most similar first, without ended claims."""
    words = {word.folded for word in words_of(statement[:2_000])}
    # Long words distinguish statements; short ones are in all of them.
    distinctive = sorted(words, key=lambda word: (-len(word), word))[:LIKENESS_WORDS]
    if not distinctive:
        return ()
    query = Query(tuple(Term((word,)) for word in distinctive))
    found = IndexQuery(session.get_bind().dialect.name, query, any_of=True)
    candidates = (
        select(found.claim)
        .select_from(found.source)
        .where(found.fits)
        .order_by(found.rank, found.claim.desc())
        .limit(CANDIDATES)
    )
    ids = session.scalars(candidates).all()
    rows = session.execute(select(Claim.id, Claim.statement, Claim.state).where(Claim.id.in_(ids))).all()
    alike = [
        (overlap(words, (word.folded for word in words_of(row.statement))), row)
        for row in rows
        if not ClaimState(row.state).ended
    ]
    alike.sort(key=lambda pair: (-pair[0], -pair[1].id))
    return tuple(
        Similar(row.id, row.statement, round(likeness, 3), likeness >= NEAR)
        for likeness, row in alike[:limit]
        if likeness
    )


def _matching(session: Session, query: Query) -> tuple[Select[int], ColumnElement[int], ColumnElement[Any]]:
    """An SQL query for the matches of a search query, with its column of claim numbers and its expression of rank."""
    dialect = session.get_bind().dialect.name
    if query.wanted:
        found = IndexQuery(dialect, query)
        return select(found.claim).select_from(found.source).where(found.fits), found.claim, found.rank
    number = SearchableClaim.table().c.claim_id
    every = select(number)
    if not query.excluded:  # the query is empty
        return every.where(false()), number, number.desc()
    excluded = IndexQuery(dialect, Query(tuple(Term(term.words) for term in query.excluded)), any_of=True)
    without = select(excluded.claim).select_from(excluded.source).where(excluded.fits).correlate(None)
    return every.where(number.not_in(without)), number, number.desc()


def _highlight(statement: str, texts: Sequence[tuple[str, str]], query: Query) -> Highlight:
    pieces = marked(statement, query)
    return Highlight(pieces, tuple(_snippets(statement, texts, query)))


def _snippets(statement: str, texts: Sequence[tuple[str, str]], query: Query) -> Iterator[Snippet]:
    """Snippets with the terms that the statement does not have; each term is shown once."""
    missing = [term for term in query.wanted if not snippet(statement, Query((term,)))]
    shown = 0
    for where, text in texts:
        here = [term for term in missing if snippet(text, Query((term,)))]
        if here and shown < SNIPPETS:
            shown += 1
            yield Snippet(where, snippet(text, Query(tuple(here))))
            missing = [term for term in missing if term not in here]
