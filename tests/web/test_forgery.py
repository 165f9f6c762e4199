"""CSRF: forms without a token, with a foreign one, from another site, or after signing out are refused and not lost."""

from __future__ import annotations

import pytest
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import func, select
from support.forms import FORMS, undone
from support.pages import HOST, Browser, forms_of, text_of
from support.sweeps import everywhere
from support.world import World, enter

from ledger.store.accounts import Account, DraftRow

KEEPING = [name for name, form in FORMS.items() if form.who != "public"]
# One-click unsubscribing (RFC 8058): mail programs post without a CSRF token; the token in the link is the proof.
EXEMPT = {"/unsubscribe/<token>"}


def foreign_token(world: World) -> str:
    """A CSRF token that is valid in somebody else's session."""
    page = world.browser("cleo").get("/account/")
    return dict(forms_of(page)[0].fields)["csrf_token"]


def state(world: World) -> tuple[object, ...]:
    """What a forged request must not change."""
    with world.sessions() as session:
        accounts = session.execute(select(Account.role, Account.active, Account.fs_uniquifier, Account.time_zone))
        return (world.size(), *sorted(map(tuple, accounts.all())))


def accepting_routes(world: World, token: str | None) -> list[str]:
    """The POST routes that accept a request with this token."""
    wrong = []
    for rule, address in everywhere(world):
        if "POST" in (rule.methods or ()) and str(rule) not in EXEMPT:
            data = {"role": "reviewer", "email": "a@example.org", **({"csrf_token": token} if token else {})}
            with undone(world):
                response = world.browser("admin").post(address, data=data)
            if response.status_code not in (400, 403) or (response.status_code == 403 and "role" not in response.text):
                wrong.append(f"{rule}: {response.status_code}")
    return wrong


def test_every_post_needs_a_token_of_this_session(world: World) -> None:
    before = state(world)
    assert accepting_routes(world, None) == []
    assert accepting_routes(world, foreign_token(world)) == []
    assert accepting_routes(world, "nonsense") == []
    assert state(world) == before


def test_the_sweep_finds_a_form_without_the_check(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CSRFProtect, "protect", lambda self, **_: None)
    assert "/desk/claimants/new: 422" in accepting_routes(world, None)


def path_of(address: str) -> str:
    """The address of a form without its query, which its hidden fields hold."""
    return address.partition("?")[0]


def is_restored(browser: Browser, address: str, typed: dict[str, object]) -> bool:
    """Whether the form at this address is filled with this input."""
    page = browser.get(address)
    back = next(form for form in forms_of(page) if set(typed) <= form.names)
    now = back.filled()
    return all(now.get(name, [""]) == back.filled(**{name: value})[name] for name, value in typed.items())


@pytest.mark.parametrize("name", KEEPING)
def test_a_form_with_an_expired_token_becomes_a_draft(world: World, name: str) -> None:
    form = FORMS[name]
    address, typed = form.address(world), form.fields(world)
    typed = {n: f"{v} Kept." if n in ("reason", "rationale", "name") else v for n, v in typed.items()}
    with undone(world) as size:
        before = size()
        browser = world.browser(form.who)
        response = browser.post(address, data={**typed, "csrf_token": foreign_token(world)})
        assert response.status_code == 400 and size() == before
        assert "what you typed is kept" in text_of(response) and f'href="{path_of(address)}"' in response.text
        assert is_restored(browser, address, typed)
        # Sent again from the page that came back, it is accepted, and the draft is deleted.
        target = next(f for f in forms_of(browser.get(address)) if set(typed) <= f.names)
        assert browser.post(address, data=target.filled()).status_code == 303
        assert "What you typed before is back" not in browser.get(address).text


def expire(browser: Browser) -> None:
    """End the sign-in of a browser that has opened a form before; its other cookies stay."""
    assert browser.get("/account/").status_code == 200
    with browser.session_transaction(base_url=HOST) as cookie:
        cookie.clear()


@pytest.mark.parametrize("name", KEEPING)
def test_an_expired_sign_in_loses_nothing(world: World, name: str) -> None:
    form = FORMS[name]
    address, typed = form.address(world), form.fields(world)
    with undone(world) as size:
        before = size()
        browser = world.browser(form.who)
        expire(browser)
        response = browser.post(address, data=typed)
        assert (response.status_code, response.location) == (303, f"/account/sign-in?next={path_of(address)}")
        assert size() == before
        page = browser.get(str(response.location))
        assert "what you typed is kept" in text_of(page)
        enter(browser, world.uniquifier(form.who))
        assert is_restored(browser, address, typed)
        assert "What you typed before is back" in browser.get(address).text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_save_a_draft(world: World, site: str) -> None:
    with world.sessions() as session:
        before = session.scalar(select(func.count()).select_from(DraftRow))
    for who in ("public", "ada"):
        browser = world.browser(who)
        for name in KEEPING:
            address, typed = FORMS[name].address(world), FORMS[name].fields(world)
            response = browser.post(address, data=typed, headers={"Sec-Fetch-Site": site})
            assert response.status_code in (303, 400, 403)
            assert "kept" not in str(response.headers.getlist("Set-Cookie"))
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(DraftRow)) == before


@pytest.mark.parametrize("text", ["a" * 1_000_000, "🦩" * 250_000, "ש" * 500_000], ids=["latin", "emoji", "hebrew"])
def test_a_megabyte_in_any_script_is_saved_as_a_draft(world: World, text: str) -> None:
    address = FORMS["claimant"].address(world)
    browser = world.browser("ada")
    expire(browser)
    with undone(world):
        assert "ledger" in str(browser.post(address, data={"name": "N", "about": text}).headers)
        enter(browser, world.uniquifier("ada"))
        assert is_restored(browser, address, {"about": text})


def test_somebody_else_in_the_same_browser_gets_nothing_of_it(world: World) -> None:
    """An assessment typed and not yet sealed must not appear for the next reviewer at a shared computer."""
    address, typed = FORMS["claimant"].address(world), {"name": "Typed by Ben", "about": "Not for Cleo"}
    browser = world.browser("ben")
    expire(browser)
    with undone(world):
        browser.post(address, data=typed)
        enter(browser, world.uniquifier("cleo"))
        assert "Not for Cleo" not in browser.get(address).text
        enter(browser, world.uniquifier("ben"))
        assert is_restored(browser, address, typed)


def test_strangers_cannot_fill_the_table(world: World) -> None:
    with world.sessions() as session:
        before = session.scalar(select(func.count()).select_from(DraftRow))
    for cookie in ("", "1", "MQ.forged"):
        browser = world.browser()
        browser.set_cookie("ledger_whose", cookie, domain="ledger.example.org")
        response = browser.post(FORMS["claimant"].address(world), data={"name": "A stranger"})
        assert response.status_code == 303
        assert "what you typed is kept" not in text_of(browser.get(str(response.location)))
    with world.sessions() as session:
        assert session.scalar(select(func.count()).select_from(DraftRow)) == before


def test_no_password_is_ever_stored_in_a_draft(world: World) -> None:
    with undone(world):
        for address in ("/account/sign-in", "/account/change-password", world.places.join):
            names = ("email", "password", "password_confirm", "new_password", "new_password_confirm")
            response = world.browser().post(address, data=dict.fromkeys(names, "three quiet herons"))
            assert "kept=" not in str(response.headers.getlist("Set-Cookie"))
