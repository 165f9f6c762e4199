"""Entering claims, forecasts and evidence: from the terms of the domain to entries of the journal.

Each posts into a journal that its caller holds, after the caller has checked the rules.
"""

from __future__ import annotations

from typing import Any

from ledger.domain.claims import ClaimTerms, first_due
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceTerms
from ledger.domain.forecasts import ForecastTerms
from ledger.domain.policies import Policy
from ledger.journal.entries import ClaimRecorded, ForecastRecorded, ReviewScheduled
from ledger.journal.post import Journal


def claim_fields(terms: ClaimTerms) -> dict[str, Any]:
    """The fields that a claim's terms fill in an entry."""
    shape = terms.shape
    return {
        "statement": terms.statement,
        "criteria": terms.criteria,
        "topics": terms.topics,
        "horizon": written(terms.horizon),
        "horizon_basis": terms.horizon_basis.value,
        "horizon_note": terms.horizon_note,
        "condition": terms.condition,
        "claim_kind": shape.kind.value,
        "baseline": shape.baseline,
        "metric": shape.metric,
        "low_bound": shape.bounds.low,
        "high_bound": shape.bounds.high,
        "low_strict": shape.bounds.low_strict,
        "high_strict": shape.bounds.high_strict,
        "unit": shape.unit,
        "options": shape.options,
        "ordered": shape.ordered,
        "whole": terms.whole,
        "judged_from": terms.judged_from.value,
        "checkability": terms.checkability.value,
        "checkability_reason": terms.checkability_reason,
        "base_rate": terms.base_rate.rate,
        "base_rate_note": terms.base_rate.note,
    }


def evidence_fields(terms: EvidenceTerms) -> dict[str, Any]:
    """The fields that the terms of evidence fill in an entry."""
    return {
        "evidence_kind": terms.kind.value,
        "stance": terms.stance.value,
        "summary": terms.summary,
        "publisher": terms.publisher,
        "url": terms.url,
        "event_on": written(terms.event_on),
        "published_on": written(terms.published_on),
        "captured_on": written(terms.captured_on),
        "reliability": terms.reliability,
        "credibility": terms.credibility,
        "source_status": terms.source_status.value,
        "checked_in": terms.checked_in,
        "file_sha256": terms.file.sha256 if terms.file else None,
        "file_name": terms.file.name if terms.file else "",
        "file_type": terms.file.media_type if terms.file else "",
        "file_size": terms.file.size if terms.file else None,
    }


def post_claim(journal: Journal, terms: ClaimTerms, by: str) -> int:
    """Post a claim. Returns its number."""
    return journal.post(ClaimRecorded(**claim_fields(terms), by=by))


def post_forecast(journal: Journal, claim: int, terms: ForecastTerms, by: str) -> int:
    """Post a forecast on a claim. Returns the entry's number."""
    confidence, passage = terms.confidence, terms.passage
    return journal.post(
        ForecastRecorded(
            claim=claim,
            document=terms.document,
            claimants=tuple(sorted(set(terms.claimants))),
            attribution=terms.attribution.value,
            made_on=str(terms.made_on),
            modality=terms.modality.value,
            hedge=terms.hedge,
            locator=terms.locator,
            paragraph=passage.paragraph if passage else None,
            first_sentence=passage.first if passage else None,
            last_sentence=passage.last if passage else None,
            words_sha256=passage.sha256 if passage else None,
            note=terms.note,
            confidence=confidence.kind.value,
            low=confidence.low,
            high=confidence.high,
            yardstick=confidence.yardstick,
            yardstick_version=confidence.yardstick_version,
            term=confidence.term,
            reading=terms.reading.value,
            option=terms.option,
            shares=terms.shares,
            by=by,
        )
    )


def post_review(
    journal: Journal, claim: int, terms: ClaimTerms, made_on: PartialDate, policy: Policy, held_to: Policy | None = None
) -> int:
    """Schedule the review that a claim made on this date comes to, under the policy in force. Returns its number.

    `held_to` is the policy that the claim was recorded under, where that was another: its usual term applies.
    """
    return journal.post(
        ReviewScheduled(
            claim=claim,
            due_on=first_due(terms.horizon, made_on, held_to or policy).isoformat(),
            policy=policy.version,
            reason="its horizon" if terms.horizon else "no horizon was given: the policy's default applies",
            by=None,
        )
    )


def written(when: PartialDate | None) -> str | None:
    """A date as entries hold it."""
    return None if when is None else str(when)
