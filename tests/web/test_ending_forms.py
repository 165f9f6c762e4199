"""Withdrawing, voiding, merging, splitting and reinstating through the forms, and recording a condition's state."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.forms import undone
from support.pages import Browser, forms_of, text_of
from support.sweeps import Markup
from support.world import World

from ledger.domain.outcomes import NOT_GRADED, Outcome


def data_of(browser: Browser, claim: int) -> dict[str, Any]:
    """The data of a claim's page, from its JSON."""
    found: dict[str, Any] = json.loads(browser.get(f"/claims/{claim}.json").text)["data"]
    return found


def desk(world: World, word: str, act: str) -> str:
    return f"/desk/claims/{world.places.claims[word]}/{act}"


@pytest.mark.parametrize(
    ("who", "act", "word", "state"),
    [
        ("ada", "withdraw", "open", "withdrawn"),
        ("dora", "withdraw", "open", "withdrawn"),
        ("dora", "void", "open", "void"),
        ("dora", "void", "true", "void"),
    ],
)
def test_ending_and_reinstating_a_claim(world: World, who: str, act: str, word: str, state: str) -> None:
    claim = world.places.claims[word]
    with undone(world):
        browser = world.browser(who)
        before = data_of(browser, claim)["claim"]
        assert browser.submit(desk(world, word, act), reason="It should not stand.").status_code == 303
        page = text_of(browser.get(f"/claims/{claim}"))
        assert "because: It should not stand." in page and "Attach evidence" not in page
        assert data_of(browser, claim)["claim"]["state"] == state
        dora = world.browser("dora")
        assert dora.submit(desk(world, word, "reinstate"), reason="It should.").status_code == 303
        after = data_of(browser, claim)["claim"]
        assert (after["state"], after["outcome"]) == (before["state"], before["outcome"])


def test_only_its_recorder_or_an_editor_withdraws(world: World) -> None:
    ben = world.browser("ben")
    response = ben.get(desk(world, "open", "withdraw"))
    assert response.status_code == 403 and "whoever recorded it" in text_of(response)
    page = ben.get(f"/claims/{world.places.claims['open']}").text
    assert "/amend" in page
    assert not [word for word in ("withdraw", "void", "merge", "split", "reinstate") if f"/{word}" in page]


def test_the_links_are_there_for_those_who_may(world: World) -> None:
    claim = world.places.claims["open"]
    shown = {
        who: [act for act in ("amend", "condition", "withdraw", "void", "merge", "split") if f"/{act}" in page]
        for who in ("public", "ada", "dora")
        for page in [world.browser(who).get(f"/claims/{claim}").text]
    }
    assert shown == {
        "public": [],
        "ada": ["amend", "condition", "withdraw"],
        "dora": ["amend", "condition", "withdraw", "void", "merge", "split"],
    }
    ended = world.browser("dora").get(f"/claims/{world.places.claims['void']}").text
    assert "/reinstate" in ended and "/amend" not in ended


@pytest.mark.parametrize(
    ("act", "word", "said"),
    [
        ("withdraw", "true", "This claim has a verdict."),
        ("withdraw", "half", "Reviewers have already assessed this claim."),
        ("void", "void", "This claim was declared void"),
        ("reinstate", "open", "Only a withdrawn or void claim can be reinstated."),
        ("reinstate", "merged", "Only a withdrawn or void claim can be reinstated."),
    ],
)
def test_what_cannot_be_ended(world: World, act: str, word: str, said: str) -> None:
    response = world.browser("dora").submit(desk(world, word, act), reason="For a reason.")
    assert response.status_code == 422 and said in text_of(response)


def test_a_merge_shows_both_before_it_is_done(world: World) -> None:
    dora, claims = world.browser("dora"), world.places.claims
    first = dora.get(desk(world, "bare", "merge"))
    assert not [form for form in forms_of(first) if "reason" in form.names]
    shown = dora.submit(first, to=desk(world, "bare", "merge"), into=str(claims["due"]), follow_redirects=True)
    for word in ("bare", "due"):
        assert data_of(dora, claims[word])["claim"]["statement"] in text_of(shown)
    with undone(world):
        said = len(data_of(dora, claims["due"])["forecasts"])
        assert dora.submit(shown, reason="They say the same.").status_code == 303
        assert data_of(dora, claims["bare"])["became"] == [claims["due"]]
        assert len(data_of(dora, claims["due"])["forecasts"]) == said + 1
        page = text_of(dora.get(f"/claims/{claims['bare']}"))
        assert f"merged into claim {claims['due']}, because: They say the same." in page


@pytest.mark.parametrize("typed", ["999999", "x", "9" * 60, "-1", "<b>", "\x00"])
def test_a_merge_into_an_unknown_claim(world: World, typed: str) -> None:
    response = world.browser("dora").get(desk(world, "bare", "merge"), query_string={"into": typed})
    assert response.status_code == 200
    assert [e.text for e in Markup.of(response.text).elements if e.attributes.get("id") == "into-error"]


def test_a_merge_into_itself(world: World) -> None:
    dora, claim = world.browser("dora"), world.places.claims["bare"]
    assert "This is the claim itself" in text_of(dora.get(desk(world, "bare", f"merge?into={claim}")))
    response = dora.submit(desk(world, "bare", f"merge/{claim}"), reason="They say the same.")
    assert response.status_code == 422 and "Give the number of the other claim." in text_of(response)


@pytest.mark.parametrize(("word", "into"), [("bare", "true"), ("bare", "withdrawn"), ("choice", "decided")])
def test_what_cannot_be_merged(world: World, word: str, into: str) -> None:
    address = desk(world, word, f"merge/{world.places.claims[into]}")
    response = world.browser("dora").submit(address, reason="They say the same.")
    assert response.status_code == 422


PIECES = {"0-statement": "The east falls.", "1-statement": "The west falls."}
THIRD = {"3-statement": "The north falls.", "3-criteria": "True if reported."}


def test_a_split_into_three_with_an_empty_one_between(world: World) -> None:
    dora, claim = world.browser("dora"), world.places.claims["open"]
    with undone(world):
        response = dora.submit(desk(world, "open", "split"), **PIECES, **THIRD, reason="They are three.")
        assert response.status_code == 303, text_of(response)
        became = data_of(dora, claim)["became"]
        pieces = [data_of(dora, number) for number in became]
        assert [one["claim"]["statement"] for one in pieces] == [*PIECES.values(), THIRD["3-statement"]]
        assert {one["claim"]["condition"] for one in pieces} == {"The army advances"}
        standing = [one for one in data_of(dora, claim)["evidence"] if one["retracted"] is None]
        assert standing and [len(one["evidence"]) for one in pieces] == [len(standing)] * 3
        words = f"split into claim {became[0]}, claim {became[1]} and claim {became[2]}, because: They are three."
        assert words in text_of(dora.get(f"/claims/{claim}"))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("1-statement", {"1-statement": ""}, "Say in one sentence what would happen."),
        ("3-criteria", {**THIRD, "3-criteria": ""}, "Say what would make it true"),
        ("3-horizon", {**THIRD, "3-horizon": "2015", "3-horizon_basis": "stated"}, "The horizon lies before the day"),
        ("0-horizon", {"0-horizon": "2015"}, "The horizon lies before the day"),
        ("0-horizon", {"0-horizon": "soon"}, "Write the date as"),
        ("reason", {"reason": ""}, "Give the reason"),
    ],
)
def test_an_error_in_a_piece_is_shown_at_its_field(world: World, field: str, typed: dict[str, str], said: str) -> None:
    fields = {**PIECES, "reason": "They are two.", **typed}
    response = world.browser("dora").submit(desk(world, "open", "split"), **fields)
    assert response.status_code == 422
    page = Markup.of(response.text)
    (message,) = [e.text for e in page.elements if e.attributes.get("id") == f"{field}-error"]
    assert said in message
    if field.startswith("3"):  # or the message would be hidden in a collapsed part
        assert "open" in page.all("details")[1].attributes


@pytest.mark.parametrize(
    ("word", "typed", "said"),
    [
        ("open", {"1-statement": "The east falls."}, "Two of the claims say the same"),
        ("true", {}, "This claim has a verdict"),
        ("whole", {}, "This claim has parts already"),
    ],
)
def test_what_cannot_be_split(world: World, word: str, typed: dict[str, str], said: str) -> None:
    fields = {**PIECES, "reason": "They are two.", **typed}
    response = world.browser("dora").submit(desk(world, word, "split"), **fields)
    assert response.status_code == 422 and said in text_of(response)


def test_a_condition_is_judged_and_decides_which_outcomes_fit(world: World) -> None:
    ada = world.browser("ada")
    evidence = world.places.evidence["open"]
    with undone(world):
        typed = {"state": "not_met", "evidence": evidence, "reason": "It did not advance."}
        assert ada.submit(desk(world, "open", "condition"), **typed).status_code == 303
        page = text_of(ada.get(f"/claims/{world.places.claims['open']}"))
        assert "The condition: not met. It did not advance." in page
        judge = world.browser("ben").get(f"/desk/reviews/{world.places.reviews['open']}/assess")
        offered = [e.attributes for e in Markup.of(judge.text).all("input") if e.attributes.get("name") == "outcome"]
        assert {box["value"] for box in offered} == {*NOT_GRADED} - {Outcome.ANSWERED}


@pytest.mark.parametrize(
    ("word", "field", "typed", "said"),
    [
        ("open", "evidence", {"state": "met"}, "Mark the evidence that shows it."),
        ("open", "state", {"state": "unknown"}, "It is on record as not known yet whether it was met already."),
        ("open", "reason", {"state": "met", "reason": ""}, "Give the reason"),
        ("true", "state", {"state": "not_met", "evidence": "true"}, "This contradicts the verdict."),
    ],
)
def test_invalid_states_of_a_condition(world: World, word: str, field: str, typed: dict[str, str], said: str) -> None:
    fields: dict[str, Any] = {"reason": "It says so.", **typed}
    if "evidence" in fields:
        fields["evidence"] = world.places.evidence[fields["evidence"]]
    response = world.browser("ada").submit(desk(world, word, "condition"), **fields)
    assert response.status_code == 422
    (message,) = [e.text for e in Markup.of(response.text).elements if e.attributes.get("id") == f"{field}-error"]
    assert said in message


@pytest.mark.parametrize("act", ["withdraw", "void", "split", "amend", "condition"])
def test_a_change_meanwhile_is_reported_before_anything_is_done(world: World, act: str) -> None:
    dora, typed = world.browser("dora"), {"reason": "For a reason."}
    typed |= PIECES if act == "split" else {"statement": "Otherwise."} if act == "amend" else {}
    if act == "condition":
        typed |= {"state": "met", "evidence": str(world.places.evidence["open"])}
    with undone(world):
        page = dora.get(desk(world, "open", act))
        amended = world.browser("ada").submit(desk(world, "open", "amend"), topics="Other", reason="Filed anew.")
        assert amended.status_code == 303
        refused = dora.submit(page, **typed)
        assert refused.status_code == 422
        assert "This claim changed while you were writing." in text_of(refused)
        again = next(form for form in forms_of(refused) if set(typed) <= form.names)
        assert dora.post(desk(world, "open", act), data=again.filled()).status_code == 303
