"""The page of restatements: claims that a claimant forecast more than once, with the first and the latest forecast.

Only the first forecast counts for the scorecard. Mean scores of both, over these claims only, show whether restating
improved the forecast.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session

from ledger.domain.confidence import MILLION, Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.outcomes import Outcome
from ledger.domain.scoring.binary_scores import brier
from ledger.domain.scoring.units import NO_NUMBER, event_of, month_of
from ledger.queries.as_of import statements_as_of
from ledger.queries.claim_list import PageLink
from ledger.queries.filters import ScorecardFilters
from ledger.queries.paging import page_count
from ledger.queries.scopes import describe_scope
from ledger.queries.scorecard_query import ScorecardQuery
from ledger.queries.tallies import fitting_at
from ledger.store.claims import Forecast
from ledger.store.people import Claimant
from ledger.store.policies import policy_at
from ledger.store.tallies import RestatementRow, UnitRow

PAGE = 50


@dataclass(frozen=True)
class RestatedForecast:
    """The first or the latest forecast. `brier` (0-1) is None without a number, if late, or on an unscored claim."""

    made_on: PartialDate
    hedge: str
    confidence: Confidence
    brier: float | None


@dataclass(frozen=True)
class RestatedClaim:
    """A claim that a claimant forecast more than once: the number of times, the first and the latest forecast.

    `outcome` is the outcome that it is scored by, or None.
    """

    claimant: PageLink
    claim: int
    statement: str
    outcome: Outcome | None
    times: int
    first: RestatedForecast
    latest: RestatedForecast


@dataclass(frozen=True)
class Restatements:
    """A page of restatements, newest claims first. Mean scores are over the claims of this page with two scores."""

    kind: str
    key: str
    name: str
    repeats: tuple[RestatedClaim, ...]
    total: int
    page: int
    pages: int
    scored: int
    first_brier: float | None
    latest_brier: float | None
    policy: str
    smallest_n: int


def list_restatements(session: Session, kind: str, key: str, query: ScorecardQuery, *, page: int = 1) -> Restatements:
    """A page of the restated claims whose first forecast a scorecard counts.

    Raises Missing if there is no such scorecard, and past the last page.
    """
    name, _ = describe_scope(session, kind, key)
    restated = _restated(query)
    total = session.scalar(select(func.count()).select_from(_to_count(query, restated).subquery())) or 0
    pages = page_count(total, PAGE, page)
    # In descending order of the key, so that the first page is found without sorting all rows.
    newest = restated.order_by(RestatementRow.claim_id.desc(), RestatementRow.claimant_id.desc())
    newest = newest.offset((page - 1) * PAGE).limit(PAGE)
    lines = _lines(session, session.execute(newest).all(), query)
    both = [(one.first.brier, one.latest.brier) for one in lines]
    scored = [(first, latest) for first, latest in both if first is not None and latest is not None]
    policy = policy_at(session, query.entry)
    return Restatements(
        *(kind, key, name, lines, total, page, pages, len(scored)),
        first_brier=_mean(first for first, _ in scored),
        latest_brier=_mean(latest for _, latest in scored),
        policy=policy.version,
        smallest_n=policy.smallest_n,
    )


def _restated(query: ScorecardQuery) -> Select[*tuple[Any, ...]]:
    """The first forecasts that count and were restated by the entry, each with the latest restatement."""
    first = UnitRow
    # Restatements are few, so the unit is looked up for each. Adding 0 keeps SQLite, which does not know how few there
    # are, from reading all units and looking each up among the restatements.
    same_claim = and_(
        first.claim_id == RestatementRow.claim_id + 0, first.claimant_id == RestatementRow.claimant_id + 0
    )
    fits = fitting_at(query.entry, query.scoped_filters, one_by_one=True)
    return (
        select(first.claim_id, first.claimant_id, first.status, first.month, first.forecast_id, first.mid)
        .add_columns(RestatementRow.times, RestatementRow.latest_id, RestatementRow.mid.label("latest_mid"))
        .join(first, same_claim)
        .where(*_valid_restatements(query), *fits)
    )


def _to_count(query: ScorecardQuery, restated: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query with one row a restated claim; a simpler query where no filter but the claimant is set."""
    if replace(query.scoped_filters, claimant=None) == ScorecardFilters():
        return select(RestatementRow.claim_id).where(*_valid_restatements(query))
    return restated


def _valid_restatements(query: ScorecardQuery) -> list[ColumnElement[bool]]:
    whose = query.scoped_filters.claimant
    then = [RestatementRow.valid_from <= query.entry, RestatementRow.valid_to > query.entry]
    return [*then, RestatementRow.claimant_id == whose] if whose is not None else then


def _lines(session: Session, rows: Sequence[Row[Any]], query: ScorecardQuery) -> tuple[RestatedClaim, ...]:
    now, whose = month_of(query.day), {row.claimant_id for row in rows}
    statements = statements_as_of(session, [row.claim_id for row in rows], query.entry)
    names = {
        row.id: row.name for row in session.execute(select(Claimant.id, Claimant.name).where(Claimant.id.in_(whose)))
    }
    numbers = {number for row in rows for number in (row.forecast_id, row.latest_id)}
    forecasts = {one.id: one for one in session.scalars(select(Forecast).where(Forecast.id.in_(numbers)))}
    found = []
    for row in rows:
        event = event_of(row.status) if row.month <= now else None
        found.append(
            RestatedClaim(
                claimant=PageLink(row.claimant_id, names[row.claimant_id]),
                claim=row.claim_id,
                statement=statements[row.claim_id],
                outcome=Outcome(row.status) if row.status in list(Outcome) else None,
                times=row.times,
                first=_restated_forecast(forecasts[row.forecast_id], row.mid, event),
                latest=_restated_forecast(forecasts[row.latest_id], row.latest_mid, event),
            )
        )
    return tuple(found)


def _restated_forecast(forecast: Forecast, mid: int, event: int | None) -> RestatedForecast:
    scored = brier(mid / MILLION, event) if event is not None and mid != NO_NUMBER else None
    return RestatedForecast(forecast.made_on, forecast.hedge, forecast.confidence, scored)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fsum(found) / len(found) if found else None
