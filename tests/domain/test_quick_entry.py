"""Quick entry: parsing a claim from one text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.claims import HorizonBasis
from ledger.domain.dates import PartialDate
from ledger.domain.quick_entry import QuickEntry, read_quick_entry

SAID = date(2026, 11, 22)


def read(text: str) -> QuickEntry:
    return read_quick_entry(text, said_on=SAID)


def test_statement_topics_horizon_and_probability() -> None:
    assert read('  The group regroups by end of 2027 #ISIS #"Foreign fighters", 60%. ') == QuickEntry(
        "The group regroups by end of 2027.",
        ("ISIS", "Foreign fighters"),
        PartialDate(2027),
        "by end of 2027",
        0.6,
    )


@pytest.mark.parametrize(
    ("words", "horizon"),
    [
        ("by 2027", "2027"),
        ("by the end of 2027", "2027"),
        ("in March 2027", "2027-03"),
        ("by the end of Sept. 2027", "2027-09"),
        ("by 31 December 2027", "2027-12-31"),
        ("by 2027-06-30", "2027-06-30"),
        ("until 2027-06", "2027-06"),
        ("before 2028", "2027"),
        ("before March 2028", "2028-02"),
        ("before 1 March 2028", "2028-02-29"),
        ("before the end of 2028", "2028"),
        ("by Q3 2027", "2027-09"),
        ("by 2027 Q1", "2027-03"),
        ("this year", ""),
        ("by next year", "2027"),
        ("during this month", "2026-11"),
        ("by the end of next month", "2026-12"),
        ("within six months", "2027-05-22"),
        ("over the next 12 months", "2027-11-22"),
        ("in the coming year", "2027-11-22"),
        ("within a week", "2026-11-29"),
        ("in 10 days", "2026-12-02"),
        ("in 2027, or by 2030", "2030"),
        ("by 31 February 2027", ""),
        ("in the 2020s", ""),
        ("in room 20271", ""),
    ],
)
def test_dates_as_people_write_them(words: str, horizon: str) -> None:
    found = read(f"It happens {words}")
    assert str(found.horizon or "") == horizon
    assert found.statement == f"It happens {words}"  # the sentence keeps its date
    assert bool(found.horizon_words) is bool(horizon)


@pytest.mark.parametrize(
    ("text", "probability", "statement"),
    [
        ("It rains 60%", 0.6, "It rains"),
        ("It rains, 12,5 %", 0.125, "It rains"),
        ("0% It rains", 0.0, "It rains"),
        ("It rains 160%", None, "It rains 160%"),
        ("Turnout is above 60%, 70%", None, "Turnout is above 60%, 70%"),
        ("It rains 0.6", None, "It rains 0.6"),
    ],
)
def test_a_single_probability_is_used_and_two_are_not(text: str, probability: float | None, statement: str) -> None:
    assert (read(text).probability, read(text).statement) == (probability, statement)


@pytest.mark.parametrize(
    ("words", "basis"),
    [
        ("by end of 2027", HorizonBasis.STATED),
        ("before March 2028", HorizonBasis.STATED),
        ("by Q3 2027", HorizonBasis.STATED),
        ("by next year", HorizonBasis.IMPLIED),
        ("within six months", HorizonBasis.IMPLIED),
        ("in the coming year", HorizonBasis.IMPLIED),
        ("soon", HorizonBasis.DEFAULT),
    ],
)
def test_a_named_date_is_stated_and_a_counted_one_implied(words: str, basis: HorizonBasis) -> None:
    assert read(f"It happens {words}").horizon_basis is basis


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It rains by 2027 60%", ()),
        ("It rains 160%", ("160%",)),
        ("Turnout is above 60%, 70% or 60%", ("60%", "70%")),
        ("It rains by 31 February 2027", ("by 31 February 2027",)),
        ("It rains in 2027, or by 2030", ("in 2027",)),
        ("It rains in 2027, surely in 2027", ()),
    ],
)
def test_unused_dates_and_probabilities_are_listed(text: str, left: tuple[str, ...]) -> None:
    assert read(text).left == left


def test_topics() -> None:
    assert read("#a_b #a_b it #1 is #, so").topics == ("a b", "1")
    assert read("C#4 and a#b stay").topics == ()
    assert read('#"a b" #“c d” #„e f“ #g').topics == ("a b", "c d", "e f", "g")  # as phones and Germans write them


@given(st.text(max_size=200))
def test_every_text_is_accepted(text: str) -> None:
    found = read(text)
    assert found.probability is None or 0 <= found.probability <= 1
    assert all(topic.strip() for topic in found.topics) or not found.topics
    assert (found.horizon is None) is (found.horizon_words == "")
    assert all(words in found.statement for words in found.left)  # so that a page can point at it
