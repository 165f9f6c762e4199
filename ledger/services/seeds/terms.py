"""From the TOML tables of seed files to the terms of the domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import ClaimTerms, HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceKind, EvidenceTerms, SourceStatus, Stance
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.passages import Passage
from ledger.domain.reviews import AssessmentTerms, Certainty
from ledger.domain.wholes import JudgedFrom
from ledger.services.claims.record import Speakers
from ledger.services.documents import DocumentTerms, PassedPassage, ReadingTerms
from ledger.store.people import ClaimantKind

Table = Mapping[str, Any]


def document_terms(table: Table) -> DocumentTerms:
    """A document from its table."""
    return DocumentTerms(
        title=table["title"],
        outlet=table["outlet"],
        published_on=PartialDate.parse(table["published_on"]),
        authors=tuple(table["authors"]),
        url=table.get("url", ""),
        published_basis=table.get("published_basis", ""),
    )


def reading_terms(table: Table) -> ReadingTerms:
    """A reading of a document from its table."""
    return ReadingTerms(
        read_on=PartialDate.parse(table["read_on"]),
        chosen=table["chosen"],
        sentences=table["sentences"],
        none_found=table["none_found"],
        passed_over=tuple(PassedPassage(*row) for row in table.get("passed_over", ())),
        note=table.get("note", ""),
    )


def claim_terms(table: Table, whole: int | None) -> ClaimTerms:
    """A claim from its table; `whole` is the number of the claim that it is a part of."""
    return ClaimTerms(
        statement=table["statement"],
        criteria=table["criteria"],
        topics=tuple(table.get("topics", ())),
        horizon=_date(table, "horizon"),
        horizon_basis=HorizonBasis(table["horizon_basis"]),
        horizon_note=table.get("horizon_note", ""),
        condition=table.get("condition", ""),
        shape=shape(table),
        whole=whole,
        judged_from=JudgedFrom(table.get("judged_from", "itself")),
        checkability=Checkability(table.get("checkability", "checkable")),
        checkability_reason=table.get("checkability_reason", ""),
        base_rate=BaseRate(table.get("base_rate"), table.get("base_rate_note", "")),
    )


def shape(table: Table) -> Shape:
    """The shape of a claim from its table; a claim without a kind is an event."""
    return Shape(
        ClaimKind(table.get("kind", "event")),
        baseline=table.get("baseline", ""),
        metric=table.get("metric", ""),
        bounds=Bounds(table.get("low_bound"), table.get("high_bound")),
        unit=table.get("unit", ""),
        options=tuple(table.get("options", ())),
        ordered=table.get("ordered", False),
    )


def forecast_terms(document: int, table: Table) -> ForecastTerms:
    """A forecast from its table, without its claimants: see `speakers`."""
    given = table["confidence"]
    confidence = (
        Confidence.verbal(given["yardstick"], given["term"]) if given["kind"] == "verbal" else Confidence.none()
    )
    where = table.get("passage")
    passage = Passage(where["paragraph"], where["first"], where["last"], where["sha256"]) if where else None
    return ForecastTerms(
        claimants=(),
        document=document,
        made_on=PartialDate.parse(table["made_on"]),
        modality=Modality(table["modality"]),
        confidence=confidence,
        attribution=Attribution(table["attribution"]),
        hedge=table.get("hedge", ""),
        locator=table.get("locator", ""),  # not needed with a passage
        note=table.get("note", ""),
        passage=passage,
    )


def speakers(table: Table) -> Speakers:
    """The claimants of a forecast; unknown ones are registered."""
    names = tuple(table.get("speakers") or (table["speaker"],))
    return Speakers(names, ClaimantKind(table["speaker_kind"]))


def evidence_terms(table: Table) -> EvidenceTerms:
    """A piece of evidence from its table."""
    return EvidenceTerms(
        stance=Stance(table["stance"]),
        summary=table["summary"],
        publisher=table["publisher"],
        url=table.get("url", ""),
        kind=EvidenceKind(table["kind"]),
        event_on=_date(table, "event_on"),
        published_on=_date(table, "published_on"),
        captured_on=_date(table, "captured_on"),
        reliability=table["reliability"],
        credibility=table["credibility"],
        source_status=SourceStatus(table["source_status"]),
        checked_in=table.get("checked_in", ""),
    )


def assessment_terms(table: Table, evidence: Sequence[int]) -> AssessmentTerms:
    """An assessment from its table, which numbers the evidence from 1 in the order attached."""
    return AssessmentTerms(
        Outcome(table["outcome"]),
        Certainty(table["certainty"]),
        table["rationale"].strip(),
        tuple(evidence[n - 1] for n in table.get("relied_on", [])),
        answer=table.get("answer"),
        value=table.get("value"),
    )


def _date(table: Table, name: str) -> PartialDate | None:
    return PartialDate.parse(table[name]) if name in table else None
