"""A sealed assessment: until all are in, only its author can read any word of it, on any page."""

from __future__ import annotations

import pytest
from support.pages import Browser, words_sent
from support.sweeps import everywhere
from support.world import SEALED, World

from ledger.queries import claim_page
from ledger.web.page_cache import PageCache

AUTHORS = {"half": "ben", "sealed_by_cleo": "cleo"}
OTHERS = ("public", "ada", "ben", "cleo", "dora", "admin")


def pages_about(world: World, word: str, who: str) -> dict[str, str]:
    """All pages about a claim, and all that list claims, error pages included."""
    claim, review = world.places.claims[word], world.places.reviews[word]
    browser: Browser = world.browser(who)
    found = {}
    for rule, address in everywhere(world):
        if "GET" in (rule.methods or ()) and "number" not in rule.arguments:
            found[address] = words_sent(browser.get(address))
    for rule in world.app.url_map.iter_rules():
        if "<int:number>" in str(rule):
            number = review if "/reviews/" in str(rule) else claim
            address = str(rule).replace("<int:number>", str(number))
            for method in {"GET", "POST"} & (rule.methods or set()):
                found[f"{method} {address}"] = words_sent(browser.open(address, method=method))
    return found


def sealed_words(world: World, word: str, who: str) -> list[str]:
    """The pages about this claim or its review that contain the word of the sealed rationale."""
    numbers = {str(world.places.claims[word]), str(world.places.reviews[word])}
    return [
        address
        for address, text in pages_about(world, word, who).items()
        if numbers & set(address.replace(".json", "").split("/")) and SEALED in text
    ]


@pytest.mark.parametrize("word", AUTHORS)
@pytest.mark.parametrize("who", OTHERS)
def test_only_its_author_reads_it(world: World, word: str, who: str) -> None:
    found = sealed_words(world, word, who)
    if who == AUTHORS[word]:
        assert found == [f"GET /desk/reviews/{world.places.reviews[word]}"]
    else:
        assert found == []


@pytest.mark.parametrize("who", [who for who in OTHERS if who != "ben"])
def test_evidence_that_a_sealing_reviewer_adds_hides_its_stance(world: World, who: str) -> None:
    claim = world.places.claims["half"]
    browser = world.browser(who)
    lines = browser.get(f"/claims/{claim}.json").json["data"]["evidence"]
    assert [line["stance"] for line in lines] == ["supports", None]
    shown = browser.get(f"/claims/{claim}").text
    assert "stance hidden" in shown and "contradicts</span>" not in shown
    own = world.browser("ben").get(f"/claims/{claim}.json").json["data"]["evidence"]
    assert [line["stance"] for line in own] == ["supports", "contradicts"]


def test_once_opened_everybody_can_read_it(world: World) -> None:
    """Otherwise a search for the word would prove nothing."""
    assert SEALED in world.browser().get(f"/claims/{world.places.claims['adjudicated']}").text
    assert sealed_words(world, "split", "public") != []


def test_the_sweep_finds_a_page_that_shows_a_sealed_word(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = claim_page.history

    def talkative(session: object, subject: str) -> object:
        from dataclasses import replace

        return tuple(
            replace(line, words=f"{line.words}: {SEALED}") if line.kind == "assessment-sealed" else line
            for line in real(session, subject)  # type: ignore[arg-type] # it is a session
        )

    monkeypatch.setattr(claim_page, "history", talkative)
    monkeypatch.setitem(world.app.extensions, "ledger.page_cache", PageCache())  # no cached page
    assert sealed_words(world, "half", "public") != [] and sealed_words(world, "half", "dora") != []
