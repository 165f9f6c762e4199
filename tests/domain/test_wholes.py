"""Wholes and parts: how the outcome of a whole follows from those of its parts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from builders import claim_terms
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.claims import claim_problems
from ledger.domain.kinds import ClaimKind, Shape
from ledger.domain.outcomes import Outcome
from ledger.domain.wholes import JudgedFrom, outcome_from_parts

FROM_PARTS = [way for way in JudgedFrom if way is not JudgedFrom.ITSELF]
GRADED = [outcome for outcome in Outcome if outcome.grade is not None]
some_outcomes = st.lists(st.sampled_from(Outcome), min_size=1, max_size=8)


@given(way=st.sampled_from(JudgedFrom), parts=st.lists(st.none() | st.sampled_from(Outcome), max_size=6))
def test_a_whole_waits_for_all_its_parts(way: JudgedFrom, parts: list[Outcome | None]) -> None:
    known = way is not JudgedFrom.ITSELF and bool(parts) and None not in parts
    assert (outcome_from_parts(way, parts) is not None) == known


@given(way=st.sampled_from(FROM_PARTS), parts=some_outcomes, data=st.data())
def test_the_order_of_parts_does_not_matter(way: JudgedFrom, parts: list[Outcome], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(parts))
    assert outcome_from_parts(way, shuffled) is outcome_from_parts(way, parts)


@given(way=st.sampled_from(FROM_PARTS), parts=some_outcomes)
def test_a_whole_lies_between_its_parts(way: JudgedFrom, parts: list[Outcome]) -> None:
    """By definition, in fractions: the least, the greatest, or the grade nearest to the mean, the lower of two."""
    whole = outcome_from_parts(way, parts)
    grades = [Fraction(outcome.grade) for outcome in parts if outcome.grade is not None]
    assert whole is not None and whole is not Outcome.ANSWERED
    if not grades:
        assert whole is (parts[0] if {parts[0]} == set(parts) - {Outcome.ANSWERED} else Outcome.UNRESOLVABLE)
        return
    assert whole.grade is not None and min(grades) <= whole.grade <= max(grades)
    if way is JudgedFrom.SHARE:
        mean = sum(grades) / len(grades)
        away = [abs(Fraction(outcome.grade or 0) - mean) for outcome in GRADED]
        nearest = [o for o, far in zip(GRADED, away, strict=True) if far == min(away)]
        assert whole is min(nearest, key=lambda outcome: outcome.grade or 0)
    else:
        assert whole.grade == {JudgedFrom.ALL: min(grades), JudgedFrom.ANY: max(grades)}[way]


@given(parts=some_outcomes)
def test_any_is_never_less_true_than_the_share_nor_that_than_all(parts: list[Outcome]) -> None:
    graded = [*parts, Outcome.PARTLY_TRUE]
    every, share, some = (
        (outcome_from_parts(way, graded) or Outcome.FALSE).grade or 0.0
        for way in (JudgedFrom.ALL, JudgedFrom.SHARE, JudgedFrom.ANY)
    )
    assert every <= share <= some


@pytest.mark.parametrize("way", FROM_PARTS)
def test_parts_that_are_choices_answer_nothing_for_the_whole(way: JudgedFrom) -> None:
    """The option that came about is the part's: a whole that was "answered" would have no answer."""
    assert outcome_from_parts(way, [Outcome.ANSWERED, Outcome.ANSWERED]) is Outcome.UNRESOLVABLE
    assert outcome_from_parts(way, [Outcome.ANSWERED, Outcome.FALSE]) is Outcome.FALSE


def test_half_way_falls_to_the_lower() -> None:
    assert outcome_from_parts(JudgedFrom.SHARE, [Outcome.TRUE, Outcome.MOSTLY_TRUE]) is Outcome.MOSTLY_TRUE
    assert outcome_from_parts(JudgedFrom.SHARE, [Outcome.FALSE, Outcome.MOSTLY_FALSE]) is Outcome.FALSE


@pytest.mark.parametrize("way", JudgedFrom)
def test_a_choice_is_judged_on_its_own(way: JudgedFrom) -> None:
    terms = claim_terms(judged_from=way, shape=Shape(ClaimKind.CHOICE, options=("one", "two")))
    wanted = [] if way is JudgedFrom.ITSELF else ["judged_from"]
    assert [problem.field for problem in claim_problems(terms)] == wanted
