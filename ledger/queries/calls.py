"""Calls: the forecasts that a scorecard counts, each with everything its score is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import MILLION, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.scoring.binary_scores import brier
from ledger.domain.scoring.tally import Cell, Tally
from ledger.domain.scoring.units import LEDGER, NO_NUMBER, event_of, month_of, scope
from ledger.queries.as_of import PastClaim, claimants_as_of, claims_as_of
from ledger.queries.call_status import Order
from ledger.queries.claim_list import PageLink
from ledger.queries.filters import CallFilters, ScorecardFilters, call_conditions
from ledger.queries.paging import page_count
from ledger.queries.tallies import squared_error, valid_at
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.people import Claimant, Document
from ledger.store.tallies import Filing, TallyRow, UnitRow

PAGE = 50
AT_ONCE = 1_000  # calls read in one query by every_call


@dataclass(frozen=True)
class Call:
    """A forecast as a scorecard counts it. Probabilities and the Brier score are 0-1, or None."""

    claim: int
    statement: str
    forecast: int
    cluster: int  # the whole that the claim is part of, else the claim: calls of one cluster are not independent
    claimants: tuple[PageLink, ...]
    document: PageLink
    outlet: str
    made_on: PartialDate
    horizon: PartialDate | None
    horizon_basis: HorizonBasis
    kind: ClaimKind
    modality: Modality
    reading: NumberSource
    hedge: str
    low: float | None
    mid: float | None
    high: float | None
    status: str  # "open", "uncheckable" or an outcome
    counts_from: str  # the month ("YYYY-MM") from which an early verdict counts; "" for at once
    counted: bool  # whether the headline score includes it
    brier: float | None  # None unless counted
    topics: tuple[str, ...]  # slugs of the topics that the claim was filed under


@dataclass(frozen=True)
class CallList:
    """One page of calls."""

    calls: tuple[Call, ...]
    total: int
    page: int
    pages: int


def list_calls(
    session: Session, entry: int, filters: ScorecardFilters, listed: CallFilters, *, today: date, page: int = 1
) -> CallList:
    """A page of the calls that fit, as the journal stood at an entry. Raises Missing past the last page."""
    fits = _fitting(entry, filters, listed, today)
    total = session.scalar(select(func.count()).select_from(UnitRow).where(*fits)) or 0
    pages = page_count(total, PAGE, page)
    ordered = _calls().where(*fits).order_by(*_order(listed.order)).offset((page - 1) * PAGE).limit(PAGE)
    return CallList(_read(session, entry, ordered, today), total, page, pages)


def every_call(session: Session, entry: int, filters: ScorecardFilters, *, today: date) -> Iterator[Call]:
    """All calls that fit, in the order they were recorded, with few in memory at a time."""
    fits = _fitting(entry, filters, CallFilters(), today)
    after = (0, 0)
    while True:
        later = (UnitRow.claim_id > after[0]) | (UnitRow.forecast_id > after[1])
        some = _calls().where(*fits, UnitRow.claim_id >= after[0], later)
        calls = _read(session, entry, some.order_by(UnitRow.claim_id, UnitRow.forecast_id).limit(AT_ONCE), today)
        yield from calls
        if len(calls) < AT_ONCE:
            return
        after = (calls[-1].claim, calls[-1].forecast)


def best_and_worst(
    session: Session, entry: int, filters: ScorecardFilters, tally: Tally, *, today: date
) -> tuple[Call | None, Call | None]:
    """The calls with the lowest and the highest Brier score: the same call where only one is scored.

    The tally gives their cells, so that few rows are read however many forecasts there are.
    """
    scores = {
        (abs(cell.mid - event * MILLION), cell)
        for cell in tally.cells
        if (event := event_of(cell.status)) is not None and cell.mid != NO_NUMBER and not cell.month
    }
    if not scores:
        return None, None
    ends = min(scores)[1], max(scores)[1]
    best, worst = (_one_in(session, cell, entry, filters, today) for cell in ends)
    return best, worst


def _one_in(session: Session, cell: Cell, entry: int, filters: ScorecardFilters, today: date) -> Call | None:
    """One of the newest calls in a cell.

    Units are indexed by cell and, within a cell, by cluster: with the month known, a call is found without sorting. As
    of a past day, a call may count from a month that no stored cell has any more: then all months are searched.
    """
    names = [name for name in Cell._fields if name != "month"]
    counted_in = scope("claimant", filters.claimant) if filters.claimant else LEDGER
    in_cell = [getattr(TallyRow, name) == getattr(cell, name) for name in names]
    now = month_of(today)
    months = session.scalars(
        select(TallyRow.month).distinct().where(TallyRow.scope == counted_in, *in_cell, TallyRow.month <= now)
    ).all()
    # A subquery: PostgreSQL estimates one row a cell, and would join all its rows before it takes the first.
    in_the_cell = (
        select(UnitRow)
        .where(*valid_at(entry, filters, one_by_one=True))
        .where(*(getattr(UnitRow, name) == getattr(cell, name) for name in names))
        .order_by(UnitRow.cluster.desc(), UnitRow.claim_id.desc())
        .limit(1)
    )
    for counts_from in (*(UnitRow.month == month for month in sorted(months)), UnitRow.month <= now):
        first = aliased(UnitRow, in_the_cell.where(counts_from).subquery())
        if found := _read(session, entry, _calls(first), today):
            return found[0]
    return None


def _fitting(entry: int, filters: ScorecardFilters, listed: CallFilters, today: date) -> list[ColumnElement[bool]]:
    return [*valid_at(entry, filters), *call_conditions(listed, today)]


def _order(order: Order) -> tuple[ColumnElement[Any], ...]:
    newest = (UnitRow.claim_id.desc(), UnitRow.forecast_id.desc())
    if order is Order.NEWEST:
        return newest
    error = squared_error(UnitRow.mid, UnitRow.status)
    return (error if order is Order.BEST else error.desc(), *newest)


def _calls(unit: type[UnitRow] = UnitRow) -> Select[*tuple[Any, ...]]:
    """Units, or units of an alias, each with its claim, forecast and document."""
    return (
        select(unit, Claim, Forecast, Document)
        .join(Claim, Claim.id == unit.claim_id)
        .join(Forecast, Forecast.id == unit.forecast_id)
        .join(Document, Document.id == unit.document_id)
    )


def _read(session: Session, entry: int, query: Select[*tuple[Any, ...]], today: date) -> tuple[Call, ...]:
    rows = session.execute(query).all()
    said_by = claimants_of(session, [unit.forecast_id for unit, *_ in rows], entry)
    then = claims_as_of(session, (unit.claim_id for unit, *_ in rows), entry)
    topics: dict[int, list[str]] = {}
    filed = select(Filing.claim_id, Filing.slug).where(
        Filing.claim_id.in_({unit.claim_id for unit, *_ in rows}),
        *(Filing.valid_from <= entry, Filing.valid_to > entry),
    )
    for claim, slug in session.execute(filed):
        topics.setdefault(claim, []).append(slug)
    return tuple(
        _call(
            *(unit, then.get(claim.id, claim), forecast, document),
            *(said_by.get(unit.forecast_id, ()), topics.get(claim.id, ()), today),
        )
        for unit, claim, forecast, document in rows
    )


def claimants_of(session: Session, forecasts: Sequence[int], entry: int) -> Mapping[int, tuple[PageLink, ...]]:
    """The claimants of these forecasts, by forecast, as of an entry."""
    found: dict[int, tuple[PageLink, ...]] = {}
    for forecast, number, name in session.execute(
        select(ForecastClaimant.forecast_id, Claimant.id, Claimant.name)
        .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
        .where(ForecastClaimant.forecast_id.in_(forecasts))
        .order_by(Claimant.name)
    ):
        found[forecast] = (*found.get(forecast, ()), PageLink(number, name))
    return claimants_as_of(session, found, entry)


def _call(
    unit: UnitRow,
    claim: Claim | PastClaim,
    forecast: Forecast,
    document: Document,
    said_by: tuple[PageLink, ...],
    topics: Sequence[str],
    today: date,
) -> Call:
    low, mid, high = (None if end == NO_NUMBER else end / MILLION for end in (unit.low, unit.mid, unit.high))
    event = event_of(unit.status)
    counted = event is not None and mid is not None and unit.month <= month_of(today)
    return Call(
        claim=unit.claim_id,
        statement=claim.statement,
        forecast=forecast.id,
        cluster=unit.cluster,
        claimants=said_by,
        document=PageLink(document.id, document.title),
        outlet=document.outlet,
        made_on=unit.made_on,
        horizon=claim.horizon,
        horizon_basis=unit.basis,
        kind=unit.kind,
        modality=unit.modality,
        reading=unit.reading,
        hedge=forecast.hedge,
        low=low,
        mid=mid,
        high=high,
        status=unit.status,
        counts_from=unit.month,
        counted=counted,
        brier=brier(mid, event) if counted and mid is not None and event is not None else None,
        topics=tuple(sorted(topics)),
    )
