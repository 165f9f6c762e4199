"""Tables of reviews, assessments and verdicts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import Certainty, ReviewState, VerdictBasis
from ledger.store.base import Projected, enum_column
from ledger.store.claims import Claim, Evidence


class Review(Projected):
    """An occasion on which a claim is to be judged."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_state_due_on", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey(Claim.id), index=True)
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    policy: Mapped[str] = mapped_column(String(20))
    state: Mapped[ReviewState] = mapped_column(enum_column(ReviewState))
    snoozed: Mapped[str | None] = mapped_column(Text)  # the reason of the last snooze
    fell_due_at: Mapped[datetime | None]


class Assignment(Projected):
    """A reviewer of a review, and their sealed assessment."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_actor_review", "actor_id", "review_id"),)

    review_id: Mapped[int] = mapped_column(ForeignKey(Review.id), primary_key=True)
    actor_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[int | None]  # number of the entry that sealed it


class Assessment(Projected):
    """One reviewer's assessment. Until assessments are opened, only the reviewer and the time are filled in."""

    __tablename__ = "assessment"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    review_id: Mapped[int] = mapped_column(ForeignKey(Review.id), index=True)
    actor_id: Mapped[str] = mapped_column(String(40))
    sealed_at: Mapped[datetime]
    opened: Mapped[int | None]  # number of the entry that opened it
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    answer: Mapped[int | None]
    value: Mapped[float | None]
    certainty: Mapped[Certainty | None] = mapped_column(enum_column(Certainty))
    rationale: Mapped[str | None] = mapped_column(Text)


class ReliedOn(Projected):
    """A piece of evidence on which an opened assessment relies."""

    __tablename__ = "relied_on"

    assessment_id: Mapped[int] = mapped_column(ForeignKey(Assessment.id), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey(Evidence.id), primary_key=True)


class Verdict(Projected):
    """An outcome that the ledger has adopted. A later verdict supersedes it; it is never overwritten."""

    __tablename__ = "verdict"
    __table_args__ = (Index("ix_verdict_superseded_by_id", "superseded_by", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey(Claim.id), index=True)
    review_id: Mapped[int] = mapped_column(ForeignKey(Review.id))
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    answer: Mapped[int | None]  # the option of a choice that came about
    value: Mapped[float | None]  # what was measured of a quantity
    basis: Mapped[VerdictBasis] = mapped_column(enum_column(VerdictBasis))
    rationale: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(String(40))  # the editor, for an adjudication
    adopted_at: Mapped[datetime]
    superseded_by: Mapped[int | None]
