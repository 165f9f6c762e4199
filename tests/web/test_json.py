"""The JSON of every public page has the same figures; and the ETag changes when the page does."""

from __future__ import annotations

import json
import re

import pytest
from support.pages import HOST, text_of
from support.sweeps import addresses, rules
from support.world import NOW, World, make_app

from ledger.store.accounts import Role
from ledger.web.access import PUBLIC, declared


def public_pages(world: World) -> list[str]:
    """An address of every public page that is about the record."""
    plain = {
        "static_file",
        "public.robots",
        "public.health",
        "public.evidence_file",
        "public.claims_csv",
        "public.chart_file",
    }
    return [
        address
        for rule in rules(world)
        for address in addresses(world, rule, most=4)
        if declared(world.app, rule.endpoint) == PUBLIC
        and rule.endpoint.startswith("public.")
        and not rule.endpoint.endswith("_json")
        and rule.endpoint not in plain
        and not rule.endpoint.endswith(("_calls_csv", "_bundle"))
    ]


def json_address(address: str) -> str:
    return "/scorecard.json" if address == "/" else f"{address}.json"


def figures_of(value: object) -> list[dict[str, object]]:
    """All sets of figures in the JSON of a page."""
    found: list[dict[str, object]] = []
    if isinstance(value, dict):
        if "brier" in value:
            found.append(value)
        for item in value.values():
            found += figures_of(item)
    elif isinstance(value, list):
        for item in value:
            found += figures_of(item)
    return found


def missing_figures(world: World, address: str) -> list[str]:
    """The figures in the JSON that are not on the page."""
    browser = world.browser()
    page, answer = browser.get(address), browser.get(json_address(address))
    if (page.status_code, answer.status_code) != (200, 200):
        return [f"{address}: {page.status_code} and {answer.status_code}"]
    body = json.loads(answer.text)
    words = text_of(page)
    wrong = [] if f'href="{json_address(address)}"' in page.text else ["no link to the JSON"]
    if body["page"] != HOST + address:
        wrong.append(f"it says it is {body['page']}")
    if body["as_of"]["journal_root"][:16] not in page.text:
        wrong.append("another root")
    for figures in figures_of(body["data"]):
        if figures["brier"] is not None and f"{figures['brier']:.3f}" not in words:
            wrong.append(f"a score of {figures['brier']} that is not on the page")
    return [f"{address}: {what}" for what in wrong]


def test_every_public_page_has_its_json_with_the_same_figures(world: World) -> None:
    there = public_pages(world)
    assert len(there) > 20
    assert [what for address in there for what in missing_figures(world, address)] == []


def test_the_sweep_finds_different_figures(world: World) -> None:
    app = make_app(world.sessions)
    app.jinja_env.filters["score"] = lambda value: "0.999"
    other = World(world.url, world.engine, world.sessions, app, world.places)
    assert any("score" in what for what in missing_figures(other, "/"))


def test_a_filtered_list_keeps_its_filter_in_the_json(world: World) -> None:
    page = world.browser().get("/claims?topic=battle&state=resolved")
    link = re.search(r'href="(/claims\.json[^"]*)"', page.text)
    assert link is not None
    body = world.browser().get(link[1].replace("&amp;", "&")).json
    assert (
        body["data"]["filters"]["values"]["topic"] == "battle"
        and body["data"]["filters"]["values"]["state"] == "resolved"
    )
    assert body["page"] == f"{HOST}/claims?topic=battle&state=resolved"


def test_errors_in_json_are_json(world: World) -> None:
    for address, status in (("/claims/1.json", 404), ("/nothing.json", 404), ("/ledger/calls.json?page=x", 404)):
        response = world.browser().get(address)
        assert response.status_code == status and response.mimetype == "application/json"
        assert response.json["data"]["message"]
    half_read = world.browser().get("/claims.json?state=x")
    assert half_read.status_code == 422 and set(half_read.json["data"]["filters"]["problems"]) == {"state"}


def test_an_unchanged_page_is_not_sent_again(world: World) -> None:
    for address in ("/", "/claims", "/claims.json", "/methodology"):
        first = world.browser().get(address)
        assert first.headers["Cache-Control"] == "no-cache" and first.headers["Vary"] == "Cookie"
        again = world.browser().get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert world.browser().get(address, headers={"If-None-Match": '"else"'}).status_code == 200
    tags = {world.browser().get(f"/claims?{query}").headers["ETag"] for query in ("", "q=a", "q=b")}
    assert len(tags) == 3


def test_the_etag_changes_with_a_new_entry_a_new_day_and_other_settings(own_world: World) -> None:
    from dataclasses import replace

    tags = [own_world.browser().get("/").headers["ETag"]]
    tomorrow = make_app(own_world.sessions, lambda: NOW.replace(day=23))
    named = make_app(own_world.sessions)
    named.extensions["ledger.settings"] = replace(named.extensions["ledger.settings"], name="Another name")
    for app in (tomorrow, named):
        tags.append(app.test_client().get("/", base_url=HOST).headers["ETag"])
    own_world.browser("ada").submit("/desk/claimants/new", name="Somebody new", kind="person")
    tags.append(own_world.browser().get("/").headers["ETag"])
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("role", list(Role))
def test_pages_of_people_signed_in_are_not_cached(world: World, role: Role) -> None:
    browser = world.browser(role.value)
    for address in ("/", "/claims", "/claims.json", "/desk/", "/account/"):
        response = browser.get(address, headers={"If-None-Match": "*"})
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store" and "ETag" not in response.headers
