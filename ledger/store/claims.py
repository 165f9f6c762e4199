"""Tables of claims, forecasts and evidence."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import ClaimState, ClaimTerms, HorizonBasis
from ledger.domain.conditions import ConditionState
from ledger.domain.confidence import Confidence, ConfidenceKind, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceFile, EvidenceKind, EvidenceTerms, SourceStatus, Stance
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.passages import Passage
from ledger.domain.wholes import JudgedFrom
from ledger.store.base import JSONTuple, Projected, enum_column, values_for
from ledger.store.people import Claimant, Document


class Claim(Projected):
    """A claim. Its id is the number of the entry that recorded it."""

    __tablename__ = "claim"
    __table_args__ = (
        Index("ix_claim_state_due", "state", "due_on", "id"),
        Index("ix_claim_outcome_id", "outcome", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    statement: Mapped[str] = mapped_column(Text)
    criteria: Mapped[str] = mapped_column(Text)
    horizon: Mapped[PartialDate | None]
    horizon_basis: Mapped[HorizonBasis] = mapped_column(enum_column(HorizonBasis))
    horizon_note: Mapped[str] = mapped_column(Text)
    condition: Mapped[str] = mapped_column(Text)
    condition_state: Mapped[ConditionState] = mapped_column(enum_column(ConditionState))
    condition_reason: Mapped[str] = mapped_column(Text)
    kind: Mapped[ClaimKind] = mapped_column(enum_column(ClaimKind))
    baseline: Mapped[str] = mapped_column(Text)
    metric: Mapped[str] = mapped_column(Text)
    low_bound: Mapped[float | None]
    high_bound: Mapped[float | None]
    low_strict: Mapped[bool]
    high_strict: Mapped[bool]
    unit: Mapped[str] = mapped_column(Text)
    ordered: Mapped[bool]
    options: Mapped[tuple[str, ...]] = mapped_column(JSONTuple)
    whole_id: Mapped[int | None] = mapped_column(index=True)  # the claim this is a part of
    judged_from: Mapped[JudgedFrom] = mapped_column(enum_column(JudgedFrom))
    checkability: Mapped[Checkability] = mapped_column(enum_column(Checkability))
    checkability_reason: Mapped[str] = mapped_column(Text)
    base_rate: Mapped[float | None]
    base_rate_note: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)  # None once the claim has ended
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime]
    state: Mapped[ClaimState] = mapped_column(enum_column(ClaimState))
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    due_on: Mapped[date | None]  # of the open review; None without one
    ended_because: Mapped[str] = mapped_column(Text)
    policy: Mapped[str] = mapped_column(String(20))  # the version in force when it was recorded, which applies to it
    became: Mapped[tuple[int, ...]] = mapped_column(JSONTuple)  # the claims that it was merged or split into
    changed: Mapped[int]  # number of the last entry about it, by which a form notices that it is stale

    @property
    def shape(self) -> Shape:
        """The claim's kind and details as a value of the domain."""
        bounds = Bounds(self.low_bound, self.high_bound, self.low_strict, self.high_strict)
        return Shape(self.kind, self.baseline, self.metric, bounds, self.unit, self.options, self.ordered)

    def terms(self, topics: tuple[str, ...]) -> ClaimTerms:
        """The claim as a value of the domain. `topics` are an argument because they are in another table."""
        composed = {
            "topics": topics,
            "shape": self.shape,
            "whole": self.whole_id,
            "base_rate": BaseRate(self.base_rate, self.base_rate_note),
        }
        return ClaimTerms(**values_for(ClaimTerms, self) | composed)


class Topic(Projected):
    """A topic under which a claim is filed."""

    __tablename__ = "claim_topic"
    __table_args__ = (Index("ix_claim_topic_slug_claim", "slug", "claim_id"),)

    claim_id: Mapped[int] = mapped_column(ForeignKey(Claim.id), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int]  # in the order given
    name: Mapped[str] = mapped_column(String(80))


class Forecast(Projected):
    """A forecast: one claimant (or several together) making one claim on one date in one document."""

    __tablename__ = "forecast"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey(Claim.id), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey(Document.id), index=True)
    made_on: Mapped[PartialDate]
    modality: Mapped[Modality] = mapped_column(enum_column(Modality))
    attribution: Mapped[Attribution] = mapped_column(enum_column(Attribution))
    hedge: Mapped[str] = mapped_column(Text)
    locator: Mapped[str] = mapped_column(Text)
    paragraph: Mapped[int | None]
    first_sentence: Mapped[int | None]
    last_sentence: Mapped[int | None]
    words_sha256: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    confidence_kind: Mapped[ConfidenceKind] = mapped_column(enum_column(ConfidenceKind))
    low: Mapped[float | None]
    high: Mapped[float | None]
    yardstick: Mapped[str | None] = mapped_column(String(40))
    yardstick_version: Mapped[str | None] = mapped_column(String(20))
    term: Mapped[str | None] = mapped_column(String(80))
    reading: Mapped[NumberSource] = mapped_column(enum_column(NumberSource))
    option: Mapped[int | None]  # of a choice, counted from 1
    shares: Mapped[tuple[float, ...]] = mapped_column(JSONTuple)
    recorded_by: Mapped[str] = mapped_column(String(40))

    @property
    def confidence(self) -> Confidence:
        """The speaker's confidence as a value of the domain."""
        return Confidence(self.confidence_kind, self.low, self.high, self.yardstick, self.yardstick_version, self.term)

    def terms(self, claimants: tuple[int, ...]) -> ForecastTerms:
        """The forecast as a value of the domain. `claimants` are an argument because they are in another table."""
        return ForecastTerms(
            **values_for(ForecastTerms, self),
            claimants=claimants,
            document=self.document_id,
            confidence=self.confidence,
            passage=self.passage,
        )

    @property
    def passage(self) -> Passage | None:
        """The passage that the forecast rests on, as a value of the domain; None where it is not given."""
        where = (self.paragraph, self.first_sentence, self.last_sentence)
        if self.words_sha256 is None or None in where:
            return None
        paragraph, first, last = (number or 0 for number in where)
        return Passage(paragraph, first, last, self.words_sha256)


class ForecastClaimant(Projected):
    """A claimant of a forecast. A forecast has several where they spoke together."""

    __tablename__ = "forecast_claimant"
    __table_args__ = (Index("ix_forecast_claimant_claimant", "claimant_id", "forecast_id"),)

    forecast_id: Mapped[int] = mapped_column(ForeignKey(Forecast.id), primary_key=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey(Claimant.id), primary_key=True)


class Evidence(Projected):
    """A piece of evidence: a dated report that bears on a claim."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(ForeignKey(Claim.id))
    fingerprint: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EvidenceKind] = mapped_column(enum_column(EvidenceKind))
    stance: Mapped[Stance] = mapped_column(enum_column(Stance))
    summary: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    event_on: Mapped[PartialDate | None]
    published_on: Mapped[PartialDate | None]
    captured_on: Mapped[PartialDate | None]
    reliability: Mapped[str] = mapped_column(String(1))
    credibility: Mapped[str] = mapped_column(String(1))
    source_status: Mapped[SourceStatus] = mapped_column(enum_column(SourceStatus))
    checked_in: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    file_name: Mapped[str] = mapped_column(Text)
    file_type: Mapped[str] = mapped_column(String(80))
    file_size: Mapped[int | None]
    corrected: Mapped[int | None]  # number of the entry that last corrected it
    retracted: Mapped[int | None]  # number of the entry that retracted it
    retracted_because: Mapped[str] = mapped_column(Text)
    attached_by: Mapped[str] = mapped_column(String(40))

    __table_args__ = (Index("uq_evidence_claim_fingerprint", "claim_id", "fingerprint", unique=True),)

    @property
    def file(self) -> EvidenceFile | None:
        """The file stored with the evidence, as a value of the domain; None without one."""
        if self.file_sha256 is None or self.file_size is None:
            return None
        return EvidenceFile(self.file_sha256, self.file_name, self.file_type, self.file_size)

    @property
    def terms(self) -> EvidenceTerms:
        """The evidence as a value of the domain."""
        return EvidenceTerms(**values_for(EvidenceTerms, self), file=self.file)
