"""Claims in lists: filtered, newest first, each with who said it, how surely, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Claimant, Document

PAGE = 25


@dataclass(frozen=True)
class Named:
    """Something with a page of its own: its key in the address, and its name."""

    key: int | str
    name: str


@dataclass(frozen=True)
class ClaimLine:
    """A claim as a list shows it, with its first recorded forecast."""

    id: int
    statement: str
    condition: str
    state: ClaimState
    outcome: Outcome | None
    horizon: PartialDate | None
    horizon_basis: HorizonBasis
    due_on: date | None
    claimants: tuple[Named, ...]
    made_on: PartialDate | None
    modality: Modality | None
    hedge: str
    confidence: Confidence | None
    topics: tuple[Named, ...]


@dataclass(frozen=True)
class Filters:
    """What a list of claims is narrowed to; empty text and None narrow nothing."""

    q: str = ""
    topic: str = ""
    outlet: str = ""
    claimant: int | None = None
    document: int | None = None
    state: ClaimState | None = None
    outcome: Outcome | None = None
    modality: Modality | None = None

    @property
    def any(self) -> bool:
        """Whether anything is narrowed."""
        return any(getattr(self, item.name) not in ("", None) for item in fields(self))


@dataclass(frozen=True)
class ClaimList:
    """One page of a list: its lines, how many there are in all, and where the next page begins."""

    lines: tuple[ClaimLine, ...]
    total: int
    before: int | None


def list_claims(session: Session, filters: Filters, *, before: int | None = None, limit: int = PAGE) -> ClaimList:
    """The newest claims that fit, from the one recorded just before entry `before` on."""
    wanted = _filtered(select(Claim.id), filters)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page = wanted.order_by(Claim.id.desc()).limit(limit + 1)
    if before is not None:
        page = page.where(Claim.id < before)
    ids = session.scalars(page).all()
    more = len(ids) > limit
    return ClaimList(claim_lines(session, ids[:limit]), total, ids[limit - 1] if more else None)


def claim_lines(session: Session, ids: Sequence[int]) -> tuple[ClaimLine, ...]:
    """The lines of these claims, in this order; three queries however many they are."""
    claims = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(ids)))}
    topics: dict[int, list[Named]] = {}
    for topic in session.scalars(select(Topic).where(Topic.claim_id.in_(ids)).order_by(Topic.name)):
        topics.setdefault(topic.claim_id, []).append(Named(topic.slug, topic.name))
    first: dict[int, Forecast] = {}
    said_by: dict[int, list[Named]] = {}
    for forecast, number, name in session.execute(
        select(Forecast, Claimant.id, Claimant.name)
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
        .where(Forecast.claim_id.in_(ids))
        .order_by(Forecast.id, Claimant.name)
    ):
        if first.setdefault(forecast.claim_id, forecast) is forecast:
            said_by.setdefault(forecast.claim_id, []).append(Named(number, name))
    return tuple(_line(claims[i], first.get(i), said_by.get(i, []), topics.get(i, [])) for i in ids if i in claims)


def _line(claim: Claim, forecast: Forecast | None, said_by: Sequence[Named], topics: Sequence[Named]) -> ClaimLine:
    return ClaimLine(
        id=claim.id,
        statement=claim.statement,
        condition=claim.condition,
        state=claim.state,
        outcome=claim.outcome,
        horizon=claim.horizon,
        horizon_basis=claim.horizon_basis,
        due_on=claim.due_on,
        claimants=tuple(said_by),
        made_on=forecast.made_on if forecast else None,
        modality=forecast.modality if forecast else None,
        hedge=forecast.hedge if forecast else "",
        confidence=forecast.confidence if forecast else None,
        topics=tuple(topics),
    )


def _filtered(query: Select[int], filters: Filters) -> Select[int]:
    for word in filters.q.split():
        query = query.where(or_(contains(Claim.statement, word), contains(Claim.criteria, word)))
    if filters.topic:
        query = query.where(Claim.id.in_(select(Topic.claim_id).where(Topic.slug == filters.topic)))
    if filters.state:
        query = query.where(Claim.state == filters.state)
    if filters.outcome:
        query = query.where(Claim.outcome == filters.outcome)
    said = select(Forecast.claim_id)
    if filters.claimant:
        said = said.join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id).where(
            ForecastClaimant.claimant_id == filters.claimant
        )
    if filters.outlet:
        said = said.join(Document, Document.id == Forecast.document_id).where(Document.outlet_slug == filters.outlet)
    if filters.document:
        said = said.where(Forecast.document_id == filters.document)
    if filters.modality:
        said = said.where(Forecast.modality == filters.modality)
    if filters.claimant or filters.outlet or filters.document or filters.modality:
        query = query.where(Claim.id.in_(said))
    return query


def contains(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    """Whether a text contains a word as typed, whatever its case; `%` and `_` stand for themselves."""
    return column.icontains(word, autoescape=True)
