"""Malformed addresses and queries: a page or a plain 404 on both databases, never a 500."""

from __future__ import annotations

import pytest
from support.forms import HOSTILE, SHORT
from support.pages import Browser
from support.sweeps import everywhere
from support.world import World

HUGE = ("0", "-1", "2147483647", "2147483648", "9" * 19, "9" * 5_000, "1e3", "٣", "1.5", "")
QUERIES = {
    "/claims.json": ("before", "claimant", "document", "state", "outcome", "modality", "q", "topic", "outlet"),
    "/claims": ("q", "before"),
    "/claims.csv": ("claimant", "document", "state", "outcome", "modality", "q", "topic", "outlet"),
    "/claimants": ("page",),
    "/desk/imports": ("page",),
    "/coverage": ("page",),
    "/claimants/{claimant}.json": ("before",),
    "/desk/": ("page", "whose"),
    "/desk/record": ("q",),
}
PLAIN = {200, 302, 303, 400, 403, 404, 405, 410, 422}


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> World:
    """The world on each database."""
    name = "world" if request.param == "sqlite" else "postgres_world"
    found: World = request.getfixturevalue(name)
    return found


def problems(browser: Browser, address: str, **query: object) -> list[str]:
    """What is wrong with the response to a GET."""
    response = browser.get(address, query_string=query or None)
    if response.status_code in PLAIN:
        return []
    return [f"{address[:60]} {str(query)[:80]}: {response.status_code}"]


def test_no_query_breaks_a_list(either: World) -> None:
    browser = either.browser("admin")
    wrong: list[str] = []
    hostile = SHORT if either.engine.dialect.name == "postgresql" else [w for w in HOSTILE if "megabyte" not in w]
    values = {HOSTILE[what] for what in hostile} | set(HUGE)
    for pattern, names in QUERIES.items():
        page = pattern.format(claimant=either.places.cast.claimant)
        for name in names:
            for value in values:
                wrong += problems(browser, page, **{name: value})
            wrong += problems(browser, page, **{name: ["1", "x", ""]})
    assert wrong == []


def test_no_number_and_no_word_breaks_an_address(either: World) -> None:
    browser = either.browser("admin")
    wrong = []
    for rule in either.app.url_map.iter_rules():
        words = [value for value in HOSTILE.values() if 0 < len(value) < 3_000 and "/" not in value]
        numbers = "<int:" in str(rule)
        for value in (*HUGE[:6], "abc", "%") if numbers else (*words, *HUGE[:6]) if rule.arguments else ():
            address = str(rule)
            for part in [part for part in address.split("/") if "<" in part]:
                whole, _, rest = part.partition(">")
                address = address.replace(f"{whole}>{rest}", f"{value or '0'}{rest}", 1)
            for method in {"GET", "POST"} & (rule.methods or set()):
                response = browser.open(address, method=method)
                if response.status_code not in PLAIN:
                    wrong.append(f"{method} {address[:80]}: {response.status_code}")
    assert wrong == []


def test_past_the_last_page_there_is_no_page(world: World) -> None:
    browser = world.browser("admin")
    for page in ("/desk/", "/desk/imports", "/claimants", "/topics", "/documents"):
        assert browser.get(page, query_string={"page": 1}).status_code == 200
        assert browser.get(page, query_string={"page": 99}).status_code == 404


def test_a_body_that_is_not_a_form_breaks_nothing(world: World) -> None:
    """JSON, files and wrong content types: no field gets anything but text."""
    browser = world.browser("ada")
    page = browser.get("/desk/claimants/new")
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    size = world.size()
    for json in ({"name": 5, "kind": None}, [1, 2], "text", None, {"name": ["a"]}):
        response = browser.post("/desk/claimants/new", json=json, headers={"X-CSRFToken": token})
        assert response.status_code in (400, 422), json
    for content_type in ("application/json", "multipart/form-data", "text/plain", "nonsense"):
        response = browser.post("/desk/claimants/new", data=b"\xff{", content_type=content_type)
        assert response.status_code == 400
    from io import BytesIO

    file = {"csrf_token": token, "name": (BytesIO(b"x"), "name.txt"), "kind": "person"}
    assert browser.post("/desk/claimants/new", data=file).status_code == 422
    assert world.size() == size


def test_too_large_a_request_gets_a_helpful_page(world: World) -> None:
    for who in ("public", "ada"):
        response = world.browser(who).post("/desk/claimants/new", data={"name": "a" * 17_000_000})
        assert response.status_code == 413 and "Shorten the text" in response.text


def test_the_sweep_finds_a_page_that_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.web.public import claims

    monkeypatch.setattr(claims, "number_in", lambda name: int(claims.request.args.get(name) or 0))
    browser = world.browser()
    assert problems(browser, "/claims", before="nonsense") and problems(browser, "/claims", before="9" * 5_000)
    assert len(list(everywhere(world))) > 50
