"""Policies: valid terms, grades, and the rubric of the founding policy."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.samples.policies import any_grades, other_terms, policy_terms

from ledger.domain.confidence import MILLION
from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.policies import FOUNDING, LONGEST_RUBRIC, RANGES, Grades, PolicyTerms, policy_problems
from ledger.domain.text import paragraphs


def fields(terms: PolicyTerms) -> list[str]:
    return [problem.field for problem in policy_problems(terms)]


def test_the_founding_policy_and_another_are_valid() -> None:
    assert fields(FOUNDING.terms) == fields(other_terms()) == []
    assert (FOUNDING.version, FOUNDING.next_version, replace(FOUNDING, version="9").next_version) == ("1", "2", "10")
    assert FOUNDING.terms == policy_terms() != other_terms()


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("default_horizon_months", 1, 120),
        ("reviewers_per_claim", 2, 9),
        ("longest_snooze_days", 1, 3_660),
        ("smallest_n", 1, 1_000),
    ],
)
def test_numbers_outside_their_range_are_refused_with_the_range(name: str, least: int, most: int) -> None:
    assert RANGES[name][:2] == (least, most)
    for number, wanted in ((least, []), (most, []), (least - 1, [name]), (most + 1, [name])):
        problems = policy_problems(policy_terms(**{name: number}))
        assert [problem.field for problem in problems] == wanted
        assert all(f"{least:,} to {most:,}" in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [
        ({"yardstick": "Nobody1900"}, ["yardstick"]),
        ({"rubric": ""}, ["rubric"]),
        ({"rubric": "x" * LONGEST_RUBRIC}, []),
        ({"rubric": "x" * (LONGEST_RUBRIC + 1)}, ["rubric"]),
        ({"rubric": "True: so.\n\nFalse:\tnot so."}, []),
        ({"rubric": "a\x00b"}, ["rubric"]),
        ({"rubric": "a\u202eb"}, ["rubric"]),
        ({"grades": Grades(0.8, 0.5, 0.2)}, []),
        ({"grades": Grades(1.0, 0.5, 0.2)}, ["mostly_true"]),
        ({"grades": Grades(0.8, 0.5, 0.0)}, ["mostly_false"]),
        ({"grades": Grades(0.8, nan, 0.2)}, ["partly_true"]),
        ({"grades": Grades(0.5, 0.5, 0.2)}, ["partly_true"]),
        ({"grades": Grades(0.2, 0.5, 0.8)}, ["partly_true", "mostly_false"]),
        ({"grades": Grades(0.8, 0.5000001, 0.2)}, ["partly_true"]),
        ({"smallest_n": 0, "rubric": "", "grades": Grades(2.0, 0.5, 0.2)}, ["smallest_n", "mostly_true", "rubric"]),
    ],
)
def test_every_problem_of_a_policy_names_its_field(terms: dict[str, object], wanted: list[str]) -> None:
    assert fields(policy_terms(**terms)) == wanted


@given(any_grades)
def test_grades_fall_from_true_to_false_in_whole_millionths(grades: Grades) -> None:
    assert fields(policy_terms(grades=grades)) == []
    found = [grades.millionths(outcome) or 0 for outcome in GRADED]
    assert found[0] == MILLION and found[-1] == 0
    assert found == sorted(set(found), reverse=True)
    assert [grades.of(outcome) for outcome in GRADED] == [grade / MILLION for grade in found]
    assert {grades.of(outcome) for outcome in Outcome if not outcome.graded} == {None}


def test_the_founding_rubric_has_a_paragraph_for_each_outcome() -> None:
    assert FOUNDING.rubric == FOUNDING.terms.normal.rubric
    named = [paragraph.partition(":")[0] for paragraph in paragraphs(FOUNDING.rubric)]
    assert named[: len(Outcome)] == [outcome.words.capitalize() for outcome in Outcome]


@given(st.lists(st.sampled_from(["one", "two\nlines", "three"]), max_size=4), st.sampled_from(["\n\n", "\n \n\n"]))
def test_blank_lines_stand_between_paragraphs(parts: list[str], gap: str) -> None:
    assert paragraphs(gap.join(parts)) == parts
