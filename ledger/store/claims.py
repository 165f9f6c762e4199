"""Claims, the forecasts that assert them, and the evidence that bears on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.confidence import Confidence, ConfidenceKind, Reading
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceKind, SourceStatus, Stance
from ledger.domain.forecasts import Attribution, Modality
from ledger.domain.outcomes import Outcome
from ledger.store.base import Projected, words_of
from ledger.store.people import Claimant, Document


class Claim(Projected):
    """A proposition someone could be wrong about. Its id is the number of the entry that recorded it."""

    __tablename__ = "claim"
    __table_args__ = (
        Index("ix_claim_state_due", "state", "due_on", "id"),
        Index("ix_claim_outcome_id", "outcome", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    statement: Mapped[str] = mapped_column(Text)
    criteria: Mapped[str] = mapped_column(Text)
    horizon: Mapped[PartialDate | None]
    horizon_basis: Mapped[HorizonBasis] = mapped_column(words_of(HorizonBasis))
    horizon_note: Mapped[str] = mapped_column(Text)
    condition: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime]
    state: Mapped[ClaimState] = mapped_column(words_of(ClaimState))
    outcome: Mapped[Outcome | None] = mapped_column(words_of(Outcome))
    due_on: Mapped[date | None]  # while a review waits; None once it is closed
    changed: Mapped[int]  # number of the last entry about it: what a form compares to see if it is stale


class Topic(Projected):
    """A topic a claim is filed under."""

    __tablename__ = "claim_topic"
    __table_args__ = (Index("ix_claim_topic_slug_claim", "slug", "claim_id"),)

    claim_id: Mapped[int] = mapped_column(ForeignKey(Claim.id), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class Forecast(Projected):
    """One claimant asserting one claim on one date, from one document."""

    __tablename__ = "forecast"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey(Claim.id), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey(Document.id), index=True)
    made_on: Mapped[PartialDate]
    modality: Mapped[Modality] = mapped_column(words_of(Modality))
    attribution: Mapped[Attribution] = mapped_column(words_of(Attribution))
    hedge: Mapped[str] = mapped_column(Text)
    locator: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    confidence_kind: Mapped[ConfidenceKind] = mapped_column(words_of(ConfidenceKind))
    low: Mapped[float | None]
    high: Mapped[float | None]
    yardstick: Mapped[str | None] = mapped_column(String(40))
    yardstick_version: Mapped[str | None] = mapped_column(String(20))
    term: Mapped[str | None] = mapped_column(String(80))
    reading: Mapped[Reading] = mapped_column(words_of(Reading))
    recorded_by: Mapped[str] = mapped_column(String(40))

    @property
    def confidence(self) -> Confidence:
        """How sure the speaker was, as the domain knows it."""
        return Confidence(self.confidence_kind, self.low, self.high, self.yardstick, self.yardstick_version, self.term)


class ForecastClaimant(Projected):
    """Whose forecast it is; several where they spoke together."""

    __tablename__ = "forecast_claimant"
    __table_args__ = (Index("ix_forecast_claimant_claimant", "claimant_id", "forecast_id"),)

    forecast_id: Mapped[int] = mapped_column(ForeignKey(Forecast.id), primary_key=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey(Claimant.id), primary_key=True)


class Evidence(Projected):
    """A dated thing in the world that bears on a claim."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey(Claim.id))
    fingerprint: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EvidenceKind] = mapped_column(words_of(EvidenceKind))
    stance: Mapped[Stance] = mapped_column(words_of(Stance))
    summary: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    event_on: Mapped[PartialDate | None]
    published_on: Mapped[PartialDate | None]
    captured_on: Mapped[PartialDate | None]
    reliability: Mapped[str] = mapped_column(String(1))
    credibility: Mapped[str] = mapped_column(String(1))
    source_status: Mapped[SourceStatus] = mapped_column(words_of(SourceStatus))
    checked_in: Mapped[str] = mapped_column(Text)
    attached_by: Mapped[str] = mapped_column(String(40))

    __table_args__ = (Index("uq_evidence_claim_fingerprint", "claim_id", "fingerprint", unique=True),)
