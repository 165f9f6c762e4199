"""Loading the seed articles: their claims, evidence and assessments, through the same services as everybody's.

Loading again changes nothing: what is on record is passed over, so an interrupted load can be taken up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimTerms, HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceKind, EvidenceTerms, SourceStatus, Stance
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality
from ledger.domain.judging import AssessmentTerms, Certainty, Finding, ReviewState
from ledger.domain.outcomes import Outcome
from ledger.domain.problems import AlreadyRecorded
from ledger.services.assigning import assignees
from ledger.services.evidence import attach_evidence
from ledger.services.finding import latest_review
from ledger.services.judging import adjudicate, seal_assessment
from ledger.services.people import DocumentTerms, introduce_actor, register_document
from ledger.services.recording import Speakers, record_claim, record_forecast
from ledger.services.reviewing import note_fallen_due
from ledger.store.claims import Evidence
from ledger.store.people import Actor, ClaimantKind

Table = Mapping[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Cast:
    """The actors who record, judge and decide."""

    recorder: str
    reviewers: tuple[str, str]
    editor: str


def introduce_cast(session: Session, *, now: datetime, names: Table) -> Cast:
    """The actors of these names, introduced where the record does not know them."""

    def actor(name: str) -> str:
        known = session.scalar(select(Actor.id).where(Actor.name == name))
        return known or introduce_actor(session, now=now, name=name)

    one, two = names["reviewers"]
    return Cast(actor(names["recorder"]), (actor(one), actor(two)), actor(names["editor"]))


def load_articles(
    session: Session, *, now: datetime, cast: Cast, articles: Sequence[Table], progress: Progress
) -> dict[str, int]:
    """Record what the articles hold, and judge it. Returns the claims' numbers by their keys."""
    documents = [_document(session, now, cast, article["document"]) for article in articles]
    work = [
        (document, claim)
        for document, article in zip(documents, articles, strict=True)
        for claim in article.get("claims", [])
    ]
    numbers: dict[str, int] = {}
    for document, claim in work:
        numbers[claim["key"]] = _claim(session, now, cast, document, claim)
    for document, article in zip(documents, articles, strict=True):
        for forecast in article.get("forecasts", []):
            with suppress(AlreadyRecorded):
                record_forecast(
                    session,
                    now=now,
                    by=cast.recorder,
                    claim=numbers[forecast["claim"]],
                    forecast=forecast_terms(document, forecast),
                    speakers=_speakers(forecast),
                )
    note_fallen_due(session, now=now)
    for done, (_, claim) in enumerate(work, 1):
        _judge(session, now, cast, numbers[claim["key"]], claim)
        progress(done, len(work))
    return numbers


def _document(session: Session, now: datetime, cast: Cast, table: Table) -> int:
    terms = DocumentTerms(
        title=table["title"],
        outlet=table["outlet"],
        published_on=PartialDate.parse(table["published_on"]),
        authors=tuple(table["authors"]),
        url=table.get("url", ""),
        published_basis=table.get("published_basis", ""),
    )
    try:
        return register_document(session, now=now, by=cast.recorder, terms=terms)
    except AlreadyRecorded as known:
        return known.number


def _claim(session: Session, now: datetime, cast: Cast, document: int, table: Table) -> int:
    first, *later = table["forecasts"]
    terms = ClaimTerms(
        statement=table["statement"],
        criteria=table["criteria"],
        topics=tuple(table.get("topics", ())),
        horizon=PartialDate.parse(table["horizon"]),
        horizon_basis=HorizonBasis(table["horizon_basis"]),
        horizon_note=table.get("horizon_note", ""),
        condition=table.get("condition", ""),
    )
    try:
        number = record_claim(
            session,
            now=now,
            by=cast.recorder,
            claim=terms,
            forecast=forecast_terms(document, first),
            speakers=_speakers(first),
            reviewers=cast.reviewers,
        )
    except AlreadyRecorded as known:
        number = known.number
    for forecast in later:
        with suppress(AlreadyRecorded):
            record_forecast(
                session,
                now=now,
                by=cast.recorder,
                claim=number,
                forecast=forecast_terms(document, forecast),
                speakers=_speakers(forecast),
            )
    for evidence in table.get("evidence", []):
        with suppress(AlreadyRecorded):
            attach_evidence(session, now=now, by=cast.recorder, claim=number, terms=evidence_terms(evidence))
    return number


def _judge(session: Session, now: datetime, cast: Cast, claim: int, table: Table) -> None:
    review = latest_review(session, claim)
    if review is None or review.state is ReviewState.CLOSED:
        return
    number = review.id
    evidence = session.scalars(select(Evidence.id).where(Evidence.claim_id == claim).order_by(Evidence.id)).all()
    for actor, given in zip(cast.reviewers, table.get("assessments", []), strict=False):
        if not assignees(session, number).get(actor, 0):
            seal_assessment(session, now=now, by=actor, review=number, terms=assessment_terms(given, evidence))
    decision = table.get("adjudication")
    if decision and review.state is ReviewState.SPLIT:
        adjudicate(
            session,
            now=now,
            by=cast.editor,
            review=number,
            finding=Finding(Outcome(decision["outcome"])),
            reason=decision["reason"].strip(),
        )


def forecast_terms(document: int, table: Table) -> ForecastTerms:
    """A forecast as a seed file writes it; its speaker is named apart."""
    sure = table["confidence"]
    confidence = Confidence.verbal(sure["yardstick"], sure["term"]) if sure["kind"] == "verbal" else Confidence.none()
    return ForecastTerms(
        claimants=(),
        document=document,
        made_on=PartialDate.parse(table["made_on"]),
        modality=Modality(table["modality"]),
        confidence=confidence,
        attribution=Attribution(table["attribution"]),
        hedge=table.get("hedge", ""),
        locator=table.get("locator", ""),
        note=table.get("note", ""),
    )


def _speakers(table: Table) -> Speakers:
    return Speakers((table["speaker"],), ClaimantKind(table["speaker_kind"]))


def evidence_terms(table: Table) -> EvidenceTerms:
    """A piece of evidence as a seed file writes it."""

    def when(name: str) -> PartialDate | None:
        return PartialDate.parse(table[name]) if name in table else None

    return EvidenceTerms(
        stance=Stance(table["stance"]),
        summary=table["summary"],
        publisher=table["publisher"],
        url=table.get("url", ""),
        kind=EvidenceKind(table["kind"]),
        event_on=when("event_on"),
        published_on=when("published_on"),
        captured_on=when("captured_on"),
        reliability=table["reliability"],
        credibility=table["credibility"],
        source_status=SourceStatus(table["source_status"]),
        checked_in=table.get("checked_in", ""),
    )


def assessment_terms(table: Table, evidence: Sequence[int]) -> AssessmentTerms:
    """An assessment as a seed file writes it: evidence counted from 1 in the order attached."""
    return AssessmentTerms(
        Outcome(table["outcome"]),
        Certainty(table["certainty"]),
        table["rationale"].strip(),
        tuple(evidence[n - 1] for n in table.get("relied_on", [])),
    )
