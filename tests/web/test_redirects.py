"""Old addresses redirect to the new ones, and no present address is redirected."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from support.sweeps import everywhere
from support.world import World

from ledger.web.redirects import new_path

CARDS = (
    "/ledger",
    "/claimants/{claimant}",
    "/topics/battle",
    "/outlets/the-wire",
    "/documents/{document}",
    "/years/2016",
)
MOVED = [
    *((f"{card}/said-again{kind}", f"{card}/restatements{kind}") for card in CARDS for kind in ("", ".json")),
    *((f"{card}/answers{kind}", f"{card}/choices-and-quantities{kind}") for card in CARDS for kind in ("", ".json")),
    ("/yardsticks", "/probability-scales"),
    ("/yardsticks.json", "/probability-scales.json"),
    ("/desk/claims/{claim}/said-again", "/desk/claims/{claim}/restatements/new"),
    ("/desk/claims/several?act=withdraw&claim={claim}", "/desk/claims/bulk?act=withdraw&claim={claim}"),
    ("/desk/documents/{document}/read", "/desk/documents/{document}/readings/new"),
    ("/desk/documents/{document}/text/keep", "/desk/documents/{document}/text/edit"),
    ("/desk/imports/files/{faulty}/faults.csv", "/desk/imports/files/{faulty}/errors.csv"),
    ("/desk/operator", "/desk/operations"),
    ("/topics/a%3Fb%20c/answers", "/topics/a%3Fb%20c/choices-and-quantities"),
]


@pytest.mark.parametrize(("old", "new"), MOVED)
def test_an_old_address_redirects_to_the_new_one(world: World, old: str, new: str) -> None:
    places = world.places
    known = {
        "claimant": places.cast.claimant,
        "document": places.cast.document,
        "claim": places.claims["due"],
        "faulty": places.files["faulty"],
    }
    browser = world.browser("admin" if "operator" in old else "dora")
    moved = browser.get(old.format(**known))
    there = urlsplit(moved.headers.get("Location", ""))
    assert moved.status_code == 308
    assert f"{there.path}{f'?{there.query}' if there.query else ''}" == new.format(**known)
    assert browser.get(new.format(**known)).status_code == (404 if "%3F" in old else 200)


def test_a_form_that_was_open_under_an_old_address_is_sent_on(world: World) -> None:
    moved = world.browser("dora").post("/desk/imports/files/1/throw-away", data={"a": "b"})
    assert (moved.status_code, urlsplit(moved.headers["Location"]).path) == (308, "/desk/imports/files/1/discard")
    moved = world.browser("admin").post("/desk/operator/messages/1/requeue")
    assert (moved.status_code, urlsplit(moved.headers["Location"]).path) == (308, "/desk/operations/messages/1/requeue")


def test_no_present_address_is_redirected(world: World) -> None:
    assert new_path("/yardsticks") == "/probability-scales"
    assert [address for _, address in everywhere(world, most=14) if new_path(urlsplit(address).path)] == []
    for path in (
        "/topics/said-again",
        "/topics/answers",
        "/ledger/said-again/2",
        "/claims/1/said-again",
        "//yardsticks",
    ):
        assert new_path(path) is None
