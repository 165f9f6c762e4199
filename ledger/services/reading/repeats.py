"""What was said again: of each such claim a claimant's first forecast, which is scored, beside the latest.

Only the first counts for the score. Whether saying it again made it truer is told beside it, on these claims alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from ledger.domain.claims import said_too_late
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.outcomes import Outcome
from ledger.domain.policy import Policy
from ledger.domain.problems import Missing
from ledger.domain.scoring.probabilities import brier
from ledger.domain.scoring.units import EVERYBODY, event_of, month_of
from ledger.services.reading.claims import Named
from ledger.services.reading.scorecards import describe_scope
from ledger.services.reading.selecting import Counted
from ledger.services.reading.tallies import fitting_at
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.people import Claimant
from ledger.store.policies import policies_of, policy_at
from ledger.store.tallies import UnitRow

PAGE = 50
Pair = tuple[int, int]  # a claimant and a claim


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


@dataclass(frozen=True)
class _Unit:
    """What counts of a claimant's first forecast on a claim: how it stands, and what that makes of it by now."""

    standing: str
    event: int | None


def repeats(session: Session, kind: str, key: str, counted: Counted, *, page: int = 1) -> Repeats:
    """What claimants said more than once, where the first time is among what a scorecard counts.

    Raises Missing for no such scorecard, and past the last page.
    """
    name, _ = describe_scope(session, kind, key)
    often = _said_often(counted)
    total = session.scalar(select(func.count()).select_from(often.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    newest = often.order_by(Forecast.claim_id.desc(), ForecastClaimant.claimant_id)
    shown = session.execute(newest.offset((page - 1) * PAGE).limit(PAGE))
    lines = _lines(session, counted, [(row.claimant_id, row.claim_id) for row in shown])
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


def _said_often(counted: Counted) -> Select[*tuple[int, int]]:
    """Claimants with claims that they forecast more than once, of what counts."""
    then = Forecast.id <= counted.entry
    # Claims with a single forecast are nearly all there are, and an index tells which: those of many are few.
    several = select(Forecast.claim_id).where(then).group_by(Forecast.claim_id).having(func.count() > 1)
    selection = counted.selection
    whose = UnitRow.claimant_id == selection.claimant if selection.claimant else UnitRow.claimant_id != EVERYBODY
    counts = select(UnitRow.claimant_id, UnitRow.claim_id).where(
        whose, UnitRow.claim_id.in_(several), *fitting_at(counted.entry, selection)
    )
    pair = tuple_(ForecastClaimant.claimant_id, Forecast.claim_id)
    return (
        select(ForecastClaimant.claimant_id, Forecast.claim_id)
        .join(Forecast, Forecast.id == ForecastClaimant.forecast_id)
        .where(then, Forecast.claim_id.in_(several), pair.in_(counts))
        .group_by(ForecastClaimant.claimant_id, Forecast.claim_id)
        .having(func.count() > 1)
    )


def _lines(session: Session, counted: Counted, pairs: Sequence[Pair]) -> tuple[SaidAgain, ...]:
    numbers = {claim for _, claim in pairs}
    claims = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(numbers)))}
    whose = select(Claimant.id, Claimant.name).where(Claimant.id.in_({claimant for claimant, _ in pairs}))
    names = {row.id: row.name for row in session.execute(whose)}
    said: dict[Pair, list[Forecast]] = {}
    first: dict[int, PartialDate] = {}  # when anybody first said it: a claim without a horizon has its last day by that
    for forecast, claimant in session.execute(
        select(Forecast, ForecastClaimant.claimant_id)
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .where(Forecast.claim_id.in_(numbers), Forecast.id <= counted.entry)
    ):
        said.setdefault((claimant, forecast.claim_id), []).append(forecast)
        known = first.setdefault(forecast.claim_id, forecast.made_on)
        first[forecast.claim_id] = min(known, forecast.made_on, key=lambda one: one.last)
    units = _units(session, counted, pairs)
    policies = policies_of(session, {claim.policy for claim in claims.values()})
    found = []
    for pair in pairs:
        claim, unit = claims[pair[1]], units[pair]
        in_order = sorted(said[pair], key=lambda one: (one.made_on.last, one.id))
        sayings = [
            _saying(claim, one, first[claim.id], unit.event, policies[claim.policy])
            for one in (in_order[0], in_order[-1])
        ]
        outcome = Outcome(unit.standing) if unit.standing in list(Outcome) else None
        by = Named(pair[0], names[pair[0]])
        found.append(SaidAgain(by, claim.id, claim.statement, outcome, len(in_order), *sayings))
    return tuple(found)


def _units(session: Session, counted: Counted, pairs: Sequence[Pair]) -> dict[Pair, _Unit]:
    """How what counts of these stands, and whether it came about where the headline scores it by then."""
    rows = session.execute(
        select(UnitRow.claimant_id, UnitRow.claim_id, UnitRow.standing, UnitRow.month).where(
            tuple_(UnitRow.claimant_id, UnitRow.claim_id).in_(pairs),
            *(UnitRow.valid_from <= counted.entry, UnitRow.valid_to > counted.entry),
        )
    )
    now = month_of(counted.day)
    return {
        (row.claimant_id, row.claim_id): _Unit(row.standing, event_of(row.standing) if row.month <= now else None)
        for row in rows
    }


def _saying(claim: Claim, forecast: Forecast, first: PartialDate, event: int | None, policy: Policy) -> Saying:
    mid = forecast.confidence.mid
    late = said_too_late(forecast.made_on, claim.horizon, first, policy)
    scored = brier(mid, event) if event is not None and mid is not None and not late else None
    return Saying(forecast.made_on, forecast.hedge, forecast.confidence, scored)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fsum(found) / len(found) if found else None
