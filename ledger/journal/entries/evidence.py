"""Entries about evidence."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.journal.entries.base import AboutClaim


@dataclass(frozen=True, kw_only=True)
class EvidenceFields(AboutClaim):
    """The fields of a piece of evidence, as first attached or after a correction."""

    groups = {
        "stance": ("evidence_kind", "stance"),
        "summary": ("summary",),
        "source": ("publisher", "url", "source_status", "checked_in"),
        "dates": ("event_on", "published_on", "captured_on"),
        "grades": ("reliability", "credibility"),
        "file": ("file_sha256", "file_name", "file_type", "file_size"),
        "by": ("by",),
    }

    evidence_kind: str
    stance: str
    summary: str
    publisher: str
    url: str
    event_on: str | None
    published_on: str | None
    captured_on: str | None
    reliability: str
    credibility: str
    source_status: str
    checked_in: str
    file_sha256: str | None
    file_name: str
    file_type: str
    file_size: int | None
    by: str


@dataclass(frozen=True, kw_only=True)
class EvidenceAttached(EvidenceFields):
    kind = "evidence-attached"


@dataclass(frozen=True, kw_only=True)
class EvidenceCorrected(EvidenceFields):
    """All fields of the evidence after a correction."""

    kind = "evidence-corrected"
    groups = {**EvidenceFields.groups, "reason": ("evidence", "reason")}

    evidence: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class EvidenceRetracted(AboutClaim):
    """The evidence no longer counts: it was wrong, or is not about this claim. It stays, struck through."""

    kind = "evidence-retracted"
    groups = {"evidence": ("evidence",), "reason": ("reason",), "by": ("by",)}

    evidence: int
    reason: str
    by: str
