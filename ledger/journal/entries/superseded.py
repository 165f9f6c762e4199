"""Versions of entries that are no longer written. They are read for ever, each as its kind's newest version."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from ledger.journal.entries.base import AboutClaim, Entry
from ledger.journal.entries.claims import ClaimRecorded, ForecastRecorded
from ledger.journal.entries.evidence import EvidenceAttached
from ledger.journal.entries.reviews import AboutReview, AssessmentSealed, VerdictAdopted


def _said(entry: Entry) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in fields(entry)}


@dataclass(frozen=True, kw_only=True)
class ClaimRecorded1(Entry):
    kind = "claim-recorded"
    subject_kind = "claim"
    groups = {
        "statement": ("statement", "condition"),
        "criteria": ("criteria",),
        "topics": ("topics",),
        "horizon": ("horizon", "horizon_basis"),
        "note": ("horizon_note",),
        "by": ("by",),
    }

    statement: str
    criteria: str
    topics: tuple[str, ...]
    horizon: str | None
    horizon_basis: str
    horizon_note: str
    condition: str
    by: str

    def upgraded(self) -> ClaimRecorded:
        return ClaimRecorded(
            **_said(self),
            claim_kind="event",
            baseline="",
            metric="",
            low_bound=None,
            high_bound=None,
            low_strict=False,
            high_strict=False,
            unit="",
            options=(),
            ordered=False,
            whole=None,
            judged_from="itself",
            checkability="checkable",
            checkability_reason="",
            base_rate=None,
            base_rate_note="",
        )


@dataclass(frozen=True, kw_only=True)
class ForecastRecorded1(AboutClaim):
    kind = "forecast-recorded"
    groups = {
        "forecast": (
            *("modality", "confidence", "low", "high"),
            *("yardstick", "yardstick_version", "term", "reading"),
        ),
        "dates": ("made_on",),
        "source": ("document", "locator", "attribution"),
        "claimants": ("claimants",),
        "words": ("hedge", "note"),
        "by": ("by",),
    }

    document: int
    claimants: tuple[int, ...]
    attribution: str
    made_on: str
    modality: str
    hedge: str
    locator: str
    note: str
    confidence: str
    low: float | None
    high: float | None
    yardstick: str | None
    yardstick_version: str | None
    term: str | None
    reading: str
    by: str

    def upgraded(self) -> ForecastRecorded:
        return ForecastRecorded(
            **_said(self),
            paragraph=None,
            first_sentence=None,
            last_sentence=None,
            words_sha256=None,
            option=None,
            shares=(),
        )


@dataclass(frozen=True, kw_only=True)
class EvidenceAttached1(AboutClaim):
    kind = "evidence-attached"
    groups = {
        "stance": ("evidence_kind", "stance"),
        "summary": ("summary",),
        "source": ("publisher", "url", "source_status", "checked_in"),
        "dates": ("event_on", "published_on", "captured_on"),
        "grades": ("reliability", "credibility"),
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
    by: str

    def upgraded(self) -> EvidenceAttached:
        return EvidenceAttached(
            **_said(self),
            file_sha256=None,
            file_name="",
            file_type="",
            file_size=None,
        )


@dataclass(frozen=True, kw_only=True)
class AssessmentSealed1(AboutReview):
    kind = "assessment-sealed"
    groups = {"assessment": ("review", "by", "outcome", "certainty", "rationale", "relied_on")}

    outcome: str
    certainty: str
    rationale: str
    relied_on: tuple[int, ...]
    by: str

    def upgraded(self) -> AssessmentSealed:
        return AssessmentSealed(
            **_said(self),
            answer=None,
            value=None,
        )


@dataclass(frozen=True, kw_only=True)
class VerdictAdopted1(AboutReview):
    kind = "verdict-adopted"
    groups = {
        "outcome": ("review", "outcome", "basis"),
        "rationale": ("rationale",),
        "by": ("by",),
    }

    outcome: str
    basis: str
    rationale: str
    by: str | None

    def upgraded(self) -> VerdictAdopted:
        return VerdictAdopted(
            **_said(self),
            answer=None,
            value=None,
        )
