"""Searching claims by their words: which fit and in what order, where they have the words, and which are alike."""

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

# Where more than this many claims fit, the words tell little apart and the newest come first.
COMMON = 1_000
SNIPPETS = 2  # a claim
LIKENESS_WORDS, CANDIDATES = 8, 40
NEAR = 0.6  # of all words of two statements, the share they have in common when they may say the same


@dataclass(frozen=True)
class Hits:
    """One page of what was found: claims, how many there are in all, whether ranked or newest first, and if more."""

    claims: tuple[int, ...]
    total: int
    ranked: bool
    more: bool


@dataclass(frozen=True)
class Snippet:
    """Words of a claim's record that were searched for, and what they stand in."""

    where: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Highlight:
    """A claim's statement with the words marked, and where else they stand."""

    statement: tuple[Piece, ...]
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True)
class Similar:
    """A claim on record whose statement is like another, and how like: 1 is the same words."""

    claim: int
    statement: str
    likeness: float
    near: bool


def search(
    session: Session, query: Query, among: Select[int] | None, *, before: int | None, page: int, limit: int
) -> Hits:
    """The claims that a query finds among those of `among` (None: all), the best first.

    Very many are given newest first, from the one recorded just before entry `before` on.
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
    """A query for all the claims that another finds, in no order."""
    return _matching(session, query)[0]


def highlights(session: Session, ids: Sequence[int], query: Query) -> dict[int, Highlight]:
    """Where these claims have the words of a query; three queries however many claims."""
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
    for said in session.execute(forecasts):
        texts[said.claim_id] += [("Words used", said.hedge), ("Note", said.note)]
        texts[said.claim_id] += [("Document", said.title), ("Outlet", said.outlet)]
    evidence = (
        select(Evidence.claim_id, Evidence.summary, Evidence.publisher)
        .where(Evidence.claim_id.in_(ids), Evidence.retracted.is_(None))
        .order_by(Evidence.id)
    )
    for fact in session.execute(evidence):
        texts[fact.claim_id] += [("Evidence", fact.summary), ("Evidence from", fact.publisher)]
    return {number: _highlight(statement, texts[number], query) for number, statement in statements.items()}


def similar_claims(session: Session, statement: str, limit: int = 5) -> tuple[Similar, ...]:
    """Claims on record whose statements share words with this one, the most alike first; ended ones left out."""
    words = {word.folded for word in words_of(statement[:2_000])}
    # Long words tell statements apart; short ones are in all of them.
    telling = sorted(words, key=lambda word: (-len(word), word))[:LIKENESS_WORDS]
    if not telling:
        return ()
    query = Query(tuple(Term((word,)) for word in telling))
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
    """Select the claims that a query finds; what numbers them there, and what to rank them by."""
    dialect = session.get_bind().dialect.name
    if query.wanted:
        found = IndexQuery(dialect, query)
        return select(found.claim).select_from(found.source).where(found.fits), found.claim, found.rank
    number = SearchableClaim.table().c.claim_id
    every = select(number)
    if not query.excluded:  # not a word in it
        return every.where(false()), number, number.desc()
    out = IndexQuery(dialect, Query(tuple(Term(term.words) for term in query.excluded)), any_of=True)
    without = select(out.claim).select_from(out.source).where(out.fits).correlate(None)
    return every.where(number.not_in(without)), number, number.desc()


def _highlight(statement: str, texts: Sequence[tuple[str, str]], query: Query) -> Highlight:
    pieces = marked(statement, query)
    return Highlight(pieces, tuple(_snippets(statement, texts, query)))


def _snippets(statement: str, texts: Sequence[tuple[str, str]], query: Query) -> Iterator[Snippet]:
    """Where the terms stand that the statement does not have, each shown once."""
    missing = [term for term in query.wanted if not snippet(statement, Query((term,)))]
    shown = 0
    for where, text in texts:
        here = [term for term in missing if snippet(text, Query((term,)))]
        if here and shown < SNIPPETS:
            shown += 1
            yield Snippet(where, snippet(text, Query(tuple(here))))
            missing = [term for term in missing if term not in here]
