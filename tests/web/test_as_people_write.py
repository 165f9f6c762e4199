"""Input as people write it is accepted: percentages, decimal commas, dates in words, any script, emoji."""

from __future__ import annotations

import json

import pytest
from support.forms import CLAIM, EMOJI, FORMS, HEBREW, HOSTILE_LISTS, _forecast, undone
from support.pages import Browser
from support.world import World


@pytest.fixture(scope="module")
def ada(world: World) -> Browser:
    return world.browser("ada")


def recorded(world: World, browser: Browser, **changes: str) -> dict[str, object]:
    """The JSON of a claim recorded with this input; the record is restored afterwards."""
    page = FORMS["record"].address(world)
    with undone(world):
        response = browser.submit(page, **{**CLAIM, **_forecast(), **changes})
        assert response.status_code == 303, response.text
        found = json.loads(browser.get(f"{response.location}.json").text)
        assert isinstance(found["data"], dict)
        return found["data"]


@pytest.mark.parametrize("typed", ["60%", "60 %", " 60% ", "0.6", "0,6", ".6", ",6", "60.0%", "60,0 %", "0.600000"])
def test_a_probability(world: World, ada: Browser, typed: str) -> None:
    (forecast,) = recorded(world, ada, point=typed)["forecasts"]  # type: ignore[misc] # a list of one
    assert forecast["confidence"]["low"] == 0.6


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2017-12-31", "2017-12-31"),
        ("31 December 2017", "2017-12-31"),
        ("31 Dec 2017", "2017-12-31"),
        ("2017-12", "2017-12"),
        ("December 2017", "2017-12"),
        ("2017", "2017"),
        ("29 February 2020", "2020-02-29"),
    ],
)
def test_a_date(world: World, ada: Browser, typed: str, meant: str) -> None:
    assert recorded(world, ada, horizon=typed)["claim"]["horizon"] == meant  # type: ignore[index] # a mapping


@pytest.mark.parametrize("words", [HEBREW, EMOJI, "naïve façade", "Ελληνικά", "日本語の文", "a\u200fb"])
def test_any_script(world: World, ada: Browser, words: str) -> None:
    data = recorded(world, ada, statement=words, criteria=words, hedge=words, topics=words, note=words)
    assert data["claim"]["statement"] == words  # type: ignore[index] # a mapping
    assert data["criteria"] == words


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("horizon", "31 February 2017", "February 2017 has 28 days."),
        ("horizon", "2015", "The horizon lies before the day it was made"),
        ("horizon", "0000", "The year must lie between 1800 and 2200."),
        ("horizon", "9999", "The year must lie between 1800 and 2200."),
        ("horizon", "31/12/2017", "Write the date as 2016-10-17"),
        ("point", "1.01", "A probability lies between 0 and 1"),
        ("point", "60", "Did you mean 60%?"),
        ("point", "-0", "Write a probability such as 60% or 0.6."),
        ("point", "nan", "Write a probability such as 60% or 0.6."),
        ("point", "101%", "A probability cannot be above 100%."),
        ("made_on", "2999", "The year must lie between 1800 and 2200."),
        ("made_on", "2027-01-01", "This day is in the future"),
        ("statement", "a\x07b", "There is an invisible control character (U+0007) at position 2."),
        ("statement", "a" * 1_000_000, "This is 1,000,000 characters long; at most 600 fit here."),
        ("modality", "maybe", "Choose one of these."),
        ("speaker", "; ".join(f"N{n}" for n in range(50)), "At most 40 can have said it together; this names 50."),
    ],
)
def test_invalid_input_has_a_message_at_its_field(
    world: World, ada: Browser, field: str, typed: str, said: str
) -> None:
    fields = {**CLAIM, **_forecast(), field: typed}
    response = ada.submit(FORMS["record"].address(world), **fields)
    assert response.status_code == 422
    at = response.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert said in at


@pytest.mark.parametrize("field", ["speaker", "topics", "authors"])
def test_a_hundred_thousand_names_are_refused_quickly(world: World, ada: Browser, field: str) -> None:
    form = FORMS["document" if field == "authors" else "record"]
    response = ada.submit(form.address(world), **{**form.fields(world), field: HOSTILE_LISTS})
    assert response.status_code == 422 and f'id="{field}-error"' in response.text
