"""Claims: valid terms, duplicates, due dates, and the normal form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cast import claim_terms

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import (
    LONGEST_CRITERIA,
    LONGEST_NOTE,
    LONGEST_SLUG,
    LONGEST_STATEMENT,
    LONGEST_TOPIC,
    MOST_TOPICS,
    ClaimState,
    ClaimTerms,
    HorizonBasis,
    claim_problems,
    first_due,
    horizon_problems,
)
from ledger.domain.dates import PartialDate, add_months
from ledger.domain.policies import FOUNDING
from ledger.domain.text import slug

NO_HORIZON: dict[str, Any] = {"horizon": None, "horizon_basis": HorizonBasis.DEFAULT}


def fields(**changes: Any) -> list[str]:
    return [problem.field for problem in claim_problems(claim_terms(**changes))]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        NO_HORIZON,
        {"statement": "x" * LONGEST_STATEMENT, "criteria": "x" * LONGEST_CRITERIA},
        {"horizon_note": "x" * LONGEST_NOTE, "condition": "x" * LONGEST_STATEMENT},
        {"topics": tuple(f"Topic {n}" for n in range(MOST_TOPICS))},
        {"topics": ("x" * LONGEST_TOPIC,)},
        {"criteria": "True if:\n\t- one\n\t- two"},
        {"statement": "سيعود المقاتلون 🔥", "topics": ("イスラム国",)},
    ],
)
def test_valid_terms_of_a_claim(changes: dict[str, Any]) -> None:
    assert fields(**changes) == []


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"statement": ""}, ["statement"]),
        ({"statement": "two\nlines"}, ["statement"]),
        ({"statement": "x" * (LONGEST_STATEMENT + 1)}, ["statement"]),
        ({"statement": "turned \u202e round"}, ["statement"]),
        ({"criteria": ""}, ["criteria"]),
        ({"criteria": "x" * (LONGEST_CRITERIA + 1)}, ["criteria"]),
        ({"horizon_note": "x" * (LONGEST_NOTE + 1)}, ["horizon_note"]),
        ({"condition": "x" * (LONGEST_STATEMENT + 1)}, ["condition"]),
        ({"horizon": None}, ["horizon"]),
        ({"horizon_basis": HorizonBasis.DEFAULT}, ["horizon_basis"]),
        ({"topics": tuple(f"Topic {n}" for n in range(MOST_TOPICS + 1))}, ["topics"]),
        ({"topics": ("x" * (LONGEST_TOPIC + 1),)}, ["topics"]),
        ({"topics": ("Foreign Fighters", "foreign fighters")}, ["topics"]),
        ({"topics": ("\x00",)}, ["topics"]),
        ({"statement": "", "criteria": "", "horizon": None}, ["statement", "criteria", "horizon"]),
    ],
)
def test_every_problem_names_its_field(changes: dict[str, Any], at: list[str]) -> None:
    assert fields(**changes) == at


def test_a_topic_with_too_long_an_address_is_refused() -> None:
    # In an address this one character becomes eighteen.
    assert len(slug("\ufdfa" * 5)) > LONGEST_SLUG
    assert fields(topics=("\ufdfa" * 5,)) == ["topics"]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"statement": "  THE city\u00a0is retaken. "}, True),
        ({"criteria": "Other criteria."}, True),
        ({"topics": ("Else",), "horizon_note": "Else", "horizon_basis": HorizonBasis.ASSIGNED}, True),
        ({"statement": "The city is not retaken."}, False),
        ({"horizon": PartialDate(2017, 10)}, False),
        ({"horizon": PartialDate(2018, 10, 31)}, False),
        (NO_HORIZON, False),
        ({"condition": "If it rains"}, False),
    ],
)
def test_the_same_statement_horizon_and_condition_make_one_claim(changes: dict[str, Any], same: bool) -> None:
    terms = claim_terms(statement="The city is retaken.")
    other = claim_terms(**{"statement": "The city is retaken."} | changes)
    assert (terms.fingerprint == other.fingerprint) is same


@pytest.mark.parametrize(
    ("horizon", "made_on", "problem"),
    [
        (PartialDate(2017, 10, 31), PartialDate(2017, 10, 31), False),
        (PartialDate(2017, 10, 31), PartialDate(2017, 11, 1), True),
        (PartialDate(2017, 10), PartialDate(2017, 10, 31), False),
        (PartialDate(2017), PartialDate(2017, 12), False),
        (PartialDate(2016), PartialDate(2017), True),
        (PartialDate(2017, 10, 31), PartialDate(2017, 10), False),
    ],
)
def test_a_claim_is_made_before_its_horizon_has_passed(
    horizon: PartialDate, made_on: PartialDate, problem: bool
) -> None:
    assert bool(horizon_problems(claim_terms(horizon=horizon), made_on)) is problem
    assert not horizon_problems(claim_terms(**NO_HORIZON), made_on)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.booleans(), st.booleans())
def test_a_claim_is_due_the_day_after_its_horizon_or_the_default(day: date, month_only: bool, default: bool) -> None:
    when = PartialDate(day.year, day.month, None if month_only else day.day)
    if default:
        assert first_due(None, when, FOUNDING) == add_months(when.last, 12) + timedelta(days=1)
    else:
        assert first_due(when, PartialDate(1900), FOUNDING) == when.last + timedelta(days=1)


def test_states_read_as_words() -> None:
    assert {state: state.words for state in ClaimState} == {
        ClaimState.OPEN: "open",
        ClaimState.DUE: "due",
        ClaimState.IN_REVIEW: "in review",
        ClaimState.ADJUDICATION: "awaiting an editor",
        ClaimState.RESOLVED: "resolved",
        ClaimState.WITHDRAWN: "withdrawn",
        ClaimState.VOID: "void",
        ClaimState.MERGED: "merged",
        ClaimState.SPLIT: "split",
    }
    assert [state for state in ClaimState if state.ended] == [*ClaimState][-4:]


def test_the_normal_form_of_terms() -> None:
    """Examples, because properties of all claims would also hold if `normal` changed nothing."""
    typed = ClaimTerms(
        statement="  The\u00a0 army   comes. ",
        criteria="\r\nTrue if:\r\n- it  comes\r",
        topics=(" Battle ", "e\u0301lan"),
        shape=Shape(ordered=True, bounds=Bounds(None, -0.0, True, True)),
    )
    normal = typed.normal
    assert (normal.statement, normal.criteria) == ("The army comes.", "True if:\n- it  comes")
    assert normal.topics == ("Battle", "\u00e9lan")
    assert (normal.shape.ordered, str(normal.shape.bounds.high)) == (False, "0.0")
    assert (normal.shape.bounds.low_strict, normal.shape.bounds.high_strict) == (False, True)
    assert normal.normal == normal
    assert Shape(ClaimKind.CHOICE, options=(" a  b ", "c"), ordered=True).normal == Shape(
        ClaimKind.CHOICE, options=("a b", "c"), ordered=True
    )
