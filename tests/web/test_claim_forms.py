"""Recording, assessing and amending claims of every kind through the forms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.forms import CHOICE, CLAIM, FORMS, QUANTITY, _forecast, undone
from support.pages import Browser, forms_of, text_of
from support.sweeps import Markup
from support.world import World


@pytest.fixture(scope="module")
def ada(world: World) -> Browser:
    return world.browser("ada")


def data_of(browser: Browser, address: str) -> dict[str, Any]:
    """The data of a claim's page, from its JSON."""
    found: dict[str, Any] = json.loads(browser.get(f"{address}.json").text)["data"]
    return found


def recorded(world: World, browser: Browser, **typed: Any) -> dict[str, Any]:
    """The data of a claim recorded with this input; the record is restored afterwards."""
    with undone(world):
        response = browser.submit(FORMS["record"].address(world), **{**CLAIM, **_forecast(), **typed})
        assert response.status_code == 303, text_of(response)
        return data_of(browser, str(response.location))


def refused(world: World, browser: Browser, field: str, **typed: Any) -> str:
    """The message at a field of the record form."""
    response = browser.submit(FORMS["record"].address(world), **{**CLAIM, **_forecast(), **typed})
    assert response.status_code == 422
    return at(response.text, field)


def at(html: str, field: str) -> str:
    """The message at a field."""
    (said,) = [e.text for e in Markup.of(html).elements if e.attributes.get("id") == f"{field}-error"]
    return said.removeprefix("Error: ")


def test_a_quantity(world: World, ada: Browser) -> None:
    shape = recorded(world, ada, **QUANTITY)["shape"]
    assert shape["bounds"] == {"low": 5000, "high": 7000, "low_strict": True, "high_strict": False}
    assert (shape["kind"], shape["unit"]) == ("quantity", "cars")


def test_strictness_without_a_bound_is_ignored(world: World, ada: Browser) -> None:
    shape = recorded(world, ada, **{**QUANTITY, "low_bound": "", "high_strict": None})["shape"]
    assert shape["bounds"] == {"low": None, "high": 7000, "low_strict": False, "high_strict": False}


@pytest.mark.parametrize("typed", ["it falls", "IT FALLS", "2", " 2 "])
def test_a_choice_with_the_option_named(world: World, ada: Browser, typed: str) -> None:
    data = recorded(world, ada, **{**CHOICE, "option": typed, "ordered": "y"})
    assert data["shape"]["options"] == ["It stands", "It falls", "It is closed"] and data["shape"]["ordered"]
    assert data["forecasts"][0]["option"] == "It falls"


def test_a_choice_with_shares(world: World, ada: Browser) -> None:
    typed = {**CHOICE, "option": "", "shares": "60, 30, 10", "confidence": "none", "point": ""}
    assert recorded(world, ada, **typed)["forecasts"][0]["shares"] == [0.6, 0.3, 0.1]


def test_a_list_says_that_every_option_has_a_probability(ada: Browser) -> None:
    assert "a probability for each option" in text_of(ada.get("/claims?kind=choice"))


def test_checkability_base_rate_and_whole(world: World, ada: Browser) -> None:
    whole = world.places.claims["whole"]
    typed = {"checkability": "too_vague", "checkability_reason": "No place.", "whole": str(whole), "base_rate": "0,25"}
    data = recorded(world, ada, **typed)
    assert (data["checkability"], data["checkability_reason"]) == ("too_vague", "No place.")
    assert data["base_rate"]["rate"] == 0.25 and data["whole"]["id"] == whole


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("baseline", {"kind": "continues"}, "Say what the state is that continues"),
        ("metric", {"kind": "compares", "baseline": "40"}, "Say what is counted"),
        ("unit", {**QUANTITY, "unit": ""}, "Give the unit"),
        ("low_bound", {**QUANTITY, "low_bound": "", "high_bound": ""}, "Give the lower bound"),
        ("low_bound", {**QUANTITY, "low_bound": "5.000"}, "This can be read in two ways"),
        ("low_bound", {"low_bound": "5"}, "does not have this"),
        ("options", {**CHOICE, "options": "Only one", "option": "1"}, "Give at least two options"),
        ("option", {**CHOICE, "option": "It floats"}, "Name one of the options as it is written there"),
        ("option", {**CHOICE, "option": "4"}, "Name one of the options as it is written there"),
        ("option", {**CHOICE, "option": ""}, "Say which option was named"),
        ("option", {"option": "1"}, "This claim has no options"),
        ("shares", {"shares": "60, 40"}, "This claim has no options"),
        ("shares", {**CHOICE, "shares": "60, 30, 10"}, "not both"),
        (
            "shares",
            {**CHOICE, "option": "", "shares": "60, 30, 20", "confidence": "none", "point": ""},
            "The probabilities add up to 110%",
        ),
        ("checkability_reason", {"checkability": "not_a_forecast"}, "Say why it cannot be checked"),
        ("base_rate_note", {"base_rate_note": ""}, "Say what this is the rate of"),
        ("whole", {"whole": "999999"}, "There is no claim 999999"),
        ("whole", {"whole": "the other"}, "Write a whole number in digits"),
        ("paragraph", {"paragraph": ""}, "Say in which paragraph."),
        ("first_sentence", {"first_sentence": ""}, "Say with which sentence"),
        ("last_sentence", {"first_sentence": "4"}, "must not come before the first"),
    ],
)
def test_a_missing_value_has_a_message_at_its_field(
    world: World, ada: Browser, field: str, typed: dict[str, Any], said: str
) -> None:
    assert said in refused(world, ada, field, **typed)


def test_without_a_source_text_sentences_become_a_locator(world: World, ada: Browser) -> None:
    assert recorded(world, ada)["forecasts"][0]["locator"] == "page 2; paragraph 2, sentences 1–3"


def test_the_next_claim_from_a_document_starts_with_the_same_speaker_and_date(world: World, ada: Browser) -> None:
    with undone(world):
        typed = {**CLAIM, **_forecast(made_on="2016-10-03", speaker="Quentin Quoted"), "another": "yes"}
        response = ada.submit(FORMS["record"].address(world), **typed)
        assert response.status_code == 303
        (form,) = [form for form in forms_of(ada.get(str(response.location))) if "statement" in form.names]
        filled = form.filled()
        assert (filled["speaker"], filled["made_on"]) == (["Quentin Quoted"], ["2016-10-03"])
        assert filled["statement"] == [""] and filled["hedge"] == [""]


@pytest.mark.parametrize(("after", "status"), [("999999", 200), ("x", 404), ("9" * 50, 404)])
def test_after_an_unknown_claim(world: World, ada: Browser, after: str, status: int) -> None:
    assert ada.get(FORMS["record"].address(world) + f"?after={after}").status_code == status


def test_a_restatement_of_a_choice_and_of_an_event(world: World, ada: Browser) -> None:
    form = FORMS["restatement of a choice"]
    with undone(world):
        typed = {**form.fields(world), "option": "", "shares": "70\n20\n10", "confidence": "none", "point": ""}
        response = ada.submit(form.address(world), **typed)
        assert response.status_code == 303, text_of(response)
        said = data_of(ada, str(response.location))["forecasts"]
        assert [one["shares"] for one in said if one["shares"]] == [[0.7, 0.2, 0.1]]
    names = next(f.names for f in forms_of(ada.get(FORMS["restatements"].address(world))) if "speaker" in f.names)
    assert not {"option", "shares"} & names


@pytest.mark.parametrize(
    ("word", "outcomes"),
    [
        ("choice", {"answered", "unresolvable", "too_vague"}),
        (
            "quantity",
            {"true", "mostly_true", "partly_true", "mostly_false", "false", "unresolvable", "too_vague"},
        ),
    ],
)
def test_only_outcomes_that_fit_are_offered(world: World, word: str, outcomes: set[str]) -> None:
    page = world.browser("ben").get(f"/desk/reviews/{world.places.reviews[word]}/assess")
    boxes = [e.attributes for e in Markup.of(page.text).all("input") if e.attributes.get("name") == "outcome"]
    assert {box["value"] for box in boxes} == outcomes


@pytest.mark.parametrize(
    ("name", "field", "typed", "said"),
    [
        ("assess a choice", "answer", {"answer": ""}, "Choose the option that came about."),
        ("assess a choice", "answer", {"outcome": "unresolvable"}, "Only the outcome “answered” has an option"),
        ("assess a quantity", "value", {"value": "5.000"}, "This can be read in two ways"),
        ("assess a quantity", "outcome", {"outcome": "false"}, "6,000 lies within the claimed bounds"),
        ("assess a quantity", "outcome", {"outcome": "true", "value": "4,000"}, "4,000 lies outside"),
    ],
)
def test_an_answer_or_a_value_that_does_not_fit(
    world: World, name: str, field: str, typed: dict[str, Any], said: str
) -> None:
    form = FORMS[name]
    response = world.browser("ben").submit(form.address(world), **{**form.fields(world), **typed})
    assert response.status_code == 422 and said in at(response.text, field)


def test_reviewers_who_differ_on_the_option_need_an_adjudication(world: World) -> None:
    form = FORMS["assess a choice"]
    with undone(world):
        for who, answer in (("ben", "2"), ("cleo", "3")):
            response = world.browser(who).submit(form.address(world), **{**form.fields(world), "answer": answer})
            assert response.status_code == 303, text_of(response)
        decide = form.address(world).replace("/assess", "/adjudicate")
        dora = world.browser("dora")
        response = dora.submit(decide, outcome="answered", answer="", reason="Weighed.")
        assert response.status_code == 422 and "Choose the option" in at(response.text, "answer")
        assert dora.submit(decide, outcome="answered", answer="3", reason="Weighed.").status_code == 303
        page = dora.get(f"/claims/{world.places.claims['choice']}")
        assert "Nobody this one came about" in text_of(page)


def test_an_amendment_shows_the_old_wording_beside_the_new(world: World, ada: Browser) -> None:
    claim = world.places.claims["due"]
    before = data_of(ada, f"/claims/{claim}")["claim"]["statement"]
    with undone(world):
        response = ada.submit(f"/desk/claims/{claim}/amend", statement="It is so.", reason="Shorter.")
        assert response.status_code == 303, text_of(response)
        page = Markup.of(ada.get(str(response.location)).text)
        assert [e.text for e in page.all("h1")] == ["It is so."]
        assert [e.text for e in page.all("del")] == [before] and [e.text for e in page.all("ins")] == ["It is so."]
        (amended,) = data_of(ada, str(response.location))["amendments"]
        assert (amended["reason"], amended["after_evidence"]) == ("Shorter.", True)


@pytest.mark.parametrize(
    ("word", "typed", "said"),
    [
        ("due", {"reason": ""}, "Give the reason: it stays in the public history."),
        ("bare", {}, "Nothing is changed yet."),
        ("true", {"statement": "Otherwise.", "reason": "r"}, "A verdict rests on this."),
        ("half", {"statement": "Otherwise.", "reason": "r"}, "Reviewers have already assessed this claim."),
        ("withdrawn", {"statement": "Otherwise.", "reason": "r"}, "This claim was withdrawn"),
        ("due", {"checkability": "too_vague", "checkability_reason": "r", "reason": "r"}, "decided before evidence"),
        ("choice", {"options": "Nobody\nThe army", "reason": "r"}, "Forecasts on record name these options"),
    ],
)
def test_what_cannot_be_amended(world: World, ada: Browser, word: str, typed: dict[str, Any], said: str) -> None:
    response = ada.submit(f"/desk/claims/{world.places.claims[word]}/amend", **typed)
    assert response.status_code == 422 and said in text_of(response)


def test_an_amendment_to_the_statement_of_another_claim(world: World, ada: Browser) -> None:
    there = data_of(ada, f"/claims/{world.places.claims['half']}")["claim"]["statement"]
    response = ada.submit(f"/desk/claims/{world.places.claims['due']}/amend", statement=there, reason="r")
    assert response.status_code == 422
    assert f"on record as claim {world.places.claims['half']}" in at(response.text, "statement")


def test_the_form_restores_every_claim_unchanged(world: World, ada: Browser) -> None:
    """Otherwise saving with only a reason would amend other fields."""
    for word in ("choice", "quantity", "compared", "measured", "decided", "conditional", "East", "vague", "bare"):
        page = f"/desk/claims/{world.places.claims[word]}/amend"
        response = ada.submit(page, reason="Nothing else is typed.")
        assert response.status_code == 422 and "Nothing is changed yet." in text_of(response), word
