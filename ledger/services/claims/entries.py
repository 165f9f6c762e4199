"""Entering claims, forecasts and evidence: from the terms of the domain to entries of the journal.

Each posts into a journal that its caller holds, after the caller has checked the rules.
"""

from __future__ import annotations

from enum import StrEnum
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
    shape, bounds, base_rate = terms.shape, terms.shape.bounds, terms.base_rate
    return {
        **_plain(terms, leave_out=("shape", "base_rate")),
        **_plain(shape, leave_out=("kind", "bounds")),
        "claim_kind": shape.kind.value,
        "low_bound": bounds.low,
        "high_bound": bounds.high,
        "low_strict": bounds.low_strict,
        "high_strict": bounds.high_strict,
        "base_rate": base_rate.rate,
        "base_rate_note": base_rate.note,
    }


def evidence_fields(terms: EvidenceTerms) -> dict[str, Any]:
    """The fields that the terms of evidence fill in an entry."""
    file = terms.file
    return {
        **_plain(terms, leave_out=("kind", "file")),
        "evidence_kind": terms.kind.value,
        "file_sha256": file.sha256 if file else None,
        "file_name": file.name if file else "",
        "file_type": file.media_type if file else "",
        "file_size": file.size if file else None,
    }


def post_claim(journal: Journal, terms: ClaimTerms, by: str) -> int:
    """Post a claim. Returns its number."""
    return journal.post(ClaimRecorded(**claim_fields(terms), by=by))


def post_forecast(journal: Journal, claim: int, terms: ForecastTerms, by: str) -> int:
    """Post a forecast on a claim. Returns the entry's number."""
    confidence, passage = terms.confidence, terms.passage
    return journal.post(
        ForecastRecorded(
            **_plain(terms, leave_out=("claimants", "confidence", "passage")),
            claim=claim,
            claimants=tuple(sorted(set(terms.claimants))),
            paragraph=passage.paragraph if passage else None,
            first_sentence=passage.first if passage else None,
            last_sentence=passage.last if passage else None,
            words_sha256=passage.sha256 if passage else None,
            confidence=confidence.kind.value,
            low=confidence.low,
            high=confidence.high,
            yardstick=confidence.yardstick,
            yardstick_version=confidence.yardstick_version,
            term=confidence.term,
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


def _plain(terms: object, leave_out: tuple[str, ...]) -> dict[str, Any]:
    """A dataclass's values by name, as entries hold them: words of enums and dates as text, the rest as it is."""
    return {name: _as_entries_hold(value) for name, value in vars(terms).items() if name not in leave_out}


def _as_entries_hold(value: object) -> object:
    if isinstance(value, PartialDate):
        return str(value)
    return value.value if isinstance(value, StrEnum) else value
