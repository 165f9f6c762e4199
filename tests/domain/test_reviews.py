"""Reviews: valid assessments, choosing reviewers, agreement, snoozing, and hidden stances."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cast import assessment_terms

from ledger.domain.claim_types import EVENT
from ledger.domain.conditions import ConditionState
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import FOUNDING
from ledger.domain.reviews import (
    LONGEST_RATIONALE,
    LONGEST_REASON,
    Finding,
    agreed,
    assessment_problems,
    choose_reviewers,
    may_judge,
    reason_problems,
    snooze_problems,
    stance_hidden,
)

GRADED = [Outcome.TRUE, Outcome.MOSTLY_TRUE, Outcome.PARTLY_TRUE, Outcome.MOSTLY_FALSE, Outcome.FALSE]


def fields(outcome: Outcome, *relied_on: int, conditional: bool = True, **changes: Any) -> list[str]:
    terms = assessment_terms(outcome, *relied_on, **changes)
    return [
        problem.field
        for problem in assessment_problems(
            terms, evidence={1, 2}, shape=EVENT, condition=ConditionState.UNKNOWN if conditional else None
        )
    ]


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.ANSWERED])
def test_conclusive_outcomes_need_evidence(outcome: Outcome) -> None:
    assert fields(outcome) == (["relied_on"] if outcome in GRADED else [])
    assert fields(outcome, 1, 2) == []
    assert fields(outcome, 1, 3) == ["relied_on"]


def test_grades_and_events() -> None:
    assert [FOUNDING.grades.of(outcome) for outcome in GRADED] == [1, 0.75, 0.5, 0.25, 0]
    assert all(FOUNDING.grades.of(outcome) is None for outcome in Outcome if not outcome.graded)
    without = {Outcome.ANSWERED, Outcome.UNRESOLVABLE, Outcome.CONDITION_NOT_MET, Outcome.TOO_VAGUE}
    assert without <= {outcome for outcome in Outcome if not outcome.graded}
    assert {outcome: outcome.event for outcome in Outcome if outcome.event is not None} == {
        Outcome.TRUE: 1,
        Outcome.FALSE: 0,
    }
    assert Outcome.CONDITION_NOT_MET.words == "condition not met"


def test_an_assessment_needs_a_rationale() -> None:
    assert fields(Outcome.TOO_VAGUE, rationale="") == ["rationale"]
    assert fields(Outcome.TOO_VAGUE, rationale="x" * LONGEST_RATIONALE) == []
    assert fields(Outcome.TOO_VAGUE, rationale="x" * (LONGEST_RATIONALE + 1)) == ["rationale"]
    assert fields(Outcome.TOO_VAGUE, rationale="a\x00") == ["rationale"]
    assert fields(Outcome.TOO_VAGUE, rationale="# A heading\n\n* and lines") == []


def test_condition_not_met_needs_a_condition() -> None:
    assert fields(Outcome.CONDITION_NOT_MET, conditional=False) == ["outcome"]
    assert fields(Outcome.CONDITION_NOT_MET, conditional=True) == []


def test_a_decision_needs_a_reason() -> None:
    assert [p.field for p in reason_problems("why", "")] == ["why"]
    assert [p.field for p in reason_problems("why", "x" * (LONGEST_REASON + 1))] == ["why"]
    assert reason_problems("why", "Because.\nAnd so.") == []


actors = st.sampled_from([f"a{n}" for n in range(8)])


@given(
    st.dictionaries(actors, st.integers(0, 3)),
    st.sets(actors),
    st.lists(actors, unique=True),
    st.integers(0, 4),
)
def test_reviewers_are_chosen_by_load_among_those_allowed(
    loads: dict[str, int], recorded_by: set[str], already: list[str], wanted: int
) -> None:
    chosen = choose_reviewers(loads.items(), recorded_by=recorded_by, already=already, wanted=wanted)
    able = loads.keys() - recorded_by - set(already)
    assert len(chosen) == len(set(chosen)) == min(max(0, wanted - len(already)), len(able))
    assert set(chosen) <= able
    assert all(may_judge(actor, recorded_by=recorded_by) for actor in chosen)
    left = [(loads[actor], actor) for actor in able - set(chosen)]
    picked = [(loads[actor], actor) for actor in chosen]
    assert picked == sorted(picked)
    assert not left or not picked or max(picked) < min(left)
    backwards = reversed(list(loads.items()))
    assert choose_reviewers(backwards, recorded_by=recorded_by, already=already, wanted=wanted) == chosen


def test_assessments_agree_if_all_have_the_same_outcome() -> None:
    assert agreed([Finding(Outcome.TRUE), Finding(Outcome.TRUE)]) == Finding(Outcome.TRUE)
    assert agreed([Finding(Outcome.TRUE), Finding(Outcome.MOSTLY_TRUE)]) is None
    assert agreed([Finding(Outcome.ANSWERED, 1), Finding(Outcome.ANSWERED, 2)]) is None
    assert agreed([Finding(Outcome.TRUE, value=5.0), Finding(Outcome.TRUE, value=6.0)]) == Finding(Outcome.TRUE)
    assert agreed([]) is None


@pytest.mark.parametrize(
    ("until", "refused"),
    [
        (date(2026, 11, 22), True),
        (date(2026, 11, 23), False),
        (date(2027, 11, 23), False),
        (date(2027, 11, 24), True),
        (date(2020, 1, 1), True),
    ],
)
def test_a_review_is_snoozed_to_a_future_day_within_the_limit(until: date, refused: bool) -> None:
    assert bool(snooze_problems(until, today=date(2026, 11, 22), policy=FOUNDING)) is refused


@pytest.mark.parametrize(
    ("attached", "by", "first_seal", "hidden"),
    [
        (9, "ben", 5, True),
        (9, "ada", 5, False),  # not a reviewer of the claim
        (4, "ben", 5, False),  # attached before the first seal
        (9, "ben", None, False),  # no assessment is sealed, or all are opened
    ],
)
def test_a_stance_of_an_assigned_reviewer_is_hidden_after_the_first_seal(
    attached: int, by: str, first_seal: int | None, hidden: bool
) -> None:
    found = stance_hidden(attached=attached, attached_by=by, assignees=["ben", "cleo"], first_seal=first_seal)
    assert found is hidden
