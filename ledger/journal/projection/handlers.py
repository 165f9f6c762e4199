"""The table of handlers: the function that projects each kind of entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ledger.journal.entries import (
    ActorIntroduced,
    AssessmentSealed,
    AssessmentsOpened,
    AssessmentWithdrawn,
    ClaimAmended,
    ClaimantDescribed,
    ClaimantRegistered,
    ClaimantsMerged,
    ClaimEnded,
    ClaimRecorded,
    ClaimReinstated,
    ConditionJudged,
    DocumentRead,
    DocumentRegistered,
    DocumentTextStored,
    Entry,
    EvidenceAttached,
    EvidenceCorrected,
    EvidenceRetracted,
    ForecastRecorded,
    PolicyAdopted,
    ReviewersAssigned,
    ReviewFellDue,
    ReviewRescheduled,
    ReviewScheduled,
    VerdictAdopted,
)
from ledger.journal.projection import claims, document_readings, evidence, people, policies, reviews
from ledger.journal.projection.posted_entry import PostedEntry

# By the class of the newest version of each kind. A handler accepts entries of that class only, hence Any.
HANDLERS: dict[type[Entry], Callable[[Any, PostedEntry], None]] = {
    ActorIntroduced: people.actor_introduced,
    ClaimantRegistered: people.claimant_registered,
    ClaimantDescribed: people.claimant_described,
    ClaimantsMerged: people.claimants_merged,
    DocumentRegistered: people.document_registered,
    ClaimRecorded: claims.claim_recorded,
    ClaimAmended: claims.claim_amended,
    ClaimEnded: claims.claim_ended,
    ClaimReinstated: claims.claim_reinstated,
    ConditionJudged: claims.condition_judged,
    ForecastRecorded: claims.forecast_recorded,
    EvidenceAttached: evidence.evidence_attached,
    EvidenceCorrected: evidence.evidence_corrected,
    EvidenceRetracted: evidence.evidence_retracted,
    ReviewScheduled: reviews.review_scheduled,
    ReviewersAssigned: reviews.reviewers_assigned,
    ReviewRescheduled: reviews.review_rescheduled,
    ReviewFellDue: reviews.review_fell_due,
    AssessmentSealed: reviews.assessment_sealed,
    AssessmentWithdrawn: reviews.assessment_withdrawn,
    AssessmentsOpened: reviews.assessments_opened,
    VerdictAdopted: reviews.verdict_adopted,
    DocumentRead: document_readings.document_read,
    DocumentTextStored: document_readings.document_text_stored,
    PolicyAdopted: policies.policy_adopted,
}


def project(entry: Entry, posted: PostedEntry) -> None:
    """Write an entry onto the tables. Raises KeyError for a kind without a handler."""
    newest = entry.upgraded()
    if posted.batch is not None and not posted.batch.accepts(newest):
        posted.batch.flush()
        posted = replace(posted, batch=None)
    HANDLERS[type(newest)](newest, posted)
