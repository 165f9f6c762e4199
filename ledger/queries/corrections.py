"""Corrections: verdicts that were replaced by later ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.domain.outcomes import Outcome
from ledger.store.claims import Claim
from ledger.store.reviews import Review, Verdict

SHOWN = 50


@dataclass(frozen=True)
class Correction:
    """A verdict that a later one replaced."""

    claim: int
    statement: str
    was: Outcome
    now: Outcome
    adopted_at: datetime
    superseded_at: datetime
    reason: str


@dataclass(frozen=True)
class Corrections:
    """The newest corrections, and the contact to report an error to."""

    contact: str
    corrections: tuple[Correction, ...]


def corrections(session: Session, contact: str) -> Corrections:
    """Superseded verdicts, newest first, each with the reason its claim was reopened."""
    later = aliased(Verdict)
    rows = session.execute(
        select(Verdict, later, Claim.statement, Review.reason)
        .join(later, later.id == Verdict.superseded_by)
        .join(Claim, Claim.id == Verdict.claim_id)
        .join(Review, Review.id == later.review_id)
        .order_by(later.id.desc())
        .limit(SHOWN)
    )
    return Corrections(
        contact,
        tuple(
            Correction(was.claim_id, statement, was.outcome, now.outcome, was.adopted_at, now.adopted_at, reason)
            for was, now, statement, reason in rows
        ),
    )
