"""The kinds of entry: every fact of the public record, as frozen, versioned values.

Fields are plain JSON values (text, whole numbers, floats, booleans, None, tuples of them), dates as ISO text,
so that the bytes depend on nothing but this file. `groups` says which fields share a digest: forecast, outcome
and dates never share one with prose or people, so that prose can be redacted and the numbers stay provable.
A kind's fields never change: a new shape is a new version, and old versions are replayed for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One fact. `about` is the subject, or None for an entry that opens its own (then its number names it)."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1
    subject_kind: ClassVar[str]
    groups: ClassVar[dict[str, tuple[str, ...]]]

    def subject(self, number: int) -> str:
        """What the entry is about, such as "claim/17". By default: what this very entry opens."""
        return f"{self.subject_kind}/{number}"

    def disclosed(self) -> dict[str, dict[str, object]]:
        """The entry's fields by digest group."""
        return {group: {name: getattr(self, name) for name in names} for group, names in self.groups.items()}


@dataclass(frozen=True, kw_only=True)
class ActorIntroduced(Entry):
    kind = "actor-introduced"
    subject_kind = "actor"
    groups = {"name": ("name",)}

    actor: str
    name: str

    def subject(self, number: int) -> str:
        return f"actor/{self.actor}"


@dataclass(frozen=True, kw_only=True)
class ClaimantRegistered(Entry):
    kind = "claimant-registered"
    subject_kind = "claimant"
    groups = {"claimant": ("name", "claimant_kind", "about", "url"), "by": ("by",)}

    name: str
    claimant_kind: str
    about: str
    url: str
    by: str


@dataclass(frozen=True, kw_only=True)
class DocumentRegistered(Entry):
    kind = "document-registered"
    subject_kind = "document"
    groups = {
        "document": ("title", "outlet", "url"),
        "authors": ("authors",),
        "dates": ("published_on",),
        "note": ("published_basis",),
        "by": ("by",),
    }

    title: str
    outlet: str
    url: str
    authors: tuple[str, ...]
    published_on: str
    published_basis: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ClaimRecorded(Entry):
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


@dataclass(frozen=True, kw_only=True)
class AboutClaim(Entry):
    """An entry about a claim that an earlier entry opened."""

    subject_kind = "claim"
    claim: int

    def subject(self, number: int) -> str:
        return f"claim/{self.claim}"


@dataclass(frozen=True, kw_only=True)
class ForecastRecorded(AboutClaim):
    kind = "forecast-recorded"
    groups = {
        "forecast": (*("modality", "confidence", "low", "high", "yardstick", "yardstick_version", "term", "reading"),),
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


@dataclass(frozen=True, kw_only=True)
class EvidenceAttached(AboutClaim):
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


@dataclass(frozen=True, kw_only=True)
class ReviewScheduled(AboutClaim):
    """A claim is to be judged from a day on. `by` is None where the calendar asked for it."""

    kind = "review-scheduled"
    groups = {"dates": ("due_on",), "policy": ("policy",), "reason": ("reason",), "by": ("by",)}

    due_on: str
    policy: str
    reason: str
    by: str | None


@dataclass(frozen=True, kw_only=True)
class AboutReview(AboutClaim):
    """An entry about a review of a claim."""

    review: int


@dataclass(frozen=True, kw_only=True)
class ReviewersAssigned(AboutReview):
    """Who is to judge from now on: the whole list, replacing the one before."""

    kind = "reviewers-assigned"
    groups = {"review": ("review",), "reviewers": ("reviewers",), "by": ("by",)}

    reviewers: tuple[str, ...]
    by: str | None


@dataclass(frozen=True, kw_only=True)
class ReviewMoved(AboutReview):
    """A review was put off (snoozed) or brought forward, with the reason."""

    kind = "review-moved"
    groups = {"review": ("review",), "dates": ("due_on",), "reason": ("reason",), "by": ("by",)}

    due_on: str
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ReviewFellDue(AboutReview):
    """The calendar reached the due date, and the due scan said so."""

    kind = "review-fell-due"
    groups = {"review": ("review",), "dates": ("due_on",)}

    due_on: str


@dataclass(frozen=True, kw_only=True)
class AssessmentSealed(AboutReview):
    """One reviewer's assessment: a single digest covers all of it, so that all sealed leaves look alike."""

    kind = "assessment-sealed"
    groups = {"assessment": ("review", "by", "outcome", "certainty", "rationale", "relied_on")}

    outcome: str
    certainty: str
    rationale: str
    relied_on: tuple[int, ...]
    by: str


@dataclass(frozen=True, kw_only=True)
class AssessmentTakenBack(AboutReview):
    """A reviewer withdrew their own assessment while it was still sealed."""

    kind = "assessment-taken-back"
    groups = {"assessment": ("review", "assessment"), "by": ("by",)}

    assessment: int
    by: str


@dataclass(frozen=True, kw_only=True)
class AssessmentsOpened(AboutReview):
    """The last assigned reviewer is in: these assessments are readable from here on."""

    kind = "assessments-opened"
    groups = {"assessments": ("review", "assessments")}

    assessments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class VerdictAdopted(AboutReview):
    """The ledger's outcome, by consensus or by an editor's adjudication; it supersedes any verdict before."""

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


def _all_kinds(base: type[Entry] = Entry) -> list[type[Entry]]:
    found = [base] if "kind" in vars(base) else []
    return found + [kind for child in base.__subclasses__() for kind in _all_kinds(child)]


KINDS: dict[tuple[str, int], type[Entry]] = {(kind.kind, kind.version): kind for kind in _all_kinds()}


def compose(kind: str, version: int, subject: str, disclosed: dict[str, dict[str, object]]) -> Entry:
    """The entry that a leaf and its disclosures stand for.

    What the subject says (which claim, which actor) is read from there. Raises KeyError for an unknown kind or
    version and TypeError where a disclosure is missing.
    """
    cls = KINDS[kind, version]
    values = {name: value for group in disclosed.values() for name, value in group.items()}
    key = subject.partition("/")[2]
    names = {field.name for field in fields(cls)}
    if "claim" in names:
        values["claim"] = int(key)
    if "actor" in names:
        values["actor"] = key
    return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})
