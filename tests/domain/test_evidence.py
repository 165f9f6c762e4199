"""Evidence: valid terms, and the flags from its dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cast import evidence_terms

from ledger.domain.dates import PartialDate, Precision
from ledger.domain.evidence import (
    CREDIBILITY,
    LONGEST_PUBLISHER,
    LONGEST_SUMMARY,
    LONGEST_URL,
    RELIABILITY,
    EvidenceKind,
    evidence_problems,
    time_flags,
)

TODAY = date(2026, 11, 22)
NOTE = {"kind": EvidenceKind.SEARCH_NOTE, "event_on": None, "published_on": None}


def fields(**changes: Any) -> list[str]:
    return [problem.field for problem in evidence_problems(evidence_terms(**changes), today=TODAY)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        NOTE,
        {"url": ""},
        {"published_on": None, "captured_on": None},
        {"event_on": PartialDate(2017), "published_on": PartialDate(2017, 1, 1)},
        {"event_on": PartialDate.of(TODAY), "published_on": None, "captured_on": None},
        {"event_on": PartialDate(2026), "published_on": PartialDate(2026, 11), "captured_on": PartialDate(2026, 11)},
        {"summary": "x" * LONGEST_SUMMARY, "publisher": "x" * LONGEST_PUBLISHER},
        {"summary": "several\nlines"},
        *({"reliability": grade} for grade in RELIABILITY),
        *({"credibility": grade} for grade in CREDIBILITY),
    ],
)
def test_valid_terms_of_evidence(changes: dict[str, Any]) -> None:
    assert fields(**changes) == []


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"summary": ""}, ["summary"]),
        ({"summary": "x" * (LONGEST_SUMMARY + 1)}, ["summary"]),
        ({"summary": "\u202e"}, ["summary"]),
        ({"publisher": ""}, ["publisher"]),
        ({"publisher": "a\nb"}, ["publisher"]),
        ({"url": "example.org"}, ["url"]),
        ({"url": "javascript:alert(1)"}, ["url"]),
        ({"url": "https://example.org/" + "x" * LONGEST_URL}, ["url"]),
        ({"checked_in": "x" * (LONGEST_URL + 1)}, ["checked_in"]),
        ({"event_on": None}, ["event_on"]),
        (NOTE | {"captured_on": None}, ["captured_on"]),
        ({"event_on": PartialDate(2026, 11, 23), "published_on": None, "captured_on": None}, ["event_on"]),
        ({"published_on": PartialDate(2017, 7, 9)}, ["published_on"]),
        ({"captured_on": PartialDate(2017, 7, 10)}, ["captured_on"]),
        ({"captured_on": PartialDate(2027)}, ["captured_on"]),
        ({"reliability": "G"}, ["reliability"]),
        ({"reliability": ""}, ["reliability"]),
        ({"credibility": "7"}, ["credibility"]),
    ],
)
def test_every_problem_names_its_field(changes: dict[str, Any], at: list[str]) -> None:
    assert fields(**changes) == at


MADE, HORIZON = PartialDate(2017, 6), PartialDate(2018, 6, 30)
BEFORE, AFTER = ("before the claim was made",), ("after the horizon",)


@pytest.mark.parametrize(
    ("event_on", "flags"),
    [
        (PartialDate(2017, 5, 31), BEFORE),
        (PartialDate(2017, 5), BEFORE),
        (PartialDate(2016), BEFORE),
        (PartialDate(2017), ()),  # it may have been in December
        (PartialDate(2017, 6), ()),
        (PartialDate(2017, 6, 1), ()),
        (PartialDate(2018, 6, 30), ()),
        (PartialDate(2018), ()),
        (PartialDate(2018, 7, 1), AFTER),
        (PartialDate(2018, 7), AFTER),
        (PartialDate(2019), AFTER),
        (None, ()),
    ],
)
def test_dates_are_flagged_only_where_they_are_certain(event_on: PartialDate | None, flags: tuple[str, ...]) -> None:
    assert time_flags(EvidenceKind.FACT, event_on, made_on=MADE, horizon=HORIZON) == flags
    assert time_flags(EvidenceKind.SEARCH_NOTE, event_on, made_on=MADE, horizon=HORIZON) == ()
    assert "after the horizon" not in time_flags(EvidenceKind.FACT, event_on, made_on=MADE, horizon=None)


days = st.dates(date(2015, 1, 1), date(2020, 12, 31))


@given(days, days, days, st.sampled_from(Precision))
def test_a_flag_holds_for_every_day_the_date_can_mean(event: date, made: date, end: date, precision: Precision) -> None:
    event_on = PartialDate(
        event.year,
        None if precision is Precision.YEAR else event.month,
        event.day if precision is Precision.DAY else None,
    )
    flags = time_flags(EvidenceKind.FACT, event_on, made_on=PartialDate.of(made), horizon=PartialDate.of(end))
    assert ("before the claim was made" in flags) == (event_on.last < made)
    assert ("after the horizon" in flags) == (event_on.first > end)
