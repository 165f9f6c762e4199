"""A claim's page: the facts of its kind, its whole and parts, how it ended, its amendments and its drift."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from support.cast import evidence_terms
from support.pages import text_of
from support.sweeps import Markup
from support.world import NOW, World

from ledger.domain.claims import ClaimState
from ledger.domain.confidence import Confidence
from ledger.queries.claim_page import claim_page
from ledger.services.evidence import correct_evidence, retract_evidence
from ledger.web.drift_chart import EDGE, HEIGHT, WIDTH, drifts


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("choice", ("a choice: one of several options", "The army", "for “ The militias")),
        ("decided", ("Options, in their order", "Spring this one came about", "“ Spring” 70%")),
        ("quantity", ("more than 5,000 fighters",)),
        ("measured", ("100 to 200 square miles", "150 square miles")),
        ("compared", ("What is compared Attacks a month", "Measured against 40 in September 2016")),
        ("compared", ("Base rate 30%: Months since 2014", "37.5 points above the base rate", "50 points above")),
        ("compared", ("paragraph 5, sentence 2", "(endorsed by the document's author)")),
        ("conditional", ("If: The bridge is held The condition: met. The report says so.",)),
        ("vague", ("Too vague to check: No date and no place.", "It is not judged: too vague to check.")),
        ("whole", ("has 2 parts; it is as true as its least true part.", "It holds in East.", "It holds in West.")),
        ("East", ("The whole it is a part of", "It holds in both towns.")),
        (
            "withdrawn",
            ("This claim was withdrawn, because: Recorded by mistake.", "This claim ended without a verdict."),
        ),
        ("void", ("This claim was declared void, because: The document was a forgery.",)),
    ],
)
def test_words_on_the_page(world: World, word: str, words: tuple[str, ...]) -> None:
    page = text_of(world.browser().get(f"/claims/{world.places.claims[word]}")).replace("\u00a0", " ")
    assert [said for said in words if said.replace("\u00a0", " ").lower() not in page.lower()] == []


def test_a_plain_claim_lacks_these_words(world: World) -> None:
    page = text_of(world.browser().get(f"/claims/{world.places.claims['due']}"))
    for words in ("Amendments", "Its parts", "Base rate", "The condition", "over time", "This claim was"):
        assert words not in page


def test_only_evidence_in_force_is_counted(world: World) -> None:
    page = text_of(world.browser().get(f"/claims/{world.places.claims['open']}"))
    assert "3 pieces of evidence (and 1 retracted), oldest event first" in page
    assert "1 piece of evidence, oldest event first" in text_of(
        world.browser().get(f"/claims/{world.places.claims['due']}")
    )


@pytest.mark.parametrize("who", ["public", "ada"])
def test_a_whole_waits_for_its_parts_and_not_for_evidence(world: World, who: str) -> None:
    page = text_of(world.browser(who).get(f"/claims/{world.places.claims['whole']}"))
    assert "This claim is judged from its parts. Their pages hold the evidence." in page
    assert "No evidence" not in page and "Attach the first" not in page
    assert "No evidence is attached yet." in text_of(world.browser(who).get(f"/claims/{world.places.claims['East']}"))


def test_the_source_of_the_shares_is_shown(world: World) -> None:
    assert "our reading of the words" in text_of(world.browser().get(f"/claims/{world.places.claims['decided']}"))


def test_the_filter_for_each_state_finds_its_claims(world: World) -> None:
    browser = world.browser()
    [select] = [e for e in Markup.of(browser.get("/claims").text).all("select") if e.attributes.get("id") == "state"]
    for state in ClaimState:
        assert state.words.capitalize() in select.text
    for word in ("withdrawn", "void", "merged", "split up"):
        found = browser.get(f"/claims.json?state={word.partition(' ')[0]}")
        lines = json.loads(found.text)["data"]["claims"]["lines"]
        assert world.places.claims[word] in [line["id"] for line in lines]
        assert {line["state"] for line in lines} == {word.partition(" ")[0]}


def test_a_list_for_a_merged_claimant_shows_the_other_claimant(world: World) -> None:
    merged, into = world.places.merged, world.browser().get(f"/claimants/{world.places.merged}").location
    number = str(into).rpartition("/")[2]
    answer, same = (world.browser().get(f"/claims.json?claimant={one}&q=city") for one in (merged, number))
    assert answer.status_code == same.status_code == 200
    assert answer.json["data"]["claims"] == same.json["data"]["claims"]
    assert answer.json["data"]["filters"]["values"]["claimant"] == int(number)
    nobody = world.browser().get("/claims?claimant=999999")
    assert nobody.status_code == 422 and 'id="claimant-error"' in nobody.text


def test_lists_say_that_a_claim_has_ended(world: World) -> None:
    page = text_of(world.browser().get("/claims?state=merged"))
    assert "Merged into another" in page
    assert "Split into others" in text_of(world.browser().get("/claims?state=split"))


def test_an_amendment_shows_all_changes(world: World) -> None:
    page = Markup.of(world.browser().get(f"/claims/{world.places.claims['compared']}").text)
    (table,) = [e for e in page.all("table") if e.attributes.get("class") == "changes"]
    assert [e.text for e in page.all("ins")] == ["More attacks than before.", "Battle, Attacks"]
    assert "The city is retaken" in table.text and "Entry" not in table.text


def test_the_public_page_does_not_show_who_assesses(world: World) -> None:
    address = f"/claims/{world.places.claims['open']}.json"
    mine = {who: json.loads(world.browser(who).get(address).text)["data"] for who in ("public", "ada", "ben")}
    assert {who: data["recorded_by_viewer"] for who, data in mine.items()} == {
        "public": False,
        "ada": True,
        "ben": False,
    }


def test_drift_is_drawn_and_listed(world: World) -> None:
    page = Markup.of(world.browser().get(f"/claims/{world.places.claims['compared']}").text)
    (drawing,) = [e for e in page.all("svg") if e.attributes.get("class") == "drift"]
    assert "18 September 2016: 80%; 19 September 2016: 50–60%" in drawing.attributes["aria-label"]
    assert len([e for e in page.all("circle") if "svg" in e.inside]) == 3
    rows = [e.text for e in page.all("th") if e.attributes.get("scope") == "row" and "2016" in e.text]
    assert rows == ["18 September 2016", "19 September 2016", "17 October 2016"]


def test_the_drawing_s_coordinates(world: World) -> None:
    with world.sessions() as session:
        said = claim_page(session, world.places.claims["compared"]).forecasts
    (drift,) = drifts(said)
    assert (drift.marks[0].x, drift.marks[-1].x) == (EDGE, WIDTH - EDGE)
    assert drift.marks[0].low == drift.marks[0].high == round(HEIGHT - EDGE - 0.8 * (HEIGHT - 2 * EDGE), 1)
    assert drift.marks[1].high < drift.marks[1].mid < drift.marks[1].low  # y grows downwards in SVG
    one_day = [replace(one, made_on=said[0].made_on) for one in said]
    assert [mark.x for mark in drifts(one_day)[0].marks] == [EDGE, WIDTH / 2, WIDTH - EDGE]
    silent = [replace(one, confidence=Confidence.none()) for one in said]
    assert drifts(silent)[0].marks == () and drifts(said[:1]) == ()
    apart = [replace(one, option=str(n)) for n, one in enumerate(said)]
    assert drifts(apart)[0].marks == ()


def test_retracted_and_corrected_evidence_is_marked(own_world: World) -> None:
    places, ada = own_world.places, own_world.places.cast.ada.actor
    with own_world.sessions() as session:
        fact = places.evidence["open"]
        corrected = evidence_terms(summary="Put right.")
        correct_evidence(session, now=NOW, by=ada, evidence=fact, terms=corrected, reason="A slip.")
        page = text_of(own_world.browser().get(f"/claims/{places.claims['open']}"))
        assert "Put right." in page and "corrected (entry" in page
        retract_evidence(session, now=NOW, by=ada, evidence=fact, reason="It was another town.")
    html = own_world.browser().get(f"/claims/{places.claims['open']}").text
    assert "Put right." in [e.text for e in Markup.of(html).all("s")]
    assert "It was another town." in html


def test_lists_say_that_a_claim_cannot_be_checked_and_not_that_it_is_open(world: World) -> None:
    listed = world.browser().get("/claims?checkability=too_vague").text.split("<main", 1)[1].split("</main>")[0]
    assert listed.count('class="claim-line"') == listed.count('<span class="state">Too vague to check</span>') > 0
