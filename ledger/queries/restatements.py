"""What was said again: of each such claim a claimant's first forecast, which is scored, beside the latest.

Only the first counts for the score. Whether saying it again made it truer is told beside it, on these claims alone.
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
from ledger.domain.scoring.probabilities import brier
from ledger.domain.scoring.units import NO_NUMBER, event_of, month_of
from ledger.queries.as_of import statements_then
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
class Saying:
    """One forecast by a claimant; `brier` is None where it has no number, came too late, or its claim is not scored."""

    made_on: PartialDate
    hedge: str
    confidence: Confidence
    brier: float | None


@dataclass(frozen=True)
class SaidAgain:
    """A claim that a claimant forecast more than once: how often, the first time and the latest.

    `outcome` is the one that its score is held to, None while it has none.
    """

    claimant: PageLink
    claim: int
    statement: str
    outcome: Outcome | None
    times: int
    first: Saying
    latest: Saying


@dataclass(frozen=True)
class Repeats:
    """A page of restatements, newest claims first. The mean scores are over those of this page with two scores."""

    kind: str
    key: str
    name: str
    repeats: tuple[SaidAgain, ...]
    total: int
    page: int
    pages: int
    scored: int
    first_brier: float | None
    latest_brier: float | None
    policy: str
    smallest_n: int


def repeats(session: Session, kind: str, key: str, query: ScorecardQuery, *, page: int = 1) -> Repeats:
    """A page of the claims that a claimant forecast more than once, where a scorecard counts the first forecast.

    Raises Missing for no such scorecard, and past the last page.
    """
    name, _ = describe_scope(session, kind, key)
    again = _said_again(query)
    total = session.scalar(select(func.count()).select_from(_to_count(query, again).subquery())) or 0
    pages = page_count(total, PAGE, page)
    # In the order of their key, backwards: the first page is found without sorting all there are.
    newest = again.order_by(RestatementRow.claim_id.desc(), RestatementRow.claimant_id.desc())
    newest = newest.offset((page - 1) * PAGE).limit(PAGE)
    lines = _lines(session, session.execute(newest).all(), query)
    both = [(one.first.brier, one.latest.brier) for one in lines]
    scored = [(first, latest) for first, latest in both if first is not None and latest is not None]
    policy = policy_at(session, query.entry)
    return Repeats(
        *(kind, key, name, lines, total, page, pages, len(scored)),
        first_brier=_mean(first for first, _ in scored),
        latest_brier=_mean(latest for _, latest in scored),
        policy=policy.version,
        smallest_n=policy.smallest_n,
    )


def _said_again(query: ScorecardQuery) -> Select[*tuple[Any, ...]]:
    """The first forecasts that count and that were restated by then, each with the latest restatement."""
    first = UnitRow
    # There are few repeats: what they are about is looked up for each. The sums keep SQLite, which does not know how
    # few, from going through all units and looking each up among the repeats.
    of_it = and_(first.claim_id == RestatementRow.claim_id + 0, first.claimant_id == RestatementRow.claimant_id + 0)
    fits = fitting_at(query.entry, query.scoped_filters, one_by_one=True)
    return (
        select(first.claim_id, first.claimant_id, first.status, first.month, first.forecast_id, first.mid)
        .add_columns(RestatementRow.times, RestatementRow.latest_id, RestatementRow.mid.label("latest_mid"))
        .join(first, of_it)
        .where(*_repeated(query), *fits)
    )


def _to_count(query: ScorecardQuery, again: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query with as many rows as there are restatements: a simpler one, where no filter is set but the claimant."""
    if replace(query.scoped_filters, claimant=None) == ScorecardFilters():
        return select(RestatementRow.claim_id).where(*_repeated(query))
    return again


def _repeated(query: ScorecardQuery) -> list[ColumnElement[bool]]:
    whose = query.scoped_filters.claimant
    then = [RestatementRow.valid_from <= query.entry, RestatementRow.valid_to > query.entry]
    return [*then, RestatementRow.claimant_id == whose] if whose is not None else then


def _lines(session: Session, rows: Sequence[Row[Any]], query: ScorecardQuery) -> tuple[SaidAgain, ...]:
    now, whose = month_of(query.day), {row.claimant_id for row in rows}
    statements = statements_then(session, [row.claim_id for row in rows], query.entry)
    names = {
        row.id: row.name for row in session.execute(select(Claimant.id, Claimant.name).where(Claimant.id.in_(whose)))
    }
    said = {number for row in rows for number in (row.forecast_id, row.latest_id)}
    forecasts = {one.id: one for one in session.scalars(select(Forecast).where(Forecast.id.in_(said)))}
    found = []
    for row in rows:
        event = event_of(row.status) if row.month <= now else None
        found.append(
            SaidAgain(
                claimant=PageLink(row.claimant_id, names[row.claimant_id]),
                claim=row.claim_id,
                statement=statements[row.claim_id],
                outcome=Outcome(row.status) if row.status in list(Outcome) else None,
                times=row.times,
                first=_saying(forecasts[row.forecast_id], row.mid, event),
                latest=_saying(forecasts[row.latest_id], row.latest_mid, event),
            )
        )
    return tuple(found)


def _saying(forecast: Forecast, mid: int, event: int | None) -> Saying:
    scored = brier(mid / MILLION, event) if event is not None and mid != NO_NUMBER else None
    return Saying(forecast.made_on, forecast.hedge, forecast.confidence, scored)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fsum(found) / len(found) if found else None
