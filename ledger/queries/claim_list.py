"""Lists of claims: filtered or searched, each claim with its claimants, their confidence, and its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.domain.checkability import Checkability
from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.search_text import Piece, parse_query
from ledger.queries.filters import ClaimFilters, claim_conditions
from ledger.queries.search import Snippet, highlights, matching, search
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Claimant

PAGE = 25


@dataclass(frozen=True)
class PageLink:
    """A link to a page: the key of a claimant, topic, outlet or document in its address, and its name."""

    key: int | str
    name: str


@dataclass(frozen=True)
class ClaimLine:
    """A claim as a list shows it, with its first recorded forecast."""

    id: int
    statement: str
    condition: str
    state: ClaimState
    checkability: Checkability
    outcome: Outcome | None
    horizon: PartialDate | None
    horizon_basis: HorizonBasis
    due_on: date | None
    claimants: tuple[PageLink, ...]
    made_on: PartialDate | None
    modality: Modality | None
    hedge: str
    confidence: Confidence | None
    shared: bool  # of a choice: whether every option was given a probability
    topics: tuple[PageLink, ...]
    marked: tuple[Piece, ...] = ()  # in a search: the statement with the words found marked
    snippets: tuple[Snippet, ...] = ()  # in a search: other texts that have the words


@dataclass(frozen=True)
class ClaimList:
    """One page of a list: its lines, the total, and where the next page begins.

    The next page begins before entry `before` in a list by date, and has number `next_page` in a ranked list.
    """

    lines: tuple[ClaimLine, ...]
    total: int
    before: int | None
    ranked: bool = False
    next_page: int | None = None


def list_claims(
    session: Session, filters: ClaimFilters, *, before: int | None = None, page: int = 1, limit: int = PAGE
) -> ClaimList:
    """The claims that fit: the best match first in a search, else the newest first.

    A list by date starts with the claim recorded just before entry `before`; a ranked one with page `page`.
    """
    if filters.q:
        return _search(session, filters, before, page, limit)
    wanted = _filtered(filters)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ids = _page(session, wanted, before, limit)
    return ClaimList(claim_lines(session, ids[:limit]), total, ids[limit - 1] if len(ids) > limit else None)


def newest_claims(
    session: Session, filters: ClaimFilters, *, known: int, of: int, before: int | None = None, limit: int = PAGE
) -> ClaimList:
    """The newest claims that fit, given that about `known` of about `of` claims on record fit.

    Counts nothing. If many claims fit, they are checked one by one from the newest on. If few fit, all of them are
    looked up and sorted. The choice is what reads fewer rows, so that the cost does not grow with the record.
    """
    looked_at = limit * of / max(known, 1)
    wanted = _filtered(filters, one_by_one=looked_at < known)
    ids = _page(session, wanted, before, limit)
    return ClaimList(claim_lines(session, ids[:limit]), known, ids[limit - 1] if len(ids) > limit else None)


def _page(session: Session, wanted: Select[int], before: int | None, limit: int) -> Sequence[int]:
    """The newest claims, and one more than `limit` where there are more."""
    newest = wanted.order_by(Claim.id.desc()).limit(limit + 1)
    return session.scalars(newest if before is None else newest.where(Claim.id < before)).all()


def claims_that_fit(session: Session, filters: ClaimFilters) -> Select[int] | None:
    """A query for all claims that fit, in no order; None where no filter is set."""
    if not filters.any:
        return None
    wanted = _filtered(replace(filters, q=""))
    return wanted.where(Claim.id.in_(matching(session, parse_query(filters.q)))) if filters.q else wanted


def _search(session: Session, filters: ClaimFilters, before: int | None, page: int, limit: int) -> ClaimList:
    query, others = parse_query(filters.q), replace(filters, q="")
    among = _filtered(others) if others.any else None
    hits = search(session, query, among, before=before, page=page, limit=limit)
    found = highlights(session, hits.claims, query)
    lines = tuple(
        replace(line, marked=found[line.id].statement, snippets=found[line.id].snippets)
        for line in claim_lines(session, hits.claims)
    )
    return ClaimList(
        lines,
        hits.total,
        before=hits.claims[-1] if hits.more and not hits.ranked else None,
        ranked=hits.ranked,
        next_page=page + 1 if hits.more and hits.ranked else None,
    )


def claim_lines(session: Session, ids: Sequence[int]) -> tuple[ClaimLine, ...]:
    """The lines of these claims, in this order; three queries however many they are."""
    claims = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(ids)))}
    topics: dict[int, list[PageLink]] = {}
    for topic in session.scalars(select(Topic).where(Topic.claim_id.in_(ids)).order_by(Topic.position)):
        topics.setdefault(topic.claim_id, []).append(PageLink(topic.slug, topic.name))
    first: dict[int, Forecast] = {}
    said_by: dict[int, list[PageLink]] = {}
    for forecast, number, name in session.execute(
        select(Forecast, Claimant.id, Claimant.name)
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
        .where(Forecast.claim_id.in_(ids))
        .order_by(Forecast.id, Claimant.name)
    ):
        if first.setdefault(forecast.claim_id, forecast) is forecast:
            said_by.setdefault(forecast.claim_id, []).append(PageLink(number, name))
    return tuple(_line(claims[i], first.get(i), said_by.get(i, []), topics.get(i, [])) for i in ids if i in claims)


def _line(
    claim: Claim, forecast: Forecast | None, said_by: Sequence[PageLink], topics: Sequence[PageLink]
) -> ClaimLine:
    return ClaimLine(
        id=claim.id,
        statement=claim.statement,
        condition=claim.condition,
        state=claim.state,
        checkability=claim.checkability,
        outcome=claim.outcome,
        horizon=claim.horizon,
        horizon_basis=claim.horizon_basis,
        due_on=claim.due_on,
        claimants=tuple(said_by),
        made_on=forecast.made_on if forecast else None,
        modality=forecast.modality if forecast else None,
        hedge=forecast.hedge if forecast else "",
        confidence=forecast.confidence if forecast else None,
        shared=bool(forecast and forecast.shares),
        topics=tuple(topics),
    )


def _filtered(filters: ClaimFilters, *, one_by_one: bool = False) -> Select[int]:
    """The claims that fit all filters except words; filters are checked claim by claim, or for all claims at once."""
    return select(Claim.id).where(*claim_conditions(filters, one_by_one=one_by_one))


def contains(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """Whether a text contains a word, ignoring case; `%` and `_` are literal."""
    return column.icontains(word, autoescape=True)
