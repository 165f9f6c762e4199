"""Wholes and parts: how the outcome of a whole follows from those of its parts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cast import claim_terms
from support.samples.policies import OTHER_GRADES, any_grades

from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.claims import claim_problems
from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.policies import FOUNDING, Grades
from ledger.domain.wholes import JudgedFrom, outcome_from_parts

FROM_PARTS = [way for way in JudgedFrom if way is not JudgedFrom.ITSELF]
some_outcomes = st.lists(st.sampled_from(Outcome), min_size=1, max_size=8)


@given(way=st.sampled_from(JudgedFrom), parts=st.lists(st.none() | st.sampled_from(Outcome), max_size=6))
def test_a_whole_waits_for_all_its_parts(way: JudgedFrom, parts: list[Outcome | None]) -> None:
    known = way is not JudgedFrom.ITSELF and bool(parts) and None not in parts
    assert (outcome_from_parts(way, parts, FOUNDING.grades) is not None) == known


@given(way=st.sampled_from(FROM_PARTS), parts=some_outcomes, data=st.data())
def test_the_order_of_parts_does_not_matter(way: JudgedFrom, parts: list[Outcome], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(parts))
    assert outcome_from_parts(way, shuffled, OTHER_GRADES) is outcome_from_parts(way, parts, OTHER_GRADES)


def graded(policy: Grades, outcome: Outcome) -> Fraction | None:
    grade = policy.of(outcome)
    return None if grade is None else Fraction(str(grade))


@given(way=st.sampled_from(FROM_PARTS), parts=some_outcomes, policy=st.just(FOUNDING.grades) | any_grades)
def test_a_whole_lies_between_its_parts(way: JudgedFrom, parts: list[Outcome], policy: Grades) -> None:
    """By definition, in fractions: the lowest, the highest, or the grade nearest to the mean, the lower of two."""
    whole = outcome_from_parts(way, parts, policy)
    grades = [grade for outcome in parts if (grade := graded(policy, outcome)) is not None]
    assert whole is not None and whole is not Outcome.ANSWERED
    if not grades:
        assert whole is (parts[0] if {parts[0]} == set(parts) != {Outcome.ANSWERED} else Outcome.UNRESOLVABLE)
        return
    grade = graded(policy, whole)
    assert grade is not None and min(grades) <= grade <= max(grades)
    if way is JudgedFrom.SHARE:
        mean = sum(grades) / len(grades)
        away = [abs((graded(policy, outcome) or 0) - mean) for outcome in GRADED]
        nearest = [o for o, far in zip(GRADED, away, strict=True) if far == min(away)]
        assert whole is nearest[-1]
    else:
        assert grade == {JudgedFrom.ALL: min(grades), JudgedFrom.ANY: max(grades)}[way]


@given(parts=some_outcomes)
def test_any_is_at_least_the_share_and_the_share_at_least_all(parts: list[Outcome]) -> None:
    all_parts = [*parts, Outcome.PARTLY_TRUE]
    every, share, some = (
        graded(OTHER_GRADES, outcome_from_parts(way, all_parts, OTHER_GRADES) or Outcome.FALSE) or 0
        for way in (JudgedFrom.ALL, JudgedFrom.SHARE, JudgedFrom.ANY)
    )
    assert every <= share <= some


@pytest.mark.parametrize("way", FROM_PARTS)
def test_parts_that_are_choices_do_not_decide_the_whole(way: JudgedFrom) -> None:
    """The options belong to the parts: a whole that was "answered" would have no option."""
    assert outcome_from_parts(way, [Outcome.ANSWERED, Outcome.ANSWERED], FOUNDING.grades) is Outcome.UNRESOLVABLE
    assert outcome_from_parts(way, [Outcome.ANSWERED, Outcome.FALSE], FOUNDING.grades) is Outcome.FALSE


def test_half_way_is_rounded_to_the_lower_grade() -> None:
    def share(*parts: Outcome) -> Outcome | None:
        return outcome_from_parts(JudgedFrom.SHARE, parts, FOUNDING.grades)

    assert share(Outcome.TRUE, Outcome.MOSTLY_TRUE) is Outcome.MOSTLY_TRUE
    assert share(Outcome.FALSE, Outcome.MOSTLY_FALSE) is Outcome.FALSE


def test_a_share_is_rounded_by_the_grades_of_the_policy() -> None:
    parts = [Outcome.TRUE, Outcome.FALSE, Outcome.FALSE]
    assert outcome_from_parts(JudgedFrom.SHARE, parts, FOUNDING.grades) is Outcome.MOSTLY_FALSE
    assert outcome_from_parts(JudgedFrom.SHARE, parts, OTHER_GRADES) is Outcome.PARTLY_TRUE


@pytest.mark.parametrize("way", JudgedFrom)
def test_a_choice_is_judged_on_its_own(way: JudgedFrom) -> None:
    terms = claim_terms(judged_from=way, shape=Shape(ClaimKind.CHOICE, options=("one", "two")))
    wanted = [] if way is JudgedFrom.ITSELF else ["judged_from"]
    assert [problem.field for problem in claim_problems(terms)] == wanted
