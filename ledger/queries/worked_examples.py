"""Worked examples of the methodology page: invented forecasts, scored by the code that scores real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape, quantity
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import Confidence, NumberSource, percent
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import CountedForecast, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import Policy
from ledger.domain.scoring.binary_scores import brier
from ledger.domain.scoring.calibration_band import Consistency, consistency
from ledger.domain.scoring.choices_and_quantities import (
    Answer,
    Answers,
    AnswerScores,
    Ends,
    interval_score_of,
    of_choice,
    of_quantity,
    score_answers,
    scores_of,
)
from ledger.domain.scoring.running_sums import ClusterScores, RunningSums, by_month, score
from ledger.domain.scoring.scorecard import Card, card, scored_now
from ledger.domain.scoring.skill import Difference, paired_difference
from ledger.domain.scoring.tally import Cell, Tally, cell_of
from ledger.domain.scoring.units import (
    EVERYBODY,
    NO_NUMBER,
    CountedClaim,
    Unit,
    event_of,
    in_millionths,
    month_of,
    units,
)

MADE_ON, HORIZON = PartialDate(2020, 1, 1), PartialDate(2020, 12)
IN_TIME, EARLY, TODAY = date(2021, 1, 1), date(2020, 6, 1), date(2020, 12, 31)


@dataclass(frozen=True)
class ExampleForecast:
    """An invented forecast: its probability in words, its outcome, and the whole that it is a part of, if any."""

    words: str
    outcome: Outcome | None
    early: bool
    whole: int | None


@dataclass(frozen=True)
class WorkedExample:
    """A worked example: its forecasts and their figures; `drawn` has those computed by resampling."""

    forecasts: tuple[ExampleForecast, ...]
    card: Card
    drawn: Consistency | None


@dataclass(frozen=True)
class SharedExample:
    """An invented claim that two claimants forecast: both probabilities in words, the outcome, and both scores."""

    own: str
    theirs: str
    outcome: Outcome
    own_score: float
    their_score: float


@dataclass(frozen=True)
class WorkedPair:
    """A worked example of two claimants compared: mean scores, and the difference as the scoring code computes it.

    `again` is a later restatement of the last claim by the first claimant, and `again_score` what it would score.
    """

    claims: tuple[SharedExample, ...]
    own: float
    theirs: float
    difference: Difference | None
    again: str
    again_score: float


@dataclass(frozen=True)
class ExampleAnswer:
    """An invented forecast on a choice or a quantity, in words, with the result in words and its scores."""

    words: str
    came: str
    scores: AnswerScores
    interval_score: float | None


@dataclass(frozen=True)
class WorkedAnswers:
    """A worked example of choices or quantities: its forecasts and their figures."""

    forecasts: tuple[ExampleAnswer, ...]
    scores: Answers


@dataclass(frozen=True)
class _Case:
    confidence: Confidence
    outcome: Outcome | None
    modality: Modality = Modality.NUMBER
    early: bool = False
    whole: int | None = None


def brier_example(policy: Policy) -> WorkedExample:
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


def larger_example(policy: Policy) -> WorkedExample:
    """Fourteen forecasts: enough to pool, with one of every case that a scorecard treats specially."""
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


def pair_example() -> WorkedPair:
    """Six claims that two claimants forecast."""
    given = ((0.9, 0.6, 1), (0.8, 0.9, 1), (0.7, 0.5, 1), (0.2, 0.4, 0), (0.1, 0.3, 0), (0.6, 0.5, 0))
    scores = [(brier(own, event), brier(theirs, event)) for own, theirs, event in given]
    claims = tuple(
        SharedExample(percent(own), percent(theirs), Outcome.TRUE if event else Outcome.FALSE, *both)
        for (own, theirs, event), both in zip(given, scores, strict=True)
    )
    own, theirs = (fsum(some) / len(scores) for some in zip(*scores, strict=True))
    again, (_, _, last) = 0.2, given[-1]
    return WorkedPair(claims, own, theirs, paired_difference(scores), percent(again), brier(again, last))


def choices_example() -> WorkedAnswers:
    """Three choices with a probability for every option, one of them ordered; two with one option named."""
    cities = Shape(ClaimKind.CHOICE, options=("A", "B", "C"))
    amounts = Shape(ClaimKind.CHOICE, options=("few", "some", "many"), ordered=True)
    return _worked_answers(
        _shared(cities, (0.6, 0.3, 0.1), 1),
        _shared(amounts, (0.5, 0.3, 0.2), 3),
        _shared(cities, (0.5, 0.5, 0.0), 3),
        _chosen(cities, 1, Confidence.point(0.7), 1),
        _chosen(cities, 2, Confidence.between(0.55, 0.8), 3),
    )


def quantities_example() -> WorkedAnswers:
    """Two intervals that held the measured value, and one that missed it."""
    people = Shape(ClaimKind.QUANTITY, bounds=Bounds(5_000.0, 7_000.0), unit="people")
    area = Shape(ClaimKind.QUANTITY, bounds=Bounds(100.0, 200.0), unit="square miles")
    return _worked_answers(
        _measured(people, Confidence.point(0.8), 6_000.0),
        _measured(people, Confidence.point(0.9), 7_300.0),
        _measured(area, Confidence.between(0.55, 0.8), 150.0),
    )


def _worked_answers(*examples: tuple[ExampleAnswer, Answer]) -> WorkedAnswers:
    forecasts = tuple(example for example, _ in examples)
    return WorkedAnswers(forecasts, score_answers(Counter(answer for _, answer in examples)))


def _shared(shape: Shape, shares: tuple[float, ...], came: int) -> tuple[ExampleAnswer, Answer]:
    answer = of_choice(shape, came, reading=NumberSource.SPEAKER, ends=Ends(), option=None, shares=shares, late=False)
    words = ", ".join(f"{option} {percent(share)}" for option, share in zip(shape.options, shares, strict=True))
    return ExampleAnswer(words, shape.options[came - 1], scores_of(answer), None), answer


def _chosen(shape: Shape, option: int, confidence: Confidence, came: int) -> tuple[ExampleAnswer, Answer]:
    ends = Ends(*in_millionths(confidence))
    answer = of_choice(shape, came, reading=NumberSource.SPEAKER, ends=ends, option=option, shares=(), late=False)
    words = f"{shape.options[option - 1]}, {confidence.words}"
    return ExampleAnswer(words, shape.options[came - 1], scores_of(answer), None), answer


def _measured(shape: Shape, confidence: Confidence, value: float) -> tuple[ExampleAnswer, Answer]:
    ends = Ends(*in_millionths(confidence))
    answer = of_quantity(shape, value, reading=NumberSource.SPEAKER, ends=ends, late=False)
    words, came = f"{shape.bounds.words} {shape.unit}, {confidence.words}", f"{quantity(value)} {shape.unit}"
    return ExampleAnswer(words, came, scores_of(answer), interval_score_of(answer, shape, value)), answer


def _worked(policy: Policy, cases: Sequence[_Case]) -> WorkedExample:
    cells: Counter[Cell] = Counter()
    clusters: dict[int, dict[str, ClusterScores]] = {}
    for number, case in enumerate(cases, 1):
        unit = _unit(number, case, policy)
        cells[cell_of(unit)] += 1
        event = event_of(unit.status)
        if event is not None and unit.mid != NO_NUMBER:
            months = clusters.setdefault(unit.cluster, {})
            months[unit.month] = months.get(unit.month, ClusterScores()) + ClusterScores(1, score(unit.mid, event))
    running = RunningSums()
    for months in clusters.values():
        for month, added in by_month(months).items():
            running += added if month <= month_of(TODAY) else RunningSums()
    forecasts = tuple(ExampleForecast(case.confidence.words, case.outcome, case.early, case.whole) for case in cases)
    tally = Tally(cells, running)
    return WorkedExample(forecasts, card(tally, TODAY, policy.grades), consistency(scored_now(tally)))


def _unit(number: int, case: _Case, policy: Policy) -> Unit:
    """The unit of a case on the scorecard of the whole ledger."""
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
    reading = NumberSource.SPEAKER if case.modality is Modality.NUMBER else NumberSource.OURS
    said = CountedForecast(number, MADE_ON, (1,), "example", 1, case.confidence, case.modality, reading)
    return next(unit for unit in units(claim, [said], policy) if unit.claimant == EVERYBODY)
