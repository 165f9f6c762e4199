"""Reading the inputs of scoring from the tables: claims with their forecasts, and the units before an entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC
from itertools import groupby
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.confidence import Confidence
from ledger.domain.forecasts import CountedForecast
from ledger.domain.policies import Policy
from ledger.domain.scoring.restatements import Restatement, restatements
from ledger.domain.scoring.units import CountedClaim, Unit, scope, units
from ledger.domain.wholes import JudgedFrom
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Claimant, Document
from ledger.store.policies import policies_of
from ledger.store.reviews import Verdict
from ledger.store.tallies import FOREVER, Filing, RestatementRow, UnitRow

_AT_ONCE = 500  # claims a query

_IDS: BindParameter[Sequence[int]] = bindparam("claims", expanding=True)
# What counting needs of a claim and takes from the column of the same name.
_SAME = tuple(field.name for field in fields(CountedClaim) if field.name in Claim.table().c)
_CLAIMS = (
    select(
        *(Claim.id, Claim.whole_id, Claim.horizon_basis, Claim.state, Claim.judged_from, Claim.policy),
        *(Verdict.adopted_at, *(Claim.table().c[name] for name in _SAME)),
    )
    .outerjoin(Verdict, (Verdict.claim_id == Claim.id) & Verdict.superseded_by.is_(None))
    .where(Claim.id.in_(_IDS))
)
_TOPICS = select(Topic.claim_id, Topic.slug, Topic.name).where(Topic.claim_id.in_(_IDS))
_FILINGS = select(Filing.claim_id, Filing.slug, Filing.valid_from, Filing.valid_to).where(Filing.claim_id.in_(_IDS))
# The columns of a unit's fields, in their order: those of the same name but for these. The outlet is the document's.
OUTLET = Document.outlet_slug.key
_OTHERWISE = {"forecast": "forecast_id", "claimant": "claimant_id", "document": "document_id", "outlet": OUTLET}
UNIT_COLUMNS = tuple(_OTHERWISE.get(name, name) for name in Unit._fields)
_UNITS = (
    select(
        *(UnitRow.claim_id, UnitRow.valid_from),
        *(Document.outlet_slug if name == OUTLET else UnitRow.table().c[name] for name in UNIT_COLUMNS),
    )
    .join(Document, Document.id == UnitRow.document_id)
    .where(UnitRow.claim_id.in_(_IDS), UnitRow.valid_to == FOREVER)
)
_RESTATEMENTS = select(
    *(RestatementRow.claim_id, RestatementRow.valid_from, RestatementRow.claimant_id),
    *(RestatementRow.times, RestatementRow.latest_id, RestatementRow.mid),
).where(RestatementRow.claim_id.in_(_IDS), RestatementRow.valid_to == FOREVER)
_FORECASTS = (
    select(
        *(Forecast.id, Forecast.claim_id, Forecast.made_on, Forecast.document_id, Forecast.modality, Forecast.reading),
        *(Forecast.confidence_kind, Forecast.low, Forecast.high),
        *(Forecast.yardstick, Forecast.yardstick_version, Forecast.term),
        *(Document.outlet_slug, Document.outlet, Document.title, Claimant.id.label("claimant"), Claimant.name),
    )
    .join(Document, Document.id == Forecast.document_id)
    .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
    .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
    .where(Forecast.claim_id.in_(_IDS))
    .order_by(Forecast.id, Claimant.id)
)


@dataclass
class UnitsBefore:
    """A claim's units before an entry, each with the entry from which it is valid, and the claim's topics then."""

    units: list[tuple[int, Unit]] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)


@dataclass
class ScoringInput:
    """A claim, its forecasts, and the names of the scopes in which it counts."""

    claim: CountedClaim
    policy: Policy  # the one that the claim is held to
    topics: dict[str, str] = field(default_factory=dict)  # names by slug
    forecasts: list[CountedForecast] = field(default_factory=list)
    scope_names: list[tuple[str, str]] = field(default_factory=list)  # keys and names, in the order recorded

    def units(self, upto: int | None = None) -> list[Unit]:
        """Its units; with `upto`, those when that entry was the newest."""
        return units(self.claim, self._forecasts(upto), self.policy)

    def restatements(self, upto: int | None = None) -> list[Restatement]:
        """Its restatements; with `upto`, those when that entry was the newest."""
        return restatements(self.claim, self._forecasts(upto), self.policy)

    def _forecasts(self, upto: int | None) -> list[CountedForecast]:
        return self.forecasts if upto is None else [one for one in self.forecasts if one.number <= upto]

    def names(self) -> dict[str, str]:
        """The names of the scopes in which it counts. The first forecast decides how an outlet is spelled."""
        found = {scope("topic", slug): name for slug, name in self.topics.items()}
        found |= {scope("year", one.made_on.year): str(one.made_on.year) for one in self.forecasts}
        for key, name in self.scope_names:
            found.setdefault(key, name)
        return found


def read_claims(session: Session, claims: Collection[int]) -> dict[int, ScoringInput]:
    """These claims with their forecasts, as scoring needs them."""
    found: dict[int, ScoringInput] = {}
    for these in _chunks(claims):
        rows = session.execute(_CLAIMS, these).all()
        policies = policies_of(session, {row.policy for row in rows})
        for row in rows:
            claim = CountedClaim(
                number=row.id,
                whole=row.whole_id,
                basis=row.horizon_basis,
                decided_on=row.adopted_at.astimezone(UTC).date() if row.adopted_at else None,
                counts=_counts(row.state, row.judged_from),
                **{name: getattr(row, name) for name in _SAME},
            )
            found[row.id] = ScoringInput(claim, policies[row.policy])
        for topic in session.execute(_TOPICS, these):
            found[topic.claim_id].topics[topic.slug] = topic.name
        for _, of_one in groupby(session.execute(_FORECASTS, these), key=lambda row: row.id):
            forecast = list(of_one)
            _add_forecast(found[forecast[0].claim_id], forecast)
    return found


def read_units_before(session: Session, before: Mapping[int, int]) -> dict[int, UnitsBefore]:
    """The units and topics of claims, each just before an entry about it that is being projected."""
    found = {claim: UnitsBefore() for claim in before}
    for these in _chunks(before):
        for row in session.execute(_UNITS, these):
            found[row.claim_id].units.append((row.valid_from, Unit._make(row[2:])))
    # Topics matter only for claims that were counted before.
    for these in _chunks([claim for claim, before_it in found.items() if before_it.units]):
        for filing in session.execute(_FILINGS, these):
            if filing.valid_from < before[filing.claim_id] <= filing.valid_to:
                found[filing.claim_id].topics.append(filing.slug)
    return found


def read_restatements(session: Session, claims: Collection[int]) -> dict[int, list[tuple[int, Restatement]]]:
    """The restatements of claims, each with the entry from which it is valid."""
    found: dict[int, list[tuple[int, Restatement]]] = {claim: [] for claim in claims}
    for these in _chunks(claims):
        for row in session.execute(_RESTATEMENTS, these):
            found[row.claim_id].append((row.valid_from, Restatement._make(row[2:])))
    return found


def _chunks(claims: Collection[int]) -> Iterator[dict[str, list[int]]]:
    every = list(claims)
    for start in range(0, len(every), _AT_ONCE):
        yield {"claims": every[start : start + _AT_ONCE]}


def _counts(state: ClaimState, judged_from: JudgedFrom) -> bool:
    """Whether a claim counts: it has not ended, and is not a whole whose parts are counted instead."""
    return not state.ended and judged_from is JudgedFrom.ITSELF


def _add_forecast(counted: ScoringInput, rows: Sequence[Any]) -> None:
    """Add a forecast, given as rows of one claimant each."""
    one = rows[0]
    counted.forecasts.append(
        CountedForecast(
            one.id,
            one.made_on,
            tuple(row.claimant for row in rows),
            one.outlet_slug,
            one.document_id,
            Confidence(one.confidence_kind, one.low, one.high, one.yardstick, one.yardstick_version, one.term),
            one.modality,
            one.reading,
        )
    )
    counted.scope_names += [
        (scope("outlet", one.outlet_slug), one.outlet),
        (scope("document", one.document_id), one.title),
        *((scope("claimant", row.claimant), row.name) for row in rows),
    ]
