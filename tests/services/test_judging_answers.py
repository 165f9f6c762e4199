"""Judging quantities and choices: verdicts with a measured value or the option that came about."""

from __future__ import annotations

import pytest
from support.acts import Acts
from support.cast import assessment_terms, review_of

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.confidence import Confidence
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import Finding, ReviewState
from ledger.services.claims.record import record_claim, record_forecast
from ledger.services.reviews.assessments import adjudicate, own_assessment, seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.store.reviews import Assessment, Review

QUANTITY = Shape(ClaimKind.QUANTITY, bounds=Bounds(5_000.0, high_strict=True), unit="people")
CHOICE = Shape(ClaimKind.CHOICE, options=("Raqqa", "Mosul", "neither"))
ANSWERED, TRUE = Outcome.ANSWERED, Outcome.TRUE


def test_equal_measured_values_enter_the_verdict(acts: Acts) -> None:
    claim = acts.record(shape=QUANTITY)
    fact = acts.attach(claim)
    acts.judge_as(claim, assessment_terms(TRUE, fact, value=6_000.0))
    [verdict] = acts.verdicts(claim)
    assert (verdict.outcome, verdict.value, verdict.answer) == (TRUE, 6_000.0, None)


@pytest.mark.parametrize("other", [None, 6_001.5])
def test_with_different_measured_values_the_verdict_has_none(acts: Acts, other: float | None) -> None:
    claim = acts.record(shape=QUANTITY)
    fact = acts.attach(claim)
    acts.judge_as(claim, *(assessment_terms(TRUE, fact, value=value) for value in (6_000.0, other)))
    [verdict] = acts.verdicts(claim)
    assert (verdict.outcome, verdict.value) == (TRUE, None)


@pytest.mark.parametrize(
    ("outcome", "value"),
    [(TRUE, 4_999.0), (Outcome.FALSE, 5_000.0), (TRUE, float("nan")), (Outcome.UNRESOLVABLE, float("inf"))],
)
def test_a_value_that_contradicts_the_outcome_is_refused(acts: Acts, outcome: Outcome, value: float) -> None:
    claim = acts.record(shape=QUANTITY)
    fact, review = acts.attach(claim), review_of(acts.session, claim)
    field = "outcome" if abs(value) < 1e15 else "value"
    terms = assessment_terms(outcome, fact, value=value)
    acts.refused(seal_assessment, field, by=min(assignees(acts.session, review)), review=review, terms=terms)


def test_a_choice_is_judged_by_the_option_that_came_about(acts: Acts) -> None:
    claim = acts.record(shape=CHOICE, forecast=acts.forecast(option=1))
    acts.judge_choice(claim, 3)
    [verdict] = acts.verdicts(claim)
    assert (verdict.outcome, verdict.answer, verdict.value) == (ANSWERED, 3, None)


def test_reviewers_who_name_two_options_split_and_an_editor_decides(acts: Acts) -> None:
    claim = acts.record(shape=CHOICE, forecast=acts.forecast(option=1))
    fact, review = acts.attach(claim), review_of(acts.session, claim)
    first = min(assignees(acts.session, review))
    sealed = assessment_terms(ANSWERED, fact, answer=1)
    acts.do(seal_assessment, by=first, review=review, terms=sealed)
    assert own_assessment(acts.session, by=first, review=review) == sealed
    last = max(assignees(acts.session, review))
    acts.do(seal_assessment, by=last, review=review, terms=assessment_terms(ANSWERED, fact, answer=2))
    assert acts.session.get_one(Review, review).state is ReviewState.SPLIT
    opened = acts.session.query(Assessment).where(Assessment.review_id == review)
    assert sorted(row.answer or 0 for row in opened) == [1, 2]
    decide = {"by": acts.cast.dora.actor, "review": review, "reason": "The map."}
    acts.refused(adjudicate, "answer", finding=Finding(ANSWERED), **decide)
    acts.refused(adjudicate, "answer", finding=Finding(ANSWERED, 4), **decide)
    acts.refused(adjudicate, "outcome", finding=Finding(TRUE), **decide)
    acts.do(adjudicate, finding=Finding(ANSWERED, 2), **decide)
    [verdict] = acts.verdicts(claim)
    assert (verdict.outcome, verdict.answer) == (ANSWERED, 2)


def test_forecasts_on_a_choice_name_an_option_or_give_all_probabilities(acts: Acts) -> None:
    shares = {"modality": Modality.NUMBER, "confidence": Confidence.none(), "shares": (0.5, 0.3, 0.2)}
    claim = acts.record(shape=CHOICE, forecast=acts.forecast(**shares))
    for at, changes in (
        ("option", {}),
        ("option", {"option": 0}),
        ("option", {"option": 4}),
        ("shares", shares | {"option": 1}),
        ("shares", shares | {"shares": (0.5, 0.5)}),
        ("shares", shares | {"shares": (0.5, 0.3, 0.3)}),
        ("shares", shares | {"shares": (1.5, -0.3, -0.2)}),
        ("shares", shares | {"shares": (float("nan"), 0.5, 0.5)}),
        ("confidence", shares | {"confidence": Confidence.point(0.5)}),
    ):
        acts.refused(record_forecast, at, claim=claim, forecast=acts.forecast(**{"hedge": "again"} | changes))
    acts.refused(record_claim, "option", claim=acts.terms(acts.record()), forecast=acts.forecast(option=1))
