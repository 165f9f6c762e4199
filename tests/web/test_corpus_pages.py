"""Coverage in public, source texts at the desk only, claimants' pages, and probability scales."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select
from support.forms import FORMS, undone
from support.pages import text_of, words_sent
from support.sweeps import Markup, everywhere
from support.world import NOW, World, make_app

from ledger.domain.yardsticks import YARDSTICKS
from ledger.services.claimants import merge_claimants
from ledger.store.claims import ForecastClaimant
from ledger.store.people import Claimant, Document

TEXT = "A paragraph that nobody may publish."


def test_coverage_shows_readings_and_passages_passed_over(world: World) -> None:
    words = text_of(world.browser().get("/coverage"))
    for said in ("The first of its month.", "44 sentences", "12 sentences", "no forecast found", "talks go on"):
        assert said in words
    assert "2 passages passed over" in words and "No reading is logged." in words
    data = json.loads(world.browser().get("/coverage.json").text)["data"]
    assert data["totals"]["read"] == 2 and data["totals"]["none_found"] == 1
    assert data["totals"]["sentences"] == 56 and data["totals"]["passed_over"] == 2
    assert [reason["passages"] for reason in data["reasons"]] == [2]
    assert "/coverage" in world.browser().get("/methodology").text


def test_a_document_s_page_says_how_it_was_read(world: World) -> None:
    page = world.browser().get(f"/documents/{world.places.unread}")
    assert "no forecast found" in text_of(page) and "Ben" in text_of(page)
    assert "No reading of this document is logged" in text_of(
        world.browser().get(f"/documents/{world.places.cast.document}")
    )


def test_none_found_is_refused_where_something_was_found(world: World) -> None:
    with undone(world) as size:
        before = size()
        address = f"/desk/documents/{world.places.cast.document}/readings/new"
        response = world.browser("ada").submit(address, **FORMS["read"].fields(world), none_found="y")
        assert response.status_code == 422 and size() == before
        assert 'id="none_found-error"' in response.text and "so some were found" in response.text


def test_a_line_without_its_three_parts_is_refused(world: World) -> None:
    for line in ("only where", "where | gist", "| gist | reason"):
        with undone(world):
            fields = {**FORMS["read"].fields(world), "passed_over": line}
            response = world.browser("ada").submit(FORMS["read"].address(world), **fields)
        assert response.status_code == 422
        assert "where | the gist" in response.text.split('id="passed_over-error"')[1].split("</p>")[0]


def test_a_source_text_is_numbered_and_only_for_reviewers(world: World) -> None:
    browser = world.browser("ada")
    with undone(world):
        response = browser.submit(FORMS["text"].address(world), text=f"First. Second one.\n\n{TEXT}")
        assert response.status_code == 303
        page = world.browser("ben").get(str(response.location))
        words = text_of(page)
        assert "1.1 First. 1.2 Second one." in words and f"2.1 {TEXT}" in words
        assert page.headers["Cache-Control"] == "private, no-store" and "ETag" not in page.headers
        assert world.browser().get(str(response.location)).status_code == 303
        for rule, address in everywhere(world, most=14):
            if "GET" in (rule.methods or ()) and rule.endpoint != "static_file":
                assert TEXT not in words_sent(world.browser().get(address)), address


def test_a_document_without_a_text_says_what_to_do(world: World) -> None:
    page = world.browser("ben").get(f"/desk/documents/{world.places.cast.document}/text")
    assert "No text is saved. Paste it" in text_of(page)


def test_a_merged_claimant_s_page_leads_to_the_one_it_became(world: World) -> None:
    places = world.places
    with world.sessions() as session:
        became = session.get_one(Claimant, places.merged).merged_into
    for ending in ("", ".json"):
        response = world.browser().get(f"/claimants/{places.merged}{ending}")
        assert (response.status_code, response.location) == (308, f"/claimants/{became}{ending}")
    for act in ("describe", "merge"):
        response = world.browser("dora").get(f"/desk/claimants/{places.merged}/{act}")
        assert (response.status_code, response.location) == (303, f"/claimants/{became}")
    page = world.browser().get(f"/claimants/{became}")
    assert "Also known as Q. Quoted, Quentin the Quoted" in text_of(page)
    links = [
        e for e in Markup.of(page.text).all("a") if e.attributes.get("href") == "https://example.org/about-quentin"
    ]
    assert [e.attributes["rel"] for e in links] == ["nofollow ugc noopener"]
    for address in ("/", "/claimants"):
        assert "Quentin the Quoted" not in world.browser().get(address).text


def test_a_merged_claimant_has_their_own_page_again_as_of_a_day_before(world: World) -> None:
    with undone(world):
        inside = world.app.extensions["ledger.sessions"]
        with inside() as session:
            one, into = session.scalars(select(ForecastClaimant.claimant_id).distinct().limit(2))
            name = session.get_one(Claimant, one).name
        by = world.places.cast.dora.actor
        with inside() as session:
            merge_claimants(session, now=NOW + timedelta(days=1), by=by, claimant=one, into=into, reason="One person.")
        browser = make_app(inside, lambda: NOW + timedelta(days=2)).test_client()
        for below in ("", ".json", "/calls", "/peers", "/calls.csv"):
            address = f"/claimants/{one}{below}"
            assert browser.get(f"{address}?as_of={NOW.date()}").status_code == 200, below
            later = browser.get(f"{address}?as_of={NOW.date() + timedelta(days=1)}")
            assert (later.status_code, later.location.partition("?")[0]) == (308, f"/claimants/{into}{below}")
        page = " ".join(browser.get(f"/claimants/{one}?as_of={NOW.date()}").text.split())
        assert name in page and f'Since found to be the same as <a href="/claimants/{into}">' in page
        filtered = browser.get(f"/ledger.json?claimant={one}&as_of={NOW.date()}").json["data"]["filters"]
        assert filtered["names"] == {"claimant": name}
        now = browser.get(f"/ledger.json?claimant={one}").json["data"]["filters"]
        assert now["values"]["claimant"] == into


def test_a_claimant_without_claims_is_in_no_list(world: World) -> None:
    with undone(world):
        made = world.browser("ada").submit(FORMS["claimant"].address(world), **FORMS["claimant"].fields(world))
        assert made.status_code == 303
        assert "Rosa Reporter" not in world.browser().get("/claimants").text
        merge = FORMS["merge"]
        assert "Noisy Claimant 0" in world.browser().get("/claimants").text
        assert world.browser("dora").submit(merge.address(world), **merge.fields(world)).status_code == 303
        assert "Noisy Claimant 0" not in world.browser().get("/claimants").text


def test_merging_into_nobody_or_oneself_is_refused_at_the_field(world: World) -> None:
    form = FORMS["merge"]
    own = form.address(world).split("/")[3]
    for into in (own, "2000000", str(world.places.merged)):
        with undone(world) as size:
            before = size()
            response = world.browser("dora").submit(form.address(world), into=into, reason="One.")
            assert response.status_code == 422 and size() == before
            assert "another claimant" in response.text.split('id="into-error"')[1].split("</p>")[0]


def test_names_may_contain_commas_and_too_many_are_refused_quickly(world: World) -> None:
    form = FORMS["describe"]
    with undone(world):
        response = world.browser("ada").submit(form.address(world), **form.fields(world))
        assert response.status_code == 303
        page = json.loads(world.browser().get(f"{response.location}.json").text)
        assert page["data"]["scorecard"]["details"]["other_names"] == ["R. Reporter", "Rosa, the Reporter"]
    many = {**form.fields(world), "aliases": "\n".join(f"Name {n}" for n in range(50_000))}
    refused = world.browser("ada").submit(form.address(world), **many)
    assert refused.status_code == 422 and "At most 20 other names" in refused.text


def test_saving_the_form_unchanged_changes_nothing(world: World) -> None:
    with world.sessions() as session:
        number = session.scalars(select(Claimant.id).where(Claimant.name == "Quentin Quoted")).one()
    with undone(world) as size:
        before = size()
        response = world.browser("ada").submit(f"/desk/claimants/{number}/describe", reason="No reason.")
        assert response.status_code == 422 and "Nothing is changed yet." in response.text and size() == before


def test_every_term_of_every_yardstick_is_drawn_beside_its_figures(world: World) -> None:
    page = Markup.of(world.browser().get("/probability-scales").text)
    drawn = [(e.attributes["x"], e.attributes["width"]) for e in page.all("rect")]
    terms = [term for yardstick in YARDSTICKS.values() for term in yardstick.terms]
    assert len(drawn) == len(terms)
    for (x, width), (_, low, high) in zip(drawn, terms, strict=True):
        left, wide = float(x.rstrip("%")), float(width.rstrip("%"))
        assert left >= 0 and left + wide <= 100.001
        assert low == high or (abs(left - 100 * low) < 0.1 and abs(wide - 100 * (high - low)) < 0.1)
    words = text_of(world.browser().get("/probability-scales"))
    assert "read the table at its source" in words and "read the table in copies, not at its source" in words
    assert "No term covers 5% to 10%" in words
    data = json.loads(world.browser().get("/probability-scales.json").text)["data"]
    assert data["ours"] == "ICD203" and len(data["yardsticks"]) == len(YARDSTICKS)


def test_documents_without_claims_are_on_the_coverage_page(world: World) -> None:
    with world.sessions() as session:
        documents = session.scalars(select(Document.id)).all()
    page = world.browser().get("/coverage").text
    assert all(f'href="/documents/{number}"' in page for number in documents)
