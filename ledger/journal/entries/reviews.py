"""Entries about reviews, assessments and verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.journal.entries.base import AboutClaim


@dataclass(frozen=True, kw_only=True)
class ReviewScheduled(AboutClaim):
    """A claim is to be judged from a day on. `by` is None where nobody requested it, and the horizon gave the day."""

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
    """The reviewers from now on: a complete list, which replaces the one before."""

    kind = "reviewers-assigned"
    groups = {"review": ("review",), "reviewers": ("reviewers",), "by": ("by",)}

    reviewers: tuple[str, ...]
    by: str | None


@dataclass(frozen=True, kw_only=True)
class ReviewRescheduled(AboutReview):
    """A review was snoozed or brought forward, with the reason."""

    kind = "review-rescheduled"
    groups = {"review": ("review",), "dates": ("due_on",), "reason": ("reason",), "by": ("by",)}

    due_on: str
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ReviewFellDue(AboutReview):
    """The due date was reached, as the due scan found."""

    kind = "review-fell-due"
    groups = {"review": ("review",), "dates": ("due_on",)}

    due_on: str


@dataclass(frozen=True, kw_only=True)
class AssessmentSealed(AboutReview):
    """One reviewer's assessment. A single digest covers all fields, so that all sealed leaves look alike."""

    kind = "assessment-sealed"
    groups = {"assessment": ("review", "by", "outcome", "answer", "value", "certainty", "rationale", "relied_on")}

    outcome: str
    answer: int | None
    value: float | None
    certainty: str
    rationale: str
    relied_on: tuple[int, ...]
    by: str


@dataclass(frozen=True, kw_only=True)
class AssessmentWithdrawn(AboutReview):
    """A reviewer withdrew their own assessment while it was still sealed."""

    kind = "assessment-withdrawn"
    groups = {"assessment": ("review", "assessment"), "by": ("by",)}

    assessment: int
    by: str


@dataclass(frozen=True, kw_only=True)
class AssessmentsOpened(AboutReview):
    """All assessments of a review are in, and can be read from this entry on."""

    kind = "assessments-opened"
    groups = {"assessments": ("review", "assessments")}

    assessments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class VerdictAdopted(AboutReview):
    """The ledger's outcome, by consensus, by an editor's adjudication or from parts. It replaces any earlier one.

    `answer` is the option of a choice that came about (from 1), `value` the measured value of a quantity.
    """

    kind = "verdict-adopted"
    groups = {
        "outcome": ("review", "outcome", "answer", "value", "basis"),
        "rationale": ("rationale",),
        "by": ("by",),
    }

    outcome: str
    answer: int | None
    value: float | None
    basis: str
    rationale: str
    by: str | None
