"""Forecasts: valid terms, and which of several forecasts on a claim are scored."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cast import forecast_terms

from ledger.domain.claim_types import EVENT
from ledger.domain.confidence import Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import (
    LONGEST_HEDGE,
    LONGEST_LOCATOR,
    LONGEST_NOTE,
    CountedForecast,
    Modality,
    forecast_problems,
    scored_forecasts,
)

TODAY, PUBLISHED = date(2026, 11, 22), PartialDate(2016, 10, 17)
COULD = {"modality": Modality.COULD, "confidence": Confidence.point(0.2)}


def fields(published_on: PartialDate = PUBLISHED, **changes: Any) -> list[str]:
    claimants = changes.pop("claimants", (1,))
    terms = forecast_terms(7, *claimants, **changes)
    return [problem.field for problem in forecast_problems(terms, shape=EVENT, published_on=published_on, today=TODAY)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"modality": Modality.COULD, "confidence": Confidence.none()},
        COULD | {"note": "She said one in five elsewhere.", "reading": NumberSource.OURS},
        {"modality": Modality.NUMBER, "confidence": Confidence.between(0.2, 0.4)},
        {"modality": Modality.WILL, "confidence": Confidence.none()},
        {"made_on": PartialDate(2016, 10)},
        {"made_on": PartialDate(2016)},
        {"made_on": PartialDate(2015, 1, 1)},
        {"hedge": "x" * LONGEST_HEDGE, "locator": "x" * LONGEST_LOCATOR, "note": "x" * LONGEST_NOTE},
        {"made_on": PartialDate.of(TODAY), "published_on": PartialDate.of(TODAY)},
    ],
)
def test_valid_terms_of_a_forecast(changes: dict[str, Any]) -> None:
    assert fields(**changes) == []


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"claimants": ()}, ["speaker"]),
        ({"made_on": PartialDate(2026, 11, 23), "published_on": PartialDate(2026, 11, 23)}, ["made_on"]),
        ({"made_on": PartialDate(2027), "published_on": PartialDate(2027)}, ["made_on"]),
        ({"made_on": PartialDate(2016, 10, 18)}, ["made_on"]),
        ({"made_on": PartialDate(2016, 11)}, ["made_on"]),
        (COULD | {"note": "why", "reading": NumberSource.SPEAKER}, ["reading"]),
        (COULD, ["note"]),
        ({"modality": Modality.NUMBER}, ["confidence"]),
        ({"modality": Modality.NUMBER, "confidence": Confidence.none()}, ["confidence"]),
        ({"hedge": "x" * (LONGEST_HEDGE + 1)}, ["hedge"]),
        ({"hedge": "a\nb"}, ["hedge"]),
        ({"locator": "\u202e"}, ["locator"]),
        ({"note": "x" * (LONGEST_NOTE + 1)}, ["note"]),
    ],
)
def test_every_problem_names_its_field(changes: dict[str, Any], at: list[str]) -> None:
    assert fields(**changes) == at


def forecast(number: int, when: PartialDate, *claimants: int) -> CountedForecast:
    return CountedForecast(number, when, claimants, "outlet", 1, Confidence.none(), Modality.WILL, NumberSource.OURS)


def scored(*forecasts: CountedForecast) -> list[tuple[int, tuple[int, ...]]]:
    return [(one.number, firsts) for one, firsts in scored_forecasts(forecasts)]


def test_each_claimant_is_scored_by_their_first_forecast() -> None:
    first, again = forecast(5, PartialDate(2016, 10, 17), 1), forecast(4, PartialDate(2016, 12, 1), 1)
    other = forecast(6, PartialDate(2017, 1, 1), 2)
    assert scored(again, other, first) == [(5, (1,)), (6, (2,))]


def test_a_forecast_by_several_counts_for_those_whose_first_it_is() -> None:
    together, alone = forecast(5, PartialDate(2016, 10, 17), 1, 2), forecast(6, PartialDate(2016, 10, 16), 2)
    assert scored(together, alone) == [(6, (2,)), (5, (1,))]
    assert scored(forecast(4, PartialDate(2016, 10, 1), 1), alone, together) == [(4, (1,)), (6, (2,))]


def test_of_a_date_known_to_the_month_the_last_day_counts() -> None:
    october, the_17th = forecast(1, PartialDate(2016, 10), 1), forecast(2, PartialDate(2016, 10, 17), 1)
    assert scored(october, the_17th) == [(2, (1,))]
    assert scored(october, forecast(3, PartialDate(2016), 1)) == [(1, (1,))]
    the_31st = forecast(4, PartialDate(2016, 10, 31), 1)
    assert scored(the_31st, october) == [(1, (1,))]  # the same last day: the earlier entry


forecasts = st.lists(
    st.tuples(
        st.sampled_from([PartialDate(2016), PartialDate(2016, 10), PartialDate(2016, 10, 17), PartialDate(2017, 1, 1)]),
        st.sets(st.integers(1, 4), min_size=1).map(sorted).map(tuple),
    ),
    max_size=8,
).map(lambda rows: [forecast(number, when, *claimants) for number, (when, claimants) in enumerate(rows, 1)])


@given(forecasts, st.randoms(use_true_random=False))
def test_whatever_the_order_each_claimant_is_scored_once(forecasts: list[CountedForecast], random: Random) -> None:
    units = scored_forecasts(forecasts)
    credited = [claimant for _, firsts in units for claimant in firsts]
    assert sorted(credited) == sorted({claimant for one in forecasts for claimant in one.claimants})
    for one, firsts in units:
        for claimant in firsts:
            theirs = [other for other in forecasts if claimant in other.claimants]
            assert one == min(theirs, key=lambda other: (other.made_on.last, other.number))
    shuffled = list(forecasts)
    random.shuffle(shuffled)
    assert scored_forecasts(shuffled) == units
