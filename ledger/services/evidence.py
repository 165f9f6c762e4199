"""Attaching evidence to claims."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.dates import latest_today
from ledger.domain.evidence import EvidenceTerms, evidence_problems
from ledger.domain.problems import AlreadyRecorded, refuse_if
from ledger.journal.entries import EvidenceAttached
from ledger.journal.posting import writing
from ledger.journal.projection.claims import evidence_fingerprint
from ledger.services.finding import find_claim
from ledger.store.claims import Evidence


def attach_evidence(session: Session, *, now: datetime, by: str, claim: int, terms: EvidenceTerms) -> int:
    """Attach evidence to a claim. Returns its number.

    Raises Refused, Missing, and AlreadyRecorded where this address (or, without one, this summary) is
    attached to the claim already.
    """
    refuse_if(evidence_problems(terms, today=latest_today(now)))
    with writing(session, now) as journal:
        find_claim(session, claim)
        known = session.scalar(
            select(Evidence.id).where(
                Evidence.claim_id == claim,
                Evidence.fingerprint == evidence_fingerprint(terms.url, terms.summary),
            )
        )
        if known is not None:
            raise AlreadyRecorded(known)
        return journal.post(
            EvidenceAttached(
                claim=claim,
                evidence_kind=terms.kind.value,
                stance=terms.stance.value,
                summary=terms.summary,
                publisher=terms.publisher,
                url=terms.url,
                event_on=str(terms.event_on) if terms.event_on else None,
                published_on=str(terms.published_on) if terms.published_on else None,
                captured_on=str(terms.captured_on) if terms.captured_on else None,
                reliability=terms.reliability,
                credibility=terms.credibility,
                source_status=terms.source_status.value,
                checked_in=terms.checked_in,
                by=by,
            )
        )
