"""Journal entries of claims, forecasts, evidence and reviews, made from the terms of the domain.

These functions post in the caller's transaction, after the caller has checked the rules.
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
    """The fields of an entry for a claim's terms."""
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
    """The fields of an entry for the terms of evidence."""
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
    journal: Journal,
    claim: int,
    terms: ClaimTerms,
    made_on: PartialDate,
    policy: Policy,
    claim_policy: Policy | None = None,
) -> int:
    """Schedule the review of a claim first made on this date, under the policy in force. Returns its number.

    `claim_policy` is the policy that the claim was recorded under, if it is another: its usual term applies.
    """
    return journal.post(
        ReviewScheduled(
            claim=claim,
            due_on=first_due(terms.horizon, made_on, claim_policy or policy).isoformat(),
            policy=policy.version,
            reason="its horizon" if terms.horizon else "no horizon was given: the policy's default applies",
            by=None,
        )
    )


def _plain(terms: object, leave_out: tuple[str, ...]) -> dict[str, Any]:
    """A dataclass's values by name, as entries hold them: enums and dates as text, the rest unchanged."""
    return {name: _plain_value(value) for name, value in vars(terms).items() if name not in leave_out}


def _plain_value(value: object) -> object:
    if isinstance(value, PartialDate):
        return str(value)
    return value.value if isinstance(value, StrEnum) else value
