"""Calls: the forecasts behind a scorecard's numbers, each with all that its score is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import MILLION, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.scoring.probabilities import brier
from ledger.domain.scoring.tally import EARLY, Cell, Tally
from ledger.domain.scoring.units import LEDGER, NO_NUMBER, OPEN, UNCHECKABLE, event_of, month_of, scope
from ledger.queries.as_of import ClaimThen, claimants_then, claims_then
from ledger.queries.claim_list import Named
from ledger.queries.filters import Selection
from ledger.queries.tallies import SCORED, squared_error, valid_at
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.people import Claimant, Document
from ledger.store.tallies import Filing, TallyRow, UnitRow

PAGE = 50
AT_ONCE = 1_000  # calls read together where all of them are


class Stands(StrEnum):
    """What a scorecard counts calls as, on a day: an outcome, what several make up, none, or how it was worded."""

    SCORED = "scored"
    JUDGED = "judged"
    OPEN = OPEN
    EARLY = EARLY
    UNCHECKABLE = UNCHECKABLE
    NO_NUMBER = "no_number"
    WITH_EARLY = "with_early"
    GRADED = "graded"
    BARE = "bare"
    # And each outcome, under its own name: a new one is listed without a line here.
    _ignore_ = "outcome"
    for outcome in Outcome:
        vars()[outcome.name] = outcome.value

    @property
    def words(self) -> str:
        """For reading, in a list's heading."""
        return {
            Stands.SCORED: "scored",
            Stands.OPEN: "still open",
            Stands.EARLY: "judged before the horizon",
            Stands.UNCHECKABLE: "not checkable",
            Stands.NO_NUMBER: "true or false, said without a number",
            Stands.WITH_EARLY: "scored, or to be scored once their horizon has passed",
            Stands.GRADED: "judged true, false or between, said with a number",
            Stands.BARE: "bare possibilities",
        }.get(self, self.value.replace("_", " "))


class Order(StrEnum):
    """Which calls come first."""

    NEWEST = "newest"
    BEST = "best"
    WORST = "worst"


@dataclass(frozen=True)
class Narrowing:
    """Which of a scorecard's forecasts are listed: by how they stand, whose number it is, and its middle (0-1)."""

    standing: Stands | None = None
    reading: NumberSource | None = None
    p_from: float | None = None
    p_to: float | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class Call:
    """A forecast as it counts. Probabilities and the Brier score are 0-1, None where there is none."""

    claim: int
    statement: str
    forecast: int
    cluster: int  # the whole it is part of, else the claim: those of one cluster stand or fall together
    claimants: tuple[Named, ...]
    document: Named
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
    counts_from: str  # the month ("YYYY-MM") from which a verdict that came early counts; "" for at once
    counted: bool  # whether it is one of those the headline scores
    brier: float | None  # of those only
    topics: tuple[str, ...]  # that the claim was filed under, as their addresses have them


@dataclass(frozen=True)
class CallList:
    """One page of calls."""

    calls: tuple[Call, ...]
    total: int
    page: int
    pages: int


def list_calls(
    session: Session, entry: int, selection: Selection, narrowing: Narrowing, *, today: date, page: int = 1
) -> CallList:
    """The calls selected, as the journal stood at an entry. Raises Missing past the last page."""
    fits = _fitting(entry, selection, narrowing, today)
    total = session.scalar(select(func.count()).select_from(UnitRow).where(*fits)) or 0
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    ordered = _calls().where(*fits).order_by(*_order(narrowing.order)).offset((page - 1) * PAGE).limit(PAGE)
    return CallList(_read(session, entry, ordered, today), total, page, pages)


def every_call(session: Session, entry: int, selection: Selection, *, today: date) -> Iterator[Call]:
    """All calls selected, in the order they were recorded, some at a time: however many, few are held."""
    fits = _fitting(entry, selection, Narrowing(), today)
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
    session: Session, entry: int, selection: Selection, tally: Tally, *, today: date
) -> tuple[Call | None, Call | None]:
    """One call with the lowest Brier score and one with the highest; the same where there is but one.

    The tally says which cell they are in, so that few rows are looked at whatever the number of forecasts.
    """
    scores = {
        (abs(cell.mid - event * MILLION), cell)
        for cell in tally.cells
        if (event := event_of(cell.status)) is not None and cell.mid != NO_NUMBER and not cell.month
    }
    if not scores:
        return None, None
    ends = min(scores)[1], max(scores)[1]
    best, worst = (_one_in(session, cell, entry, selection, today) for cell in ends)
    return best, worst


def _one_in(session: Session, cell: Cell, entry: int, selection: Selection, today: date) -> Call | None:
    """A call in a cell, one of the newest.

    Units are kept by cell and, within it, by cluster: with its month known, a call is found without sorting. A call of
    a past day may have been counted from a month that no cell has any more, and is then looked for in all of them.
    """
    names = [name for name in Cell._fields if name != "month"]
    all_of_them = scope("claimant", selection.claimant) if selection.claimant else LEDGER
    in_cell = [getattr(TallyRow, name) == getattr(cell, name) for name in names]
    now = month_of(today)
    months = session.scalars(
        select(TallyRow.month).distinct().where(TallyRow.scope == all_of_them, *in_cell, TallyRow.month <= now)
    ).all()
    # By itself: PostgreSQL takes a cell for one row, and would join every row of it before it takes the first.
    like_it = (
        select(UnitRow)
        .where(*valid_at(entry, selection, one_by_one=True))
        .where(*(getattr(UnitRow, name) == getattr(cell, name) for name in names))
        .order_by(UnitRow.cluster.desc(), UnitRow.claim_id.desc())
        .limit(1)
    )
    for kept_in in (*(UnitRow.month == month for month in sorted(months)), UnitRow.month <= now):
        first = aliased(UnitRow, like_it.where(kept_in).subquery())
        if found := _read(session, entry, _calls(first), today):
            return found[0]
    return None


def _fitting(entry: int, selection: Selection, narrowing: Narrowing, today: date) -> list[ColumnElement[bool]]:
    fits = [*valid_at(entry, selection), *_standing(narrowing.standing, today)]
    if narrowing.reading is not None:
        fits.append(UnitRow.reading == narrowing.reading)
    if narrowing.p_from is not None or narrowing.p_to is not None:
        fits.append(UnitRow.mid != NO_NUMBER)
    if narrowing.p_from is not None:
        fits.append(UnitRow.mid >= round(narrowing.p_from * MILLION))
    if narrowing.p_to is not None:
        fits.append(UnitRow.mid <= round(narrowing.p_to * MILLION))
    if narrowing.order is not Order.NEWEST:
        fits += _standing(Stands.SCORED, today)
    return fits


def _standing(standing: Stands | None, today: date) -> list[ColumnElement[bool]]:
    """What makes a call stand so on a day; those that count later stand nowhere else but among the early ones."""
    now = UnitRow.month <= month_of(today)
    judged = UnitRow.status.not_in((OPEN, UNCHECKABLE))
    match standing:
        case None:
            return []
        case Stands.EARLY:
            return [~now]
        case Stands.JUDGED:
            return [judged, now]
        case Stands.SCORED:
            return [UnitRow.status.in_(SCORED), UnitRow.mid != NO_NUMBER, now]
        case Stands.WITH_EARLY:
            return [UnitRow.status.in_(SCORED), UnitRow.mid != NO_NUMBER]
        case Stands.GRADED:
            return [UnitRow.status.in_(GRADED), UnitRow.mid != NO_NUMBER, now]
        case Stands.NO_NUMBER:
            return [UnitRow.status.in_(SCORED), UnitRow.mid == NO_NUMBER, now]
        case Stands.BARE:
            return [UnitRow.modality == Modality.COULD, UnitRow.mid == NO_NUMBER]
    return [UnitRow.status == standing, now]


def _order(order: Order) -> tuple[ColumnElement[Any], ...]:
    newest = (UnitRow.claim_id.desc(), UnitRow.forecast_id.desc())
    if order is Order.NEWEST:
        return newest
    error = squared_error(UnitRow.mid, UnitRow.status)
    return (error if order is Order.BEST else error.desc(), *newest)


def _calls(unit: type[UnitRow] = UnitRow) -> Select[*tuple[Any, ...]]:
    """Units, all or those of an alias, with what they are about."""
    return (
        select(unit, Claim, Forecast, Document)
        .join(Claim, Claim.id == unit.claim_id)
        .join(Forecast, Forecast.id == unit.forecast_id)
        .join(Document, Document.id == unit.document_id)
    )


def _read(session: Session, entry: int, query: Select[*tuple[Any, ...]], today: date) -> tuple[Call, ...]:
    rows = session.execute(query).all()
    said_by = claimants_of(session, [unit.forecast_id for unit, *_ in rows], entry)
    then = claims_then(session, (unit.claim_id for unit, *_ in rows), entry)
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


def claimants_of(session: Session, forecasts: Sequence[int], entry: int) -> Mapping[int, tuple[Named, ...]]:
    """Whose forecasts these are, by name, as was known at an entry."""
    found: dict[int, tuple[Named, ...]] = {}
    for forecast, number, name in session.execute(
        select(ForecastClaimant.forecast_id, Claimant.id, Claimant.name)
        .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
        .where(ForecastClaimant.forecast_id.in_(forecasts))
        .order_by(Claimant.name)
    ):
        found[forecast] = (*found.get(forecast, ()), Named(number, name))
    return claimants_then(session, found, entry)


def _call(
    unit: UnitRow,
    claim: Claim | ClaimThen,
    forecast: Forecast,
    document: Document,
    said_by: tuple[Named, ...],
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
        document=Named(document.id, document.title),
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
