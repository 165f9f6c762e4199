"""All kinds of entry, and composing an entry from a leaf and its disclosures."""

from __future__ import annotations

from dataclasses import fields

from ledger.journal.entries.base import AboutClaim, Entry
from ledger.journal.entries.claims import (
    ClaimAmended,
    ClaimEnded,
    ClaimFields,
    ClaimRecorded,
    ClaimReinstated,
    ConditionJudged,
    ForecastRecorded,
)
from ledger.journal.entries.evidence import EvidenceAttached, EvidenceCorrected, EvidenceFields, EvidenceRetracted
from ledger.journal.entries.people import (
    ActorIntroduced,
    ClaimantDescribed,
    ClaimantRegistered,
    ClaimantsMerged,
    DocumentRead,
    DocumentRegistered,
    DocumentTextStored,
)
from ledger.journal.entries.policies import PolicyAdopted
from ledger.journal.entries.reviews import (
    AboutReview,
    AssessmentSealed,
    AssessmentsOpened,
    AssessmentWithdrawn,
    ReviewersAssigned,
    ReviewFellDue,
    ReviewRescheduled,
    ReviewScheduled,
    VerdictAdopted,
)

__all__ = [
    "KINDS",
    "AboutClaim",
    "AboutReview",
    "ActorIntroduced",
    "AssessmentSealed",
    "AssessmentWithdrawn",
    "AssessmentsOpened",
    "ClaimAmended",
    "ClaimEnded",
    "ClaimFields",
    "ClaimRecorded",
    "ClaimReinstated",
    "ClaimantDescribed",
    "ClaimantRegistered",
    "ClaimantsMerged",
    "ConditionJudged",
    "DocumentRead",
    "DocumentRegistered",
    "DocumentTextStored",
    "Entry",
    "EvidenceAttached",
    "EvidenceCorrected",
    "EvidenceFields",
    "EvidenceRetracted",
    "ForecastRecorded",
    "PolicyAdopted",
    "ReviewFellDue",
    "ReviewRescheduled",
    "ReviewScheduled",
    "ReviewersAssigned",
    "VerdictAdopted",
    "compose",
]


def _all_kinds(base: type[Entry] = Entry) -> list[type[Entry]]:
    found = [base] if "kind" in vars(base) else []
    return found + [kind for child in base.__subclasses__() for kind in _all_kinds(child)]


KINDS: dict[tuple[str, int], type[Entry]] = {(kind.kind, kind.version): kind for kind in _all_kinds()}


def compose(kind: str, version: int, subject: str, disclosed: dict[str, dict[str, object]]) -> Entry:
    """The entry of a leaf and its disclosures, in the version in which it was written.

    Fields that are part of the subject (the claim, the actor) are read from the subject. Raises KeyError for an unknown
    kind or version, and TypeError where a disclosure is missing.
    """
    cls = KINDS[kind, version]
    values = {name: _frozen(value) for group in disclosed.values() for name, value in group.items()}
    if cls.subject_field is not None:
        key = subject.partition("/")[2]
        numbered = {field.name: field.type for field in fields(cls)}[cls.subject_field] == "int"
        values[cls.subject_field] = int(key) if numbered else key
    return cls(**values)


def _frozen(value: object) -> object:
    """A JSON value with tuples in place of lists."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
