"""Kinds of claim: their required and superfluous details, bounds, and the outcomes that fit each kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.claim_types import (
    LARGEST_QUANTITY,
    LONGEST_OPTION,
    MOST_OPTIONS,
    Bounds,
    ClaimKind,
    Shape,
    quantity,
    quantity_problem,
    shape_problems,
)
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import answer_problems

WHOLE = {
    ClaimKind.EVENT: Shape(),
    ClaimKind.CONTINUES: Shape(ClaimKind.CONTINUES, baseline="At war, as of 2016."),
    ClaimKind.COMPARES: Shape(
        ClaimKind.COMPARES, baseline="40 in 2015", metric="Attacks, as GTD counts", unit="attacks"
    ),
    ClaimKind.QUANTITY: Shape(ClaimKind.QUANTITY, bounds=Bounds(5_000.0, 7_000.0), unit="people"),
    ClaimKind.CHOICE: Shape(ClaimKind.CHOICE, options=("Raqqa", "Mosul", "anything else")),
}
numbers = st.floats(-LARGEST_QUANTITY, LARGEST_QUANTITY).filter(lambda value: quantity_problem(value) is None)


def fields(kind: ClaimKind, **changes: Any) -> list[str]:
    return [problem.field for problem in shape_problems(replace(WHOLE[kind], **changes))]


@pytest.mark.parametrize("kind", ClaimKind)
def test_each_kind_with_its_details_is_accepted(kind: ClaimKind) -> None:
    assert fields(kind) == []
    assert kind.words.startswith(("a ", "an "))


@pytest.mark.parametrize(
    ("kind", "changes", "at"),
    [
        (ClaimKind.CONTINUES, {"baseline": ""}, ["baseline"]),
        (ClaimKind.CONTINUES, {"baseline": "two\nlines"}, ["baseline"]),
        (ClaimKind.CONTINUES, {"metric": "people"}, ["metric"]),
        (ClaimKind.COMPARES, {"baseline": "", "metric": ""}, ["metric", "baseline"]),
        (ClaimKind.COMPARES, {"bounds": Bounds(high=1.0)}, ["high_bound"]),
        (ClaimKind.EVENT, {"baseline": "x"}, ["baseline"]),
        (ClaimKind.EVENT, {"unit": "x", "options": ("a", "b")}, ["unit", "options"]),
        (ClaimKind.EVENT, {"bounds": Bounds(0.0, 0.0)}, ["low_bound", "high_bound"]),
        (ClaimKind.QUANTITY, {"unit": ""}, ["unit"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds()}, ["low_bound"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds(), "unit": ""}, ["unit", "low_bound"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds(low=float("nan"))}, ["low_bound"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds(float("-inf"), float("inf"))}, ["low_bound", "high_bound"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds(high=LARGEST_QUANTITY * 2)}, ["high_bound"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds(2.0, 1.0)}, ["high_bound"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds(1.0, 1.0, low_strict=True)}, ["high_bound"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds(1.0, 1.0, high_strict=True)}, ["high_bound"]),
        (ClaimKind.QUANTITY, {"bounds": Bounds(1.0, 1.0)}, []),
        (ClaimKind.QUANTITY, {"bounds": Bounds(-LARGEST_QUANTITY, LARGEST_QUANTITY)}, []),
        (ClaimKind.CHOICE, {"options": ()}, ["options"]),
        (ClaimKind.CHOICE, {"options": ("one",)}, ["options"]),
        (ClaimKind.CHOICE, {"options": ("one", "")}, ["options"]),
        (ClaimKind.CHOICE, {"options": ("one", " \t")}, ["options"]),
        (ClaimKind.CHOICE, {"options": ("One", "one ")}, ["options"]),
        (ClaimKind.CHOICE, {"options": ("one", "two\nlines")}, ["options"]),
        (ClaimKind.CHOICE, {"options": ("one", "\ud800")}, ["options"]),
        (ClaimKind.CHOICE, {"options": ("one", "x" * (LONGEST_OPTION + 1))}, ["options"]),
        (ClaimKind.CHOICE, {"options": tuple(f"option {n}" for n in range(MOST_OPTIONS + 1))}, ["options"]),
        (ClaimKind.CHOICE, {"options": tuple(f"option {n}" for n in range(MOST_OPTIONS))}, []),
        (ClaimKind.CHOICE, {"unit": "people"}, ["unit"]),
    ],
)
def test_missing_and_superfluous_details_are_refused(kind: ClaimKind, changes: dict[str, Any], at: list[str]) -> None:
    assert fields(kind, **changes) == at


@given(
    low=st.none() | numbers,
    high=st.none() | numbers,
    low_strict=st.booleans(),
    high_strict=st.booleans(),
    pick=st.sampled_from(["low", "high", "free"]),
    free=numbers,
)
def test_a_value_within_bounds_is_true_and_one_outside_is_false(
    low: float | None, high: float | None, low_strict: bool, high_strict: bool, pick: str, free: float
) -> None:
    """For all bounds, exactly one of the two outcomes fits a measured value; ends are inside unless strict."""
    bounds = Bounds(low, high, low_strict, high_strict)
    shape = Shape(ClaimKind.QUANTITY, bounds=bounds, unit="people")
    end = {"low": low, "high": high, "free": free}[pick]
    value = free if end is None else end
    fits = {
        outcome: answer_problems(outcome, None, value, shape=shape, condition=None) == []
        for outcome in (Outcome.TRUE, Outcome.FALSE)
    }
    assert fits == {Outcome.TRUE: bounds.hold(value), Outcome.FALSE: not bounds.hold(value)}
    if (low is not None and value == low and low_strict) or (high is not None and value == high and high_strict):
        assert not bounds.hold(value)
    if (low is not None and value < low) or (high is not None and value > high):
        assert not bounds.hold(value)


@given(low=numbers, high=numbers, value=numbers)
def test_wider_bounds_contain_the_same_values(low: float, high: float, value: float) -> None:
    inside = Bounds(low, high, low_strict=True, high_strict=True).hold(value)
    assert not inside or all(
        wider.hold(value) for wider in (Bounds(low, high), Bounds(low), Bounds(high=high), Bounds(None, None))
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), LARGEST_QUANTITY * 10])
@pytest.mark.parametrize("outcome", [Outcome.TRUE, Outcome.FALSE, Outcome.UNRESOLVABLE])
def test_nan_and_infinity_are_refused_as_measured_values(outcome: Outcome, value: float) -> None:
    """JSON has no nan, so the journal could not store it."""
    problems = answer_problems(outcome, None, value, shape=WHOLE[ClaimKind.QUANTITY], condition=None)
    assert [problem.field for problem in problems] == ["value"]


@pytest.mark.parametrize(
    ("outcome", "answer", "at"),
    [
        (Outcome.ANSWERED, 1, []),
        (Outcome.ANSWERED, 3, []),
        (Outcome.ANSWERED, 0, ["answer"]),
        (Outcome.ANSWERED, 4, ["answer"]),
        (Outcome.ANSWERED, None, ["answer"]),
        (Outcome.TRUE, None, ["outcome"]),
        (Outcome.PARTLY_TRUE, 1, ["outcome", "answer"]),
        (Outcome.UNRESOLVABLE, None, []),
        (Outcome.UNRESOLVABLE, 1, ["answer"]),
    ],
)
def test_only_answered_fits_a_choice(outcome: Outcome, answer: int | None, at: list[str]) -> None:
    problems = answer_problems(outcome, answer, None, shape=WHOLE[ClaimKind.CHOICE], condition=None)
    assert [problem.field for problem in problems] == at


@pytest.mark.parametrize("kind", [kind for kind in ClaimKind if kind is not ClaimKind.CHOICE])
def test_answered_fits_no_other_kind(kind: ClaimKind) -> None:
    problems = answer_problems(Outcome.ANSWERED, 1, None, shape=WHOLE[kind], condition=None)
    assert [problem.field for problem in problems] == ["outcome"]


@pytest.mark.parametrize("kind", [kind for kind in ClaimKind if kind is not ClaimKind.QUANTITY])
def test_only_a_quantity_has_a_measured_value(kind: ClaimKind) -> None:
    problems = answer_problems(Outcome.UNRESOLVABLE, None, 3.0, shape=WHOLE[kind], condition=None)
    assert [problem.field for problem in problems] == ["value"]


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(5_000.0), "at least 5,000"),
        (Bounds(5_000.0, low_strict=True), "more than 5,000"),
        (Bounds(high=3.5), "at most 3.5"),
        (Bounds(high=3.5, high_strict=True), "less than 3.5"),
        (Bounds(5_000.0, 7_000.0), "5,000 to 7,000"),
        (Bounds(1.0, 2.0, low_strict=True), "more than 1 and at most 2"),
        (Bounds(0.0, LARGEST_QUANTITY), "0 to 1,000,000,000,000,000"),
        (Bounds(-0.000001), "at least -0.000001"),
    ],
)
def test_bounds_in_words(bounds: Bounds, words: str) -> None:
    assert bounds.words == words


@given(value=numbers)
def test_a_written_quantity_is_read_as_the_same_quantity(value: float) -> None:
    assert float(quantity(value).replace(",", "")) == value
