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
from ledger.domain.errors import Missing
from ledger.domain.outcomes import Outcome
from ledger.domain.scoring.probabilities import brier
from ledger.domain.scoring.units import NO_NUMBER, event_of, month_of
from ledger.queries.as_of import statements_then
from ledger.queries.claim_list import Named
from ledger.queries.filters import Counted, Selection
from ledger.queries.scorecards import describe_scope
from ledger.queries.tallies import fitting_at
from ledger.store.claims import Forecast
from ledger.store.people import Claimant
from ledger.store.policies import policy_at
from ledger.store.tallies import RestatementRow, UnitRow

PAGE = 50


@dataclass(frozen=True)
class Saying:
    """A forecast as it was said; `brier` is None where it has no number, came too late, or the claim is not scored."""

    made_on: PartialDate
    hedge: str
    confidence: Confidence
    brier: float | None


@dataclass(frozen=True)
class SaidAgain:
    """A claim that a claimant forecast more than once: how often, the first time and the latest.

    `outcome` is the one that its score is held to, None while it has none.
    """

    claimant: Named
    claim: int
    statement: str
    outcome: Outcome | None
    times: int
    first: Saying
    latest: Saying


@dataclass(frozen=True)
class Repeats:
    """What was said again, the newest claims first; mean Brier scores are over those of this page with two scores."""

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


def repeats(session: Session, kind: str, key: str, counted: Counted, *, page: int = 1) -> Repeats:
    """What claimants said more than once, where the first time is among what a scorecard counts.

    Raises Missing for no such scorecard, and past the last page.
    """
    name, _ = describe_scope(session, kind, key)
    again = _said_again(counted)
    total = session.scalar(select(func.count()).select_from(_to_count(counted, again).subquery())) or 0
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    # In the order of their key, backwards: the first page is found without sorting all there are.
    newest = again.order_by(RestatementRow.claim_id.desc(), RestatementRow.claimant_id.desc())
    newest = newest.offset((page - 1) * PAGE).limit(PAGE)
    lines = _lines(session, session.execute(newest).all(), counted)
    both = [(one.first.brier, one.latest.brier) for one in lines]
    scored = [(first, latest) for first, latest in both if first is not None and latest is not None]
    policy = policy_at(session, counted.entry)
    return Repeats(
        *(kind, key, name, lines, total, page, pages, len(scored)),
        first_brier=_mean(first for first, _ in scored),
        latest_brier=_mean(latest for _, latest in scored),
        policy=policy.version,
        smallest_n=policy.smallest_n,
    )


def _said_again(counted: Counted) -> Select[*tuple[Any, ...]]:
    """Of what counts, the first forecasts of those who said the same again by then, each with the latest."""
    first = UnitRow
    # There are few repeats: what they are about is looked up for each. The sums keep SQLite, which does not know how
    # few, from going through all units and looking each up among the repeats.
    of_it = and_(first.claim_id == RestatementRow.claim_id + 0, first.claimant_id == RestatementRow.claimant_id + 0)
    fits = fitting_at(counted.entry, counted.selection, one_by_one=True)
    return (
        select(first.claim_id, first.claimant_id, first.status, first.month, first.forecast_id, first.mid)
        .add_columns(RestatementRow.times, RestatementRow.latest_id, RestatementRow.mid.label("latest_mid"))
        .join(first, of_it)
        .where(*_repeated(counted), *fits)
    )


def _to_count(counted: Counted, again: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """As many rows as were said again, told by the repeats alone where nothing else is asked of the first forecasts."""
    if replace(counted.selection, claimant=None) == Selection():
        return select(RestatementRow.claim_id).where(*_repeated(counted))
    return again


def _repeated(counted: Counted) -> list[ColumnElement[bool]]:
    whose = counted.selection.claimant
    then = [RestatementRow.valid_from <= counted.entry, RestatementRow.valid_to > counted.entry]
    return [*then, RestatementRow.claimant_id == whose] if whose is not None else then


def _lines(session: Session, rows: Sequence[Row[Any]], counted: Counted) -> tuple[SaidAgain, ...]:
    now, whose = month_of(counted.day), {row.claimant_id for row in rows}
    statements = statements_then(session, [row.claim_id for row in rows], counted.entry)
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
                claimant=Named(row.claimant_id, names[row.claimant_id]),
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
