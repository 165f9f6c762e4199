"""The methodology page's worked examples: invented forecasts, scored by the code that scores the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.domain.checkability import Checkability
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import Confidence, Reading
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality, Said
from ledger.domain.kinds import ClaimKind
from ledger.domain.outcomes import Outcome
from ledger.domain.policy import Policy
from ledger.domain.scoring.card import Card, card
from ledger.domain.scoring.running import RunningSums, Scored, by_month, score
from ledger.domain.scoring.tally import Cell, Tally, cell_of
from ledger.domain.scoring.units import EVERYBODY, NO_NUMBER, CountedClaim, Unit, event_of, month_of, units

SAID_ON, HORIZON = PartialDate(2020, 1, 1), PartialDate(2020, 12)
IN_TIME, EARLY, TODAY = date(2021, 1, 1), date(2020, 6, 1), date(2020, 12, 31)


@dataclass(frozen=True)
class Example:
    """One made-up forecast: its probability in words, what came of it, and the whole it is a part of, if any."""

    words: str
    outcome: Outcome | None
    early: bool
    whole: int | None


@dataclass(frozen=True)
class Worked:
    """A worked example: its forecasts, and the figures the scoring code makes of them."""

    forecasts: tuple[Example, ...]
    card: Card


@dataclass(frozen=True)
class _Case:
    confidence: Confidence
    outcome: Outcome | None
    modality: Modality = Modality.NUMBER
    early: bool = False
    whole: int | None = None


def brier_example(policy: Policy) -> Worked:
    """Four forecasts, few enough to score by hand."""
    return _worked(
        policy,
        (
            _Case(Confidence.verbal("ICD203", "likely"), Outcome.TRUE, Modality.LIKELY),
            _Case(Confidence.verbal("ICD203", "very likely"), Outcome.FALSE, Modality.LIKELY),
            _Case(Confidence.point(0.3), Outcome.FALSE),
            _Case(Confidence.none(), Outcome.TRUE, Modality.COULD),
        ),
    )


def larger_example(policy: Policy) -> Worked:
    """Fourteen forecasts: enough to pool, with something of everything that a scorecard counts otherwise."""
    point = Confidence.point
    return _worked(
        policy,
        (
            _Case(point(0.9), Outcome.TRUE),
            _Case(point(0.8), Outcome.TRUE),
            _Case(point(0.8), Outcome.FALSE),
            _Case(point(0.7), Outcome.TRUE),
            _Case(point(0.6), Outcome.FALSE, whole=100),
            _Case(point(0.6), Outcome.TRUE, whole=100),
            _Case(point(0.3), Outcome.FALSE),
            _Case(point(0.3), Outcome.TRUE),
            _Case(point(0.2), Outcome.FALSE),
            _Case(point(0.1), Outcome.FALSE),
            _Case(Confidence.verbal("ICD203", "likely"), Outcome.MOSTLY_TRUE, Modality.LIKELY),
            _Case(point(0.9), Outcome.TRUE, early=True),
            _Case(Confidence.none(), Outcome.TRUE, Modality.COULD),
            _Case(point(0.5), None),
        ),
    )


def _worked(policy: Policy, cases: Sequence[_Case]) -> Worked:
    cells: Counter[Cell] = Counter()
    clusters: dict[int, dict[str, Scored]] = {}
    for number, case in enumerate(cases, 1):
        unit = _unit(number, case, policy)
        cells[cell_of(unit)] += 1
        event = event_of(unit.standing)
        if event is not None and unit.mid != NO_NUMBER:
            months = clusters.setdefault(unit.cluster, {})
            months[unit.month] = months.get(unit.month, Scored()) + Scored(1, score(unit.mid, event))
    running = RunningSums()
    for months in clusters.values():
        for month, added in by_month(months).items():
            running += added if month <= month_of(TODAY) else RunningSums()
    forecasts = tuple(Example(case.confidence.words, case.outcome, case.early, case.whole) for case in cases)
    return Worked(forecasts, card(Tally(cells, running), TODAY, policy.grades))


def _unit(number: int, case: _Case, policy: Policy) -> Unit:
    """What counts of a case for the ledger."""
    claim = CountedClaim(
        number=number,
        whole=case.whole,
        kind=ClaimKind.EVENT,
        basis=HorizonBasis.STATED,
        checkability=Checkability.CHECKABLE,
        horizon=HORIZON,
        outcome=case.outcome,
        decided_on=None if case.outcome is None else EARLY if case.early else IN_TIME,
        counts=True,
    )
    reading = Reading.SPEAKER if case.modality is Modality.NUMBER else Reading.OURS
    said = Said(number, SAID_ON, (1,), "example", 1, case.confidence, case.modality, reading)
    return next(unit for unit in units(claim, [said], policy) if unit.claimant == EVERYBODY)
