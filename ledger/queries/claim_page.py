"""A claim's page: everything on record about one claim that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Shape
from ledger.domain.claims import made_too_late
from ledger.domain.conditions import ConditionState
from ledger.domain.confidence import Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.evidence import EvidenceFile, EvidenceKind, SourceStatus, Stance, time_flags
from ledger.domain.forecasts import Attribution, Modality
from ledger.domain.passages import Passage
from ledger.domain.policies import Policy
from ledger.domain.reviews import ReviewState, stance_hidden
from ledger.domain.wholes import JudgedFrom
from ledger.queries.amendments import Amendment, amendments
from ledger.queries.claim_list import ClaimLine, PageLink, claim_lines
from ledger.queries.claim_reviews import (
    ReviewLine,
    VerdictRecord,
    opened_assessments,
    option_words,
    review_line,
    verdicts_of,
)
from ledger.queries.history import HistoryLine, history
from ledger.store.claims import Claim, Evidence, Forecast, ForecastClaimant
from ledger.store.people import Claimant, Document
from ledger.store.policies import policy_of_version
from ledger.store.reviews import Assessment, Assignment, Review


@dataclass(frozen=True)
class ForecastLine:
    """A forecast on a claim: its claimants, date, document, wording and confidence."""

    id: int
    claimants: tuple[PageLink, ...]
    made_on: PartialDate
    document: PageLink
    outlet: PageLink
    published_on: PartialDate
    locator: str
    modality: Modality
    attribution: Attribution
    passage: Passage | None
    option: str  # of a choice, the option named; "" where none is
    shares: tuple[float, ...]  # of a choice, each option's probability; () where none are given
    hedge: str
    confidence: Confidence
    reading: NumberSource
    note: str
    late: bool  # made when the claim could no longer come true: it is not scored


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence. `stance` is None while showing it would reveal how a reviewer leans."""

    id: int
    number: int  # as assessments cite it: [1], [2], … in the order attached
    kind: EvidenceKind
    stance: Stance | None
    summary: str
    publisher: str
    url: str
    event_on: PartialDate | None
    published_on: PartialDate | None
    captured_on: PartialDate | None
    reliability: str
    credibility: str
    source_status: SourceStatus
    checked_in: str
    file: EvidenceFile | None
    corrected: int | None  # number of the entry that corrected it
    retracted: int | None  # number of the entry that retracted it
    retracted_because: str
    flags: tuple[str, ...]

    @property
    def sort_key(self) -> tuple[date, int]:
        """The order of the time line: by the date of a fact, or the date of a search."""
        when = self.event_on if self.kind is EvidenceKind.FACT else self.captured_on
        return (when.first if when else date.max, self.number)


@dataclass(frozen=True)
class ClaimPage:
    """Everything on one claim."""

    claim: ClaimLine
    criteria: str
    horizon_note: str
    policy: str  # the policy that it was recorded under, which applies to it
    usual_term: int | None  # that policy's term in months, where the claim has no date
    shape: Shape
    condition_state: ConditionState | None  # None without a condition
    condition_reason: str
    checkability: Checkability
    checkability_reason: str
    base_rate: BaseRate
    judged_from: JudgedFrom
    whole: ClaimLine | None
    parts: tuple[ClaimLine, ...]
    ended_because: str
    became: tuple[int, ...]  # the claims that it was merged or split into
    recorded_at: datetime
    recorded_by_viewer: bool
    changed: int
    amendments: tuple[Amendment, ...]
    forecasts: tuple[ForecastLine, ...]
    evidence: tuple[EvidenceLine, ...]
    review: ReviewLine | None
    verdict: VerdictRecord | None
    superseded: tuple[VerdictRecord, ...]
    history: tuple[HistoryLine, ...]


def claim_page(session: Session, number: int, *, viewer: str | None = None) -> ClaimPage:
    """The page of one claim, as the actor `viewer` (None: the public) may see it. Raises Missing."""
    claim = session.get(Claim, number)
    if claim is None:
        raise Missing(f"claim {number}")
    policy = policy_of_version(session, claim.policy)
    forecasts = _forecasts(session, claim, policy)
    review = session.scalars(
        select(Review).where(Review.claim_id == number).order_by(Review.id.desc()).limit(1)
    ).one_or_none()
    evidence = _evidence(session, claim, forecasts, review, viewer)
    cited = {line.id: line.number for line in evidence}
    opened = opened_assessments(session, claim, cited)
    verdicts = verdicts_of(session, claim, opened)
    parts = session.scalars(select(Claim.id).where(Claim.whole_id == number).order_by(Claim.id)).all()
    whole = [claim.whole_id] if claim.whole_id is not None else []
    line, *related = claim_lines(session, [number, *whole, *parts])
    return ClaimPage(
        claim=line,
        criteria=claim.criteria,
        horizon_note=claim.horizon_note,
        policy=policy.version,
        usual_term=policy.default_horizon_months if claim.horizon is None else None,
        shape=claim.shape,
        condition_state=claim.condition_state if claim.condition else None,
        condition_reason=claim.condition_reason,
        checkability=claim.checkability,
        checkability_reason=claim.checkability_reason,
        base_rate=BaseRate(claim.base_rate, claim.base_rate_note),
        judged_from=claim.judged_from,
        whole=related[0] if whole else None,
        parts=tuple(related[len(whole) :]),
        ended_because=claim.ended_because,
        became=claim.became,
        recorded_at=claim.recorded_at,
        recorded_by_viewer=viewer is not None and claim.recorded_by == viewer,
        changed=claim.changed,
        amendments=amendments(session, number),
        forecasts=forecasts,
        evidence=evidence,
        review=review_line(session, review, opened) if review and review.state is not ReviewState.CLOSED else None,
        verdict=next((v for v in verdicts if v.superseded_by is None), None),
        superseded=tuple(v for v in verdicts if v.superseded_by is not None),
        history=history(session, f"claim/{number}"),
    )


def _forecasts(session: Session, claim: Claim, policy: Policy) -> tuple[ForecastLine, ...]:
    said_by: dict[int, list[PageLink]] = {}
    found: dict[int, tuple[Forecast, Document]] = {}
    for forecast, document, key, name in session.execute(
        select(Forecast, Document, Claimant.id, Claimant.name)
        .join(Document, Document.id == Forecast.document_id)
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
        .where(Forecast.claim_id == claim.id)
        .order_by(Forecast.id, Claimant.name)
    ):
        found[forecast.id] = forecast, document
        said_by.setdefault(forecast.id, []).append(PageLink(key, name))
    first = min((f.made_on for f, _ in found.values()), key=lambda on: on.last, default=None)
    lines = [
        ForecastLine(
            id=number,
            claimants=tuple(said_by[number]),
            made_on=f.made_on,
            document=PageLink(d.id, d.title),
            outlet=PageLink(d.outlet_slug, d.outlet),
            published_on=d.published_on,
            locator=f.locator,
            modality=f.modality,
            attribution=f.attribution,
            passage=f.passage,
            option=option_words(claim, f.option),
            shares=tuple(f.shares),
            hedge=f.hedge,
            confidence=f.confidence,
            reading=f.reading,
            note=f.note,
            late=first is not None and made_too_late(f.made_on, claim.horizon, first, policy),
        )
        for number, (f, d) in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.made_on.last, line.id)))


def _evidence(
    session: Session, claim: Claim, forecasts: tuple[ForecastLine, ...], review: Review | None, viewer: str | None
) -> tuple[EvidenceLine, ...]:
    assignees: set[str] = set()
    first_seal = None
    if review is not None:
        assignees = set(session.scalars(select(Assignment.actor_id).where(Assignment.review_id == review.id)))
        first_seal = session.scalar(
            select(func.min(Assessment.id)).where(Assessment.review_id == review.id, Assessment.opened.is_(None))
        )
    rows = session.scalars(select(Evidence).where(Evidence.claim_id == claim.id).order_by(Evidence.id)).all()
    return tuple(
        EvidenceLine(
            id=row.id,
            number=number,
            kind=row.kind,
            stance=None
            if row.attached_by != viewer
            and stance_hidden(attached=row.id, attached_by=row.attached_by, assignees=assignees, first_seal=first_seal)
            else row.stance,
            summary=row.summary,
            publisher=row.publisher,
            url=row.url,
            event_on=row.event_on,
            published_on=row.published_on,
            captured_on=row.captured_on,
            reliability=row.reliability,
            credibility=row.credibility,
            source_status=row.source_status,
            checked_in=row.checked_in,
            file=row.file,
            corrected=row.corrected,
            retracted=row.retracted,
            retracted_because=row.retracted_because,
            flags=time_flags(row.kind, row.event_on, made_on=forecasts[0].made_on, horizon=claim.horizon),
        )
        for number, row in enumerate(rows, 1)
    )
