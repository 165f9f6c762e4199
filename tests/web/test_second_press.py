"""Double clicks and stale forms: one entry, a friendly message, and a second click that works."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from support.cast import evidence_terms
from support.forms import FORMS, undone
from support.pages import forms_of, text_of
from support.world import NOW, World

from ledger.services.evidence import attach_evidence
from ledger.store.claims import Claim

ONCE = [name for name in FORMS if name not in ("preferences", "people", "forgot")]


@pytest.mark.parametrize("name", ONCE)
def test_a_double_click_makes_one_entry_and_is_no_error(world: World, name: str) -> None:
    form = FORMS[name]
    browser = world.browser(form.who)
    with undone(world) as size:
        page = browser.get(form.address(world))
        target = next(f for f in forms_of(page) if set(form.fields(world)) <= f.names)
        data = target.filled(**form.fields(world))
        first = browser.post(page.request.path, data=data)
        once = size()
        second = browser.post(page.request.path, data=data)
        assert (first.status_code, second.status_code) == (303, 303), text_of(second)
        assert size() == once
        assert "Not saved" not in browser.get(str(second.location)).text


def test_taking_back_twice(world: World) -> None:
    address = f"/desk/reviews/{world.places.reviews['half']}"
    browser = world.browser("ben")
    with undone(world) as size:
        page = browser.get(address)
        (data,) = [f.filled() for f in forms_of(page) if f.action.endswith("/take-back")]
        assert browser.post(f"{address}/take-back", data=data).status_code == 303
        once = size()
        assert browser.post(f"{address}/take-back", data=data).status_code == 303
        assert size() == once


def changed(session: Session, world: World, word: str) -> None:
    """Change a claim while somebody fills in a form about it."""
    claim = world.places.claims[word]
    attach_evidence(session, now=NOW, by=world.places.cast.ada.actor, claim=claim, terms=evidence_terms())


@pytest.mark.parametrize(("name", "word"), [("assess", "due"), ("snooze", "due"), ("adjudicate", "split")])
def test_a_change_meanwhile_is_reported_once_and_no_input_is_lost(world: World, name: str, word: str) -> None:
    form = FORMS[name]
    browser = world.browser(form.who)
    with undone(world) as size:
        page = browser.get(form.address(world))
        target = next(f for f in forms_of(page) if set(form.fields(world)) <= f.names)
        data = target.filled(**form.fields(world))
        with world.app.extensions["ledger.sessions"]() as session:
            changed(session, world, word)
        before = size()
        refused = browser.post(page.request.path, data=data)
        assert refused.status_code == 422 and size() == before
        assert "This claim changed while you were writing." in text_of(refused)
        again = next(f for f in forms_of(refused) if set(form.fields(world)) <= f.names)
        assert {n: v for n, v in again.filled().items() if n not in ("seen", "csrf_token")} == {
            n: v for n, v in data.items() if n not in ("seen", "csrf_token")
        }
        assert browser.post(page.request.path, data=again.filled()).status_code == 303
        assert size() > before


def test_the_sweep_finds_a_form_that_saves_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Canary: two different posts make two entries, and `undone` can count them."""
    form = FORMS["claimant"]
    browser = world.browser(form.who)
    with undone(world) as size:
        before = size()
        for name in ("One", "Two"):
            assert browser.submit(form.address(world), **{**form.fields(world), "name": name}).status_code == 303
        assert size() == before + 2
    assert world.size() == before


def test_a_second_post_with_other_input_is_no_double_click(world: World) -> None:
    form = FORMS["assess"]
    browser = world.browser(form.who)
    with undone(world):
        page = browser.get(form.address(world))
        assert browser.submit(page, **form.fields(world)).status_code == 303
        other = browser.submit(page, **{**form.fields(world), "rationale": "On second thoughts."})
        assert other.status_code in (403, 422)
    with world.sessions() as session:
        assert session.get(Claim, world.places.claims["due"]) is not None
