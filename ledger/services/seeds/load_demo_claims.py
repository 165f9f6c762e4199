"""Loading the fictional claims of the demonstration: reviews in every state, judged choices and quantities."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimTerms, HorizonBasis
from ledger.domain.confidence import Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded
from ledger.domain.evidence import EvidenceTerms, SourceStatus, Stance
from ledger.domain.forecasts import ForecastTerms, Modality
from ledger.services.claims.lookup import latest_review
from ledger.services.claims.record import Speakers, record_claim
from ledger.services.documents import DocumentTerms, register_document
from ledger.services.evidence import attach_evidence
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.schedule import note_fallen_due, snooze_review
from ledger.services.seeds.load import Cast
from ledger.services.seeds.terms import assessment_terms, shape
from ledger.store.claims import Claim, Evidence
from ledger.store.people import ClaimantKind, Document

TOPIC = "Fictional"


def load_fiction(session: Session, *, now: datetime, cast: Cast, table: Mapping[str, Any]) -> int:
    """Record the fictional claims that are not on record yet; returns how many were added."""
    document = _document(session, now, cast, table["document"])
    missing = [
        claim
        for claim in table["claims"]
        if session.scalar(select(Claim.id).where(Claim.statement == claim["statement"])) is None
    ]
    numbers = [(_record(session, now, cast, document, table["document"], claim), claim) for claim in missing]
    note_fallen_due(session, now=now)
    for number, claim in numbers:
        _bring_into_state(session, now, cast, number, claim)
    return len(numbers)


def _ago(now: datetime, days: int) -> PartialDate:
    return PartialDate.of((now - timedelta(days=days)).date())


def _document(session: Session, now: datetime, cast: Cast, table: Mapping[str, Any]) -> int:
    known = session.scalar(select(Document.id).where(Document.title == table["title"]))
    if known is not None:
        return known
    terms = DocumentTerms(
        title=table["title"],
        outlet=table["outlet"],
        published_on=_ago(now, table["said_days_ago"]),
        authors=tuple(table["authors"]),
        published_basis="It is invented, and so is its date.",
    )
    return register_document(session, now=now, by=cast.recorder, terms=terms)


def _record(
    session: Session, now: datetime, cast: Cast, document: int, source: Mapping[str, Any], table: Mapping[str, Any]
) -> int:
    made_on = session.scalars(select(Document.published_on).where(Document.id == document)).one()
    number = record_claim(
        session,
        now=now,
        by=cast.recorder,
        claim=ClaimTerms(
            statement=table["statement"],
            criteria=table["criteria"],
            topics=(TOPIC,),
            horizon=_ago(now, table["horizon_days_ago"]),
            horizon_basis=HorizonBasis.STATED,
            shape=shape(table),
        ),
        forecast=ForecastTerms(
            claimants=(),
            document=document,
            made_on=made_on,
            modality=Modality(table["modality"]),
            confidence=_confidence(table),
            reading=NumberSource(table.get("reading", "ours")),
            hedge=table["hedge"],
            option=table.get("option"),
            shares=tuple(table.get("shares", ())),
        ),
        speakers=Speakers(tuple(source["authors"]), ClaimantKind.PERSON),
        reviewers=cast.reviewers,
    )
    for evidence in table["evidence"]:
        terms = EvidenceTerms(
            stance=Stance(evidence["stance"]),
            summary=evidence["summary"],
            publisher=evidence["publisher"],
            event_on=_ago(now, evidence["event_days_ago"]),
            source_status=SourceStatus.KNOWN,
        )
        with suppress(AlreadyRecorded):
            attach_evidence(session, now=now, by=cast.recorder, claim=number, terms=terms)
    return number


def _confidence(table: Mapping[str, Any]) -> Confidence:
    if "term" in table:
        return Confidence.verbal("ICD203", table["term"])
    return Confidence.point(table["probability"]) if "probability" in table else Confidence.none()


def _bring_into_state(session: Session, now: datetime, cast: Cast, claim: int, table: Mapping[str, Any]) -> None:
    review = latest_review(session, claim)
    if review is None:
        return
    number = review.id
    if "snoozed_for_days" in table:
        until = (now + timedelta(days=table["snoozed_for_days"])).date()
        snooze_review(session, now=now, by=cast.reviewers[0], review=number, until=until, reason=table["reason"])
    evidence = session.scalars(select(Evidence.id).where(Evidence.claim_id == claim).order_by(Evidence.id)).all()
    for actor, name in zip(cast.reviewers, ("first", "second"), strict=True):
        if name in table:
            given = {"relied_on": range(1, len(evidence) + 1), **table[name]}
            seal_assessment(session, now=now, by=actor, review=number, terms=assessment_terms(given, evidence))
