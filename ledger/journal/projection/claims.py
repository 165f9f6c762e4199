"""Projection of claims, forecasts and evidence."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, update

from ledger.domain.claims import ClaimState, ClaimTerms, HorizonBasis
from ledger.domain.confidence import ConfidenceKind, Reading
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceKind, SourceStatus, Stance
from ledger.domain.forecasts import Attribution, Modality
from ledger.domain.prose import fingerprint, slug
from ledger.journal.entries import ClaimRecorded, EvidenceAttached, ForecastRecorded
from ledger.journal.projection.dispatch import Posted, projector
from ledger.journal.projection.tallies import retally
from ledger.store.claims import Claim, Evidence, Forecast, ForecastClaimant, Topic

_TOUCH = update(Claim.table()).where(Claim.table().c.id == bindparam("claim"))


@projector.register
def _(entry: ClaimRecorded, posted: Posted) -> None:
    terms = ClaimTerms(
        statement=entry.statement, criteria=entry.criteria, horizon=_date(entry.horizon), condition=entry.condition
    )
    posted.connection.execute(
        insert(Claim.table()),
        {
            "id": posted.number,
            "statement": terms.statement,
            "criteria": terms.criteria,
            "horizon": terms.horizon,
            "horizon_basis": HorizonBasis(entry.horizon_basis),
            "horizon_note": entry.horizon_note,
            "condition": terms.condition,
            "fingerprint": terms.fingerprint,
            "recorded_by": entry.by,
            "recorded_at": posted.at,
            "state": ClaimState.OPEN,
            "outcome": None,
            "due_on": None,
            "changed": posted.number,
        },
    )
    if entry.topics:
        posted.connection.execute(
            insert(Topic.table()),
            [{"claim_id": posted.number, "slug": slug(name), "name": name} for name in entry.topics],
        )


@projector.register
def _(entry: ForecastRecorded, posted: Posted) -> None:
    posted.connection.execute(
        insert(Forecast.table()),
        {
            "id": posted.number,
            "claim_id": entry.claim,
            "document_id": entry.document,
            "made_on": PartialDate.parse(entry.made_on),
            "modality": Modality(entry.modality),
            "attribution": Attribution(entry.attribution),
            "hedge": entry.hedge,
            "locator": entry.locator,
            "note": entry.note,
            "confidence_kind": ConfidenceKind(entry.confidence),
            "low": entry.low,
            "high": entry.high,
            "yardstick": entry.yardstick,
            "yardstick_version": entry.yardstick_version,
            "term": entry.term,
            "reading": Reading(entry.reading),
            "recorded_by": entry.by,
        },
    )
    posted.connection.execute(
        insert(ForecastClaimant.table()),
        [{"forecast_id": posted.number, "claimant_id": claimant} for claimant in entry.claimants],
    )
    touch(posted, entry.claim)
    retally(posted.session, entry.claim)


@projector.register
def _(entry: EvidenceAttached, posted: Posted) -> None:
    posted.connection.execute(
        insert(Evidence.table()),
        {
            "id": posted.number,
            "claim_id": entry.claim,
            "fingerprint": evidence_fingerprint(entry.url, entry.summary),
            "kind": EvidenceKind(entry.evidence_kind),
            "stance": Stance(entry.stance),
            "summary": entry.summary,
            "publisher": entry.publisher,
            "url": entry.url,
            "event_on": _date(entry.event_on),
            "published_on": _date(entry.published_on),
            "captured_on": _date(entry.captured_on),
            "reliability": entry.reliability,
            "credibility": entry.credibility,
            "source_status": SourceStatus(entry.source_status),
            "checked_in": entry.checked_in,
            "attached_by": entry.by,
        },
    )
    touch(posted, entry.claim)


def touch(posted: Posted, claim: int, **values: object) -> None:
    """Note on the claim that this entry was about it, and change what else it changed."""
    posted.connection.execute(_TOUCH, {"claim": claim, "changed": posted.number, **values})


def evidence_fingerprint(url: str, summary: str) -> str:
    """What makes two pieces of evidence on a claim one: the same address, or without one the same summary."""
    return fingerprint(url or summary)


def _date(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.parse(text)
