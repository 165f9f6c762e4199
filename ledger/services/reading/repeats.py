"""What a claimant said again: of each such claim the first forecast, which is scored, beside the latest.

Only the first counts for the score. Whether saying it again made it truer is told beside it, on these claims alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.claims import said_too_late
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.outcomes import Outcome
from ledger.domain.policy import Policy
from ledger.domain.problems import Missing
from ledger.domain.scoring.probabilities import brier
from ledger.domain.scoring.units import event_of, month_of
from ledger.services.reading.claims import Named
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.people import Claimant
from ledger.store.policies import policies_of
from ledger.store.tallies import STANDS, UnitRow

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
    """A claim that was forecast more than once: how often, the first time and the latest."""

    claim: int
    statement: str
    outcome: Outcome | None
    times: int
    first: Saying
    latest: Saying


@dataclass(frozen=True)
class Repeats:
    """A claimant's repeats, newest claims first; the mean Brier scores are over those of this page with two scores."""

    claimant: Named
    repeats: tuple[SaidAgain, ...]
    total: int
    page: int
    pages: int
    scored: int
    first_brier: float | None
    latest_brier: float | None


def repeats(session: Session, claimant: int, *, today: date, page: int = 1) -> Repeats:
    """What a claimant said more than once. Raises Missing for nobody on record, and past the last page."""
    found = session.get(Claimant, claimant)
    if found is None:
        raise Missing(f"claimant {claimant}")
    often = (
        select(Forecast.claim_id, func.count().label("times"))
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .where(ForecastClaimant.claimant_id == claimant)
        .group_by(Forecast.claim_id)
        .having(func.count() > 1)
    )
    total = session.scalar(select(func.count()).select_from(often.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    shown = often.order_by(Forecast.claim_id.desc()).offset((page - 1) * PAGE).limit(PAGE)
    numbers = [row.claim_id for row in session.execute(shown)]
    lines = _lines(session, claimant, numbers, today)
    both = [(one.first.brier, one.latest.brier) for one in lines]
    scored = [(first, latest) for first, latest in both if first is not None and latest is not None]
    return Repeats(
        *(Named(found.id, found.name), lines, total, page, pages, len(scored)),
        first_brier=_mean(first for first, _ in scored),
        latest_brier=_mean(latest for _, latest in scored),
    )


def _lines(session: Session, claimant: int, numbers: Sequence[int], today: date) -> tuple[SaidAgain, ...]:
    claims = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(numbers)))}
    said: dict[int, list[Forecast]] = {}
    for forecast in session.scalars(
        select(Forecast)
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .where(ForecastClaimant.claimant_id == claimant, Forecast.claim_id.in_(numbers))
    ):
        said.setdefault(forecast.claim_id, []).append(forecast)
    earliest, events = _first_said(session, numbers), _events(session, claimant, numbers, today)
    policies = policies_of(session, {claim.policy for claim in claims.values()})
    found = []
    for number in numbers:
        claim, in_order = claims[number], sorted(said[number], key=lambda one: (one.made_on.last, one.id))
        first, event, policy = earliest[number], events.get(number), policies[claim.policy]
        sayings = [_saying(claim, one, first, event, policy) for one in (in_order[0], in_order[-1])]
        found.append(SaidAgain(number, claim.statement, claim.outcome, len(in_order), *sayings))
    return tuple(found)


def _first_said(session: Session, numbers: Sequence[int]) -> dict[int, PartialDate]:
    """When anybody first said each claim: where it has no horizon, its last day follows from that."""
    found: dict[int, PartialDate] = {}
    for claim, made_on in session.execute(
        select(Forecast.claim_id, Forecast.made_on).where(Forecast.claim_id.in_(numbers))
    ):
        known = found.setdefault(claim, made_on)
        found[claim] = min(known, made_on, key=lambda one: one.last)
    return found


def _events(session: Session, claimant: int, numbers: Sequence[int], today: date) -> dict[int, int]:
    """Whether each claim came about, of those that the claimant's headline scores by now."""
    units = select(UnitRow.claim_id, UnitRow.standing).where(
        UnitRow.claimant_id == claimant,
        UnitRow.claim_id.in_(numbers),
        UnitRow.valid_to == STANDS,
        UnitRow.month <= month_of(today),
    )
    events = {row.claim_id: event_of(row.standing) for row in session.execute(units)}
    return {claim: event for claim, event in events.items() if event is not None}


def _saying(claim: Claim, forecast: Forecast, first: PartialDate, event: int | None, policy: Policy) -> Saying:
    mid = forecast.confidence.mid
    late = said_too_late(forecast.made_on, claim.horizon, first, policy)
    scored = brier(mid, event) if event is not None and mid is not None and not late else None
    return Saying(forecast.made_on, forecast.hedge, forecast.confidence, scored)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fsum(found) / len(found) if found else None
