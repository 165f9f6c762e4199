"""Entries about claims and forecasts."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.journal.entries.base import AboutClaim, Entry


@dataclass(frozen=True, kw_only=True)
class ClaimFields(Entry):
    """The fields of a claim, as first recorded or after an amendment."""

    groups = {
        "statement": ("statement", "condition", "baseline", "metric", "unit", "options"),
        "kind": ("claim_kind", "low_bound", "high_bound", "low_strict", "high_strict", "ordered"),
        "criteria": ("criteria",),
        "topics": ("topics",),
        "horizon": ("horizon", "horizon_basis"),
        "whole": ("whole", "judged_from"),
        "checkability": ("checkability", "base_rate"),
        "notes": ("horizon_note", "checkability_reason", "base_rate_note"),
        "by": ("by",),
    }

    statement: str
    criteria: str
    topics: tuple[str, ...]
    horizon: str | None
    horizon_basis: str
    horizon_note: str
    condition: str
    claim_kind: str
    baseline: str
    metric: str
    low_bound: float | None
    high_bound: float | None
    low_strict: bool
    high_strict: bool
    unit: str
    options: tuple[str, ...]
    ordered: bool
    whole: int | None
    judged_from: str
    checkability: str
    checkability_reason: str
    base_rate: float | None
    base_rate_note: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ClaimRecorded(ClaimFields):
    kind = "claim-recorded"
    subject_kind = "claim"


@dataclass(frozen=True, kw_only=True)
class ClaimAmended(ClaimFields, AboutClaim):
    """All fields of the claim after an amendment. `reason` may be empty before any evidence is attached."""

    kind = "claim-amended"
    groups = {**ClaimFields.groups, "amendment": ("after_evidence",), "reason": ("reason",)}

    reason: str
    after_evidence: bool


@dataclass(frozen=True, kw_only=True)
class ClaimEnded(AboutClaim):
    """A claim ended without a verdict: withdrawn, void, merged into another, or split into others (`into`)."""

    kind = "claim-ended"
    groups = {"how": ("how", "into"), "reason": ("reason",), "by": ("by",)}

    how: str
    into: tuple[int, ...]
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ClaimReinstated(AboutClaim):
    """A claim that was withdrawn or void counts again."""

    kind = "claim-reinstated"
    groups = {"reason": ("reason",), "by": ("by",)}

    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ConditionJudged(AboutClaim):
    """The new state of the claim's condition, with the evidence that it rests on."""

    kind = "condition-judged"
    groups = {"state": ("state", "evidence"), "reason": ("reason",), "by": ("by",)}

    state: str
    evidence: tuple[int, ...]
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ForecastRecorded(AboutClaim):
    """A forecast on the claim. On a choice it names an `option` (from 1) or has a probability for each in `shares`."""

    kind = "forecast-recorded"
    groups = {
        "forecast": (
            *("modality", "confidence", "low", "high", "yardstick", "yardstick_version", "term", "reading"),
            *("option", "shares"),
        ),
        "dates": ("made_on",),
        "source": ("document", "locator", "attribution", "paragraph", "first_sentence", "last_sentence"),
        "quote": ("words_sha256",),
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
    paragraph: int | None
    first_sentence: int | None
    last_sentence: int | None
    words_sha256: str | None
    note: str
    confidence: str
    low: float | None
    high: float | None
    yardstick: str | None
    yardstick_version: str | None
    term: str | None
    reading: str
    option: int | None
    shares: tuple[float, ...]
    by: str
