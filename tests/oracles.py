"""Oracles: slow, plain recomputations, in fractions and from definitions, that the fast ones are held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date
from fractions import Fraction
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.checkability import Checkability
from ledger.domain.claims import ClaimState
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Said
from ledger.domain.outcomes import Outcome
from ledger.domain.prose import slug
from ledger.domain.scoring.tally import Cell, Headline, Sums, headline
from ledger.domain.wholes import JudgedFrom
from ledger.journal.replay import differences
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Document
from ledger.store.reviews import Verdict
from ledger.store.tallies import Scope, Tally

ENDINGS = (ClaimState.WITHDRAWN, ClaimState.VOID, ClaimState.MERGED, ClaimState.SPLIT)


@dataclass(frozen=True)
class Judged:
    """A claim as scoring sees it: who said what, and the standing verdict with its day (UTC), if any."""

    said: tuple[Said, ...]
    topics: tuple[str, ...]
    horizon: PartialDate | None
    outcome: Outcome | None
    decided_on: date | None
    checkable: bool = True
    counts: bool = True  # not where it has ended, nor where its parts are counted in its place


def headline_of(claims: Iterable[Judged], scope: str, today: date) -> Headline:
    """The headline of a scope, from its definition: one unit a claimant's first forecast, each looked at in turn."""
    still_open = uncheckable = early = 0
    outcomes = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    errors: dict[str, list[Fraction]] = {"mid": [], "best": [], "worst": []}
    events: list[int] = []
    for claim in claims:
        for unit in _units(claim, scope) if claim.counts else ():
            if claim.outcome is None or claim.decided_on is None:
                still_open += claim.checkable
                uncheckable += not claim.checkable
                continue
            if claim.horizon and claim.decided_on <= claim.horizon.last and not _month_has_passed(claim.horizon, today):
                early += 1
                continue
            outcomes[claim.outcome.value] += 1
            if claim.outcome not in (Outcome.TRUE, Outcome.FALSE) or unit.confidence.mid is None:
                continue
            event = int(claim.outcome is Outcome.TRUE)
            events.append(event)
            ends = [_exact(unit.confidence.low), _exact(unit.confidence.high)]
            squares = [(end - event) ** 2 for end in ends]
            errors["mid"].append((_exact(unit.confidence.mid) - event) ** 2)
            errors["best"].append(min(squares))
            errors["worst"].append(max(squares))
    judged, n = sum(outcomes.values()), len(events)
    rate = Fraction(sum(events), n) if n else None
    return Headline(
        recorded=still_open + uncheckable + early + judged,
        open=still_open,
        uncheckable=uncheckable,
        judged=judged,
        early=early,
        outcomes=outcomes,
        scored=n,
        events=sum(events),
        brier=_mean(errors["mid"]),
        brier_best=_mean(errors["best"]),
        brier_worst=_mean(errors["worst"]),
        base_rate=float(rate) if rate is not None else None,
        base_rate_brier=_mean([(rate - event) ** 2 for event in events]) if rate is not None else None,
    )


def scopes_of(claims: Iterable[Judged]) -> set[str]:
    """The keys of all scopes that some claim counts in."""
    found = {"ledger"}
    for claim in claims:
        found |= {f"topic:{slug(topic)}" for topic in claim.topics}
        for one in claim.said:
            found |= {f"outlet:{one.outlet}", f"document:{one.document}"}
            found |= {f"claimant:{claimant}" for claimant in one.claimants}
    return found


def _units(claim: Judged, scope: str) -> list[Said]:
    first: dict[int, Said] = {}
    for one in claim.said:
        for claimant in one.claimants:
            known = first.setdefault(claimant, one)
            if (one.made_on.last, one.number) < (known.made_on.last, known.number):
                first[claimant] = one
    kind, _, key = scope.partition(":")
    if kind == "claimant":
        return [first[int(key)]] if int(key) in first else []
    if kind == "topic" and key not in map(slug, claim.topics):
        return []
    units = list({one.number: one for one in first.values()}.values())
    if kind == "outlet":
        return [one for one in units if one.outlet == key]
    if kind == "document":
        return [one for one in units if str(one.document) == key]
    return units


def _month_has_passed(horizon: PartialDate, today: date) -> bool:
    return (today.year, today.month) > (horizon.last.year, horizon.last.month)


def _a_year_after(day: date) -> PartialDate:
    """The default of policy 1: twelve months after the last day it can have been said."""
    leap_day = (day.month, day.day) == (2, 29)
    return PartialDate(day.year + 1, day.month, 28 if leap_day else day.day)


def _exact(probability: float | None) -> Fraction:
    assert probability is not None
    return Fraction(str(probability))


def _mean(values: list[Fraction]) -> float | None:
    return float(sum(values) / len(values)) if values else None


def claims_in(session: Session) -> list[Judged]:
    """Every claim of a database, row by row."""
    found = []
    for claim in session.scalars(select(Claim).order_by(Claim.id)):
        said = []
        for forecast in session.scalars(select(Forecast).where(Forecast.claim_id == claim.id)):
            claimants = session.scalars(
                select(ForecastClaimant.claimant_id).where(ForecastClaimant.forecast_id == forecast.id)
            )
            outlet = session.scalars(select(Document.outlet).where(Document.id == forecast.document_id)).one()
            said.append(
                Said(
                    forecast.id,
                    forecast.made_on,
                    tuple(claimants),
                    slug(outlet),
                    forecast.document_id,
                    forecast.confidence,
                )
            )
        standing = session.scalars(
            select(Verdict).where(Verdict.claim_id == claim.id, Verdict.superseded_by.is_(None))
        ).one_or_none()
        horizon = claim.horizon or (_a_year_after(min(one.made_on.last for one in said)) if said else None)
        found.append(
            Judged(
                # Said when the day had passed: counted, but nobody foretells what is over.
                said=tuple(
                    replace(one, confidence=Confidence.none()) if horizon and one.made_on.first > horizon.last else one
                    for one in said
                ),
                topics=tuple(session.scalars(select(Topic.name).where(Topic.claim_id == claim.id))),
                horizon=horizon,
                outcome=standing.outcome if standing else None,
                decided_on=standing.adopted_at.astimezone(UTC).date() if standing else None,
                checkable=claim.checkability is Checkability.CHECKABLE,
                counts=claim.state not in ENDINGS and claim.judged_from is JudgedFrom.ITSELF,
            )
        )
    return found


def check_record(session: Session, *days: date) -> None:
    """Assert that tables equal the journal, figures equal their definition on these days, and scopes their figures."""
    assert list(differences(session)) == []
    claims = claims_in(session)
    cells: dict[str, list[tuple[Cell, Sums]]] = {}
    for row in session.scalars(select(Tally)):
        sums = Sums(row.n, row.scored, row.low, row.mid, row.high)
        assert sums.n >= sums.scored >= 0
        cells.setdefault(row.scope, []).append((Cell(row.scope, row.standing, row.month), sums))
    for key in scopes_of(claims) | set(cells):
        for day in (*days, date(2199, 1, 1)):
            assert headline(cells.get(key, []), day) == headline_of(claims, key, day), key
    for scope in session.scalars(select(Scope)):
        figures = headline(cells.get(scope.key, []), date(2199, 1, 1))
        assert (scope.recorded, scope.judged) == (figures.recorded, figures.judged + figures.early), scope.key


def merkle_root(leaves: list[bytes]) -> bytes:
    """The root of a tree of leaves, by the recursive definition of RFC 6962, section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()
