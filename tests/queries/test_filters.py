"""The registry of filters agrees with the classes of values, the SQL conditions and the documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest

from ledger.domain.outcomes import Outcome
from ledger.queries.filters import (
    FILTERS,
    AnswerFilters,
    AppliesTo,
    CallFilters,
    ClaimFilters,
    Filter,
    ScorecardFilters,
    filters_on,
)

VALUES: dict[AppliesTo, type] = {
    AppliesTo.SCORECARDS: ScorecardFilters,
    AppliesTo.CLAIMS: ClaimFilters,
    AppliesTo.CALLS: CallFilters,
    AppliesTo.ANSWERS: AnswerFilters,
}
NO_FIELD = {"as_of"}  # a field of ScorecardQuery instead
# Filters without SQL conditions in the registry; the reason is at their rows.
NO_SQL = {
    AppliesTo.SCORECARDS: {"as_of", "claimant"},
    AppliesTo.CLAIMS: {"q"},
    AppliesTo.CALLS: set[str](),
    AppliesTo.ANSWERS: {"part", "reading", "order"},
}


def without_field(filters: Sequence[Filter]) -> set[str]:
    """The filters of a page without a field in its class, and the fields without a filter."""
    found = set()
    for page, values in VALUES.items():
        keys = {one.key for one in filters if one.on & page} - NO_FIELD
        found |= keys ^ {item.name for item in fields(values)}
    return found


def without_sql(filters: Sequence[Filter]) -> set[str]:
    """The filters without an SQL condition for a page that they apply to."""
    asks = {
        AppliesTo.SCORECARDS: lambda one: one.units,
        AppliesTo.CLAIMS: lambda one: one.claims or one.forecasts,
        AppliesTo.CALLS: lambda one: one.calls,
        AppliesTo.ANSWERS: lambda one: None,
    }
    return {
        f"{one.key} on {page.words}"
        for page, condition in asks.items()
        for one in filters
        if one.on & page and bool(condition(one)) == (one.key in NO_SQL[page])
    }


def documented(text: str) -> list[tuple[str, str, str, set[str]]]:
    """The rows of the table of filters: key, label, pages, and the values of choices."""
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", text, re.MULTILINE)
    return [(key, label, pages, set(re.findall(r"`([a-z_]+)`", values))) for key, label, pages, values in rows]


def rows_of(filters: Sequence[Filter]) -> list[tuple[str, str, str, set[str]]]:
    """The same rows from the registry. Outcomes are listed on the methodology page instead."""
    found = []
    for one in filters:
        words = set(one.choices)
        found.append((one.key, one.label, one.on.words, words - set(Outcome) if words >= set(Outcome) else words))
    return found


def test_each_filter_is_a_field_and_each_field_a_filter() -> None:
    assert without_field(FILTERS) == set()
    assert without_field(FILTERS[1:]) == {FILTERS[0].key}
    assert without_field([*FILTERS, replace(FILTERS[0], key="new")]) == {"new"}


def test_each_filter_has_a_condition_for_the_rows_it_applies_to() -> None:
    assert without_sql(FILTERS) == set()
    [modality] = [one for one in FILTERS if one.key == "modality"]
    assert without_sql([replace(modality, units=None)]) == {"modality on scorecards"}
    assert without_sql([replace(modality, forecasts=None)]) == {"modality on claims"}


def test_keys_are_unique_and_each_choice_can_be_parsed() -> None:
    assert len({one.key for one in FILTERS}) == len(FILTERS) > 15
    for one in FILTERS:
        for value in one.choices:
            assert one.parse(value) == value
        if one.choices:
            with pytest.raises(ValueError, match="is not one of these"):
                one.parse("no such word")
        assert not one.lower or one.lower in [other.key for other in FILTERS[: FILTERS.index(one)]], "read before"


def test_the_documentation_has_a_row_for_each(checkout: Path) -> None:
    text = (checkout / "docs" / "scorecards.md").read_text("utf-8")
    assert documented(text) == rows_of(FILTERS)
    assert documented(text.replace("`will`, ", "")) != rows_of(FILTERS)
    assert documented(text.replace("| `basis` |", "| basis |")) != rows_of(FILTERS)


def test_filters_are_combined_and_removed() -> None:
    of_topic = ScorecardFilters.of_scope("topic:oil")
    asked = ScorecardFilters(topic="gas", outlet="the-paper")
    assert asked.any and not ScorecardFilters().any
    assert asked.under(of_topic) == ScorecardFilters(topic="oil", outlet="the-paper")
    assert asked.without(of_topic) == ScorecardFilters(outlet="the-paper")
    assert len(filters_on(AppliesTo.CALLS | AppliesTo.ANSWERS)) == len({*vars(CallFilters()), *vars(AnswerFilters())})
