"""Conditions, checkability and base rates: their rules, and the distance of a forecast from the base rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cast import claim_terms

from ledger.domain.base_rates import LONGEST_NOTE, BaseRate, base_rate_distance, base_rate_problems
from ledger.domain.checkability import LONGEST_REASON, Checkability, checkability_problems
from ledger.domain.conditions import ConditionState, condition_conflict
from ledger.domain.outcomes import Outcome

UNMET = (ConditionState.NOT_MET, ConditionState.COUNTERFACTUAL)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("state", ConditionState)
def test_outcomes_that_contradict_the_state_of_a_condition(outcome: Outcome, state: ConditionState) -> None:
    says_something = outcome.graded or outcome is Outcome.ANSWERED
    wrong = state in UNMET and says_something
    wrong |= state is ConditionState.MET and outcome is Outcome.CONDITION_NOT_MET
    assert (condition_conflict(outcome, state) is not None) == wrong


def test_an_unknown_condition_allows_every_outcome() -> None:
    assert {condition_conflict(outcome, ConditionState.UNKNOWN) for outcome in Outcome} == {None}


@pytest.mark.parametrize("checkability", Checkability)
def test_an_uncheckable_claim_needs_a_reason(checkability: Checkability) -> None:
    def fields(reason: str) -> list[str]:
        return [problem.field for problem in checkability_problems(checkability, reason)]

    assert fields("") == ([] if checkability is Checkability.CHECKABLE else ["checkability_reason"])
    assert fields("No number,\nno date.") == []
    assert fields("x" * (LONGEST_REASON + 1)) == fields("\x00") == ["checkability_reason"]
    terms = claim_terms(checkability=checkability)
    assert terms.reviewed == (checkability is Checkability.CHECKABLE)


@pytest.mark.parametrize(
    ("rate", "note", "at"),
    [
        (None, "", []),
        (0.0, "None of 30 since 1990.", []),
        (1.0, "All of 30\nsince 1990.", []),
        (0.25, "", ["base_rate_note"]),
        (None, "Of what?", ["base_rate"]),
        (1.01, "x", ["base_rate"]),
        (-0.01, "", ["base_rate", "base_rate_note"]),
        (float("nan"), "x", ["base_rate"]),
        (0.5, "x" * (LONGEST_NOTE + 1), ["base_rate_note"]),
        (0.5, "\u202e", ["base_rate_note"]),
    ],
)
def test_a_base_rate_is_a_probability_with_a_note(rate: float | None, note: str, at: list[str]) -> None:
    assert [problem.field for problem in base_rate_problems(BaseRate(rate, note))] == at


@given(mid=st.none() | st.floats(0, 1), rate=st.none() | st.floats(0, 1))
def test_the_distance_from_the_base_rate_has_a_sign(mid: float | None, rate: float | None) -> None:
    found = base_rate_distance(mid, rate)
    assert (found is None) == (mid is None or rate is None)
    if found is not None and mid is not None and rate is not None:
        assert -1 <= found <= 1
        assert abs(found - (mid - rate)) <= 5.1e-7
        assert base_rate_distance(rate, mid) == -found
