"""What the corrections page lists, and the methodology page's worked example, computed by the scoring code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.domain.checkability import Checkability
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import Confidence, Reading
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality, Said
from ledger.domain.kinds import ClaimKind
from ledger.domain.outcomes import Outcome
from ledger.domain.policy import POLICY
from ledger.domain.scoring.tally import Cell, Headline, cell_of, headline, sums
from ledger.domain.scoring.units import EVERYBODY, CountedClaim, units
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
    """The newest corrections, how many there are shown, and where to report an error."""

    contact: str
    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class Example:
    """One made-up forecast of the worked example."""

    words: str
    outcome: Outcome


@dataclass(frozen=True)
class Worked:
    """The worked example: its forecasts, and the headline the scoring code makes of them."""

    forecasts: tuple[Example, ...]
    figures: Headline


def corrections(session: Session, contact: str) -> Corrections:
    """Verdicts that were superseded, newest first, with the reason the claim was opened again for."""
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


def worked_example() -> Worked:
    """Four invented forecasts, scored by the code that scores the real ones."""
    cases = [
        (Confidence.verbal("ICD203", "likely"), Outcome.TRUE),
        (Confidence.verbal("ICD203", "very likely"), Outcome.FALSE),
        (Confidence.point(0.3), Outcome.FALSE),
        (Confidence.none(), Outcome.TRUE),
    ]
    said_on = PartialDate(2020, 1, 1)
    cells: Counter[Cell] = Counter()
    for number, (confidence, outcome) in enumerate(cases):
        claim = CountedClaim(
            number=number,
            whole=None,
            kind=ClaimKind.EVENT,
            basis=HorizonBasis.STATED,
            checkability=Checkability.CHECKABLE,
            horizon=PartialDate(2020, 12),
            outcome=outcome,
            decided_on=date(2021, 1, 1),
            counts=True,
        )
        said = [Said(number, said_on, (1,), "example", 1, confidence, Modality.LIKELY, Reading.OURS)]
        cells.update(cell_of(unit) for unit in units(claim, said, POLICY) if unit.claimant == EVERYBODY)
    forecasts = tuple(Example(confidence.words, outcome) for confidence, outcome in cases)
    return Worked(forecasts, headline(sums(cells, date(2021, 1, 1))))
