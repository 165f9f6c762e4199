"""Loading the claim or review of a command, with checks that it has not changed, ended or closed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.errors import Missing, Problem, Refused, Stale
from ledger.domain.reviews import OPEN_STATES, ReviewState
from ledger.store.claims import Claim
from ledger.store.reviews import Review

ENDINGS = {
    ClaimState.WITHDRAWN: "withdrawn",
    ClaimState.VOID: "declared void",
    ClaimState.MERGED: "merged into another",
    ClaimState.SPLIT: "split into others",
}


def find_claim(session: Session, number: int, *, seen: int | None = None) -> Claim:
    """A claim. Raises Missing, and Stale if it has changed since the entry `seen`."""
    claim = session.get(Claim, number)
    if claim is None:
        raise Missing(f"claim {number}")
    if seen is not None and claim.changed != seen:
        raise Stale(
            Problem(
                "",
                "This claim changed while you were writing. Nothing is lost: look at its history, "
                "then send this form again.",
            )
        )
    return claim


def ended_problems(claim: Claim) -> list[Problem]:
    """Why a claim that has ended cannot be added to; empty for other claims."""
    if not claim.state.ended:
        return []
    became = f" Look at claim {claim.became[0]} instead." if claim.became else ""
    return [Problem("", f"This claim was {ENDINGS[claim.state]}: nothing can be added to it.{became}")]


def sealed_problems(session: Session, claim: int) -> list[Problem]:
    """Why a claim cannot be changed between the first sealed assessment and the verdict; empty at other times."""
    review = latest_review(session, claim)
    if review is None or review.state not in (ReviewState.IN_REVIEW, ReviewState.SPLIT):
        return []
    return [
        Problem(
            "",
            "Reviewers have already assessed this claim. Wait for the verdict, or ask them to take their "
            "assessments back.",
        )
    ]


def has_parts(session: Session, claim: int) -> bool:
    """Whether other claims are parts of this one."""
    return session.scalar(select(Claim.id).where(Claim.whole_id == claim).limit(1)) is not None


def find_review(session: Session, number: int, *, open_only: bool = False) -> Review:
    """A review. Raises Missing and, with `open_only`, Refused if it no longer takes assessments."""
    review = session.get(Review, number)
    if review is None:
        raise Missing(f"review {number}")
    if open_only and review.state not in OPEN_STATES:
        raise Refused(Problem("", "All assessments of this review are in."))
    return review


def latest_review(session: Session, claim: int) -> Review | None:
    """The claim's newest review, open or closed."""
    return session.scalars(
        select(Review).where(Review.claim_id == claim).order_by(Review.id.desc()).limit(1)
    ).one_or_none()
