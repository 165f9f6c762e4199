"""Searching: words and filters in the address, highlights, saved searches, and similar claims."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

import pytest
from sqlalchemy.orm import Session
from support.cast import Cast, evidence_terms, record
from support.forms import CLAIM, FORMS, undone
from support.pages import Browser, text_of
from support.sweeps import Markup
from support.world import World

from ledger.services.evidence import attach_evidence
from ledger.services.saved_filters import MOST_SAVED, save_filter, saved_filters

HOSTILE = [
    '"',
    '"a b',
    "NEAR(a b, 2)",
    "a AND OR NOT b",
    "col:a ^b c*",
    "*",
    "-",
    "--",
    "a & | ! <-> b:*",
    "'; DROP TABLE searchable; --",
    "\\",
    "\x00\x1b\x7f",
    "\u202ea\u2066",
    "%_",
    "<script>alert(1)</script>",
    "\ufdfa" * 60,
    "a" * 100_000,
    "我们 שלום 🔥",
]


@pytest.mark.parametrize("q", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_breaks_the_search(world: World, q: str) -> None:
    browser = world.browser()
    for address in ("/claims", "/claims.json"):
        response = browser.get(address, query_string={"q": q})
        assert response.status_code == 200
        assert "<script>alert" not in response.text or response.is_json
    assert world.browser("ada").get("/desk/similar", query_string={"statement": q}).status_code == 200


@pytest.mark.parametrize("query", ["page=2147483647", "page=0", "before=0", "before=2147483647", "made_from=2016"])
def test_pages_past_the_end_are_empty_and_no_error(world: World, query: str) -> None:
    assert world.browser().get(f"/claims?q=city&{query}").status_code == 200


def test_found_words_are_marked_and_text_is_escaped(
    client: Browser, session: Session, cast: Cast, now: datetime
) -> None:
    claim = record(session, cast, now, statement="The <b>aqueduct</b> & all is repaired.")
    terms = evidence_terms(summary="Water <i>runs</i>.")
    attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=terms)
    page = Markup.of(client.get("/claims?q=aqueduct+water").text)
    assert [mark.text for mark in page.all("mark")] == ["aqueduct", "Water"]
    assert not [e for e in page.all("b", "i") if e.text in ("aqueduct", "runs")]
    [line] = client.get("/claims.json?q=aqueduct+water").get_json()["data"]["claims"]["lines"]
    assert line["snippets"][0]["where"] == "Evidence"
    assert {"text": "aqueduct", "marked": True} in line["marked"]


def test_filters_in_use_are_shown_and_each_can_be_removed(world: World) -> None:
    browser = world.browser()
    address = "/claims?q=city&topic=battle&state=open&kind=event&made_from=2016-10&made_to=2016"
    page = Markup.of(browser.get(address).text)
    removals = [a.attributes["href"] for a in page.all("a") if a.text.startswith("Remove")]
    assert len(removals) == 6
    assert "/claims?q=city&topic=battle&state=open&kind=event&made_from=2016-10" in removals
    before = browser.get("/claims.json?q=city").get_json()["data"]["claims"]["total"]
    filtered = browser.get("/claims.json?q=city&state=open").get_json()["data"]
    assert 0 < filtered["claims"]["total"] < before
    assert [(one["label"], one["value"]) for one in filtered["filters"]["active"]] == [
        ("Words", "city"),
        ("State", "Open"),
    ]


def test_an_unreadable_date_has_a_message_and_stays(world: World) -> None:
    response = world.browser().get("/claims?q=city&made_from=last+week&made_to=2016")
    assert response.status_code == 422
    page = Markup.of(response.text)
    typed = next(e for e in page.all("input") if e.attributes.get("name") == "made_from")
    assert typed.attributes["value"] == "last week"
    assert typed.attributes["aria-describedby"] == "made_from-error"
    assert "Write the date as" in text_of(response)
    assert world.browser().get("/claims.json?made_from=x").status_code == 422
    backwards = world.browser().get("/claims?made_from=2017&made_to=2016")
    assert backwards.status_code == 422 and "before the start of the period" in text_of(backwards)


def test_a_search_is_saved_found_again_and_deleted(world: World) -> None:
    with undone(world):
        ada, ben = world.browser("ada"), world.browser("ben")
        address = "/desk/filters/new?q=" + quote("old city") + "&state=open&page=3&csrf_token=x"
        response = ada.submit(address, name="Old cities")
        assert (response.status_code, response.location) == (303, "/claims?q=old+city&state=open")
        assert ada.submit(address, name="Old cities").status_code == 303  # a second click changes nothing
        assert ada.submit("/desk/filters/new?q=other", name="Old cities").status_code == 422
        assert ada.submit("/desk/filters/new", name="Nothing").status_code == 422
        for page in ("/claims", "/desk/"):
            links = {a.text: a.attributes["href"] for a in Markup.of(ada.get(page).text).all("a")}
            assert links["Old cities"] == "/claims?q=old+city&state=open", page
            assert "Old cities" not in ben.get(page).text
            assert "Old cities" not in world.browser().get("/claims").text
        with world.app.extensions["ledger.sessions"]() as session:
            [mine] = saved_filters(session, world.places.cast.ada.account)
        assert ben.submit("/desk/", to=f"/desk/filters/{_ben_s(world)}/delete").status_code == 303
        token = next(
            e for e in Markup.of(ben.get("/claims?q=x").text).all("input") if e.attributes["name"] == "csrf_token"
        )
        stolen = ben.post(f"/desk/filters/{mine.id}/delete", data={"csrf_token": token.attributes["value"]})
        assert stolen.status_code == 404  # it belongs to somebody else
        assert ada.submit("/desk/", to=f"/desk/filters/{mine.id}/delete").status_code == 303
        assert "Old cities" not in ada.get("/desk/").text.partition("</header>")[2].partition("flash")[0]


def _ben_s(world: World) -> int:
    with world.app.extensions["ledger.sessions"]() as session:
        return saved_filters(session, world.places.cast.ben.account)[0].id


def test_fifty_searches_can_be_saved_and_no_more(world: World) -> None:
    with undone(world):
        with world.app.extensions["ledger.sessions"]() as session:
            account = world.places.cast.ada.account
            for number in range(MOST_SAVED):
                save_filter(session, now=datetime.now().astimezone(), account=account, name=f"{number}", query="?q=a")
        response = world.browser("ada").submit("/desk/filters/new?q=other", name="One more")
        assert response.status_code == 422
        assert "delete one first" in text_of(response)


def test_a_similar_claim_must_be_confirmed_before_it_is_saved(world: World) -> None:
    form = FORMS["record"]
    with undone(world) as size:
        browser = world.browser("ada")
        address, fields = form.address(world), form.fields(world)
        assert browser.submit(address, **fields).status_code == 303
        alike = {**fields, "statement": "The bridge still stands at the end of 2017."}
        before = size()
        asked = browser.submit(address, **alike)
        assert asked.status_code == 422
        assert size() == before
        assert CLAIM["statement"] in text_of(asked)
        assert "Add a restatement" in text_of(asked)
        assert browser.submit(asked, **alike, all_the_same="y").status_code == 303
        assert size() > before


def test_a_filter_given_twice_has_a_message_at_its_field(world: World) -> None:
    page = world.browser().get("/claims?q=one&q=another")
    assert page.status_code == 422
    field = next(e for e in Markup.of(page.text).all("input") if e.attributes.get("id") == "q")
    assert (field.attributes["value"], field.attributes["aria-describedby"]) == ("one", "q-help q-error")
    assert "Only one value is possible" in page.text and 'id="q-error"' in page.text
    assert world.browser().get("/claims?q=one&q=one").status_code == 200
