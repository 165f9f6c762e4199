"""Inviting people: from the administrator's form by mail to the first sign-in; and invalid links."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, Person
from support.pages import HOST, Browser, text_of
from werkzeug.test import TestResponse

from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.services import invitations
from ledger.services.accounts import Newcomer, deactivate, find_account
from ledger.services.invitations import invite
from ledger.store.accounts import Account, Role
from ledger.store.outbox import Message
from ledger.store.people import Actor

SignIn = Callable[[Browser, Person], TestResponse]
PASSWORD = "nine copper kettles sing"
NEWCOMER = {"email": "Eve@Example.org", "name": "Eve Eriksen", "role": "editor", "time_zone": "Europe/Oslo"}


def invitation(sessions: sessionmaker[Session]) -> tuple[str, dict[str, str]]:
    """The path of the newest invitation's link, and the facts of its mail."""
    with sessions() as session:
        row = session.scalars(select(Message).where(Message.name == "invitation").order_by(Message.id)).all()[-1]
        facts = json.loads(row.facts)
    assert facts["link"].startswith(f"{HOST}/account/join/")
    return urlsplit(facts["link"]).path, facts


def account_of(sessions: sessionmaker[Session], email: str = "eve@example.org") -> Account:
    with sessions() as session:
        found = find_account(session, email)
    assert found is not None
    return found


@pytest.fixture
def invited(client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]) -> str:
    """The path of Eve's link, after Admin has invited her."""
    sign_in(client, cast.admin)
    answer = client.submit("/account/people", **NEWCOMER)
    assert (answer.status_code, answer.location) == (303, "/account/people")
    return invitation(sessions)[0]


def test_somebody_is_invited_and_joins(
    app: Flask, client: Browser, invited: str, sessions: sessionmaker[Session]
) -> None:
    assert "Eve Eriksen is invited" in text_of(client.get("/account/people"))
    _, facts = invitation(sessions)
    assert (facts["inviter"], facts["role"], facts["valid_for"]) == ("Admin Abbott", "an editor", "7 days")
    eve = account_of(sessions)
    assert (eve.password, eve.role, eve.time_zone, eve.confirmed_at) == (None, Role.EDITOR, "Europe/Oslo", None)

    hers = app.test_client()
    for _ in range(2):  # opening the page changes nothing
        page = hers.get(invited)
        assert "Welcome, Eve Eriksen" in text_of(page) and "eve@example.org" in text_of(page)
    assert hers.submit(page, password="short", password_confirm="short").status_code == 422
    assert hers.submit(page, password="Eve Eriksen!", password_confirm="Eve Eriksen").status_code == 422
    assert hers.submit(page, password="eve eriksen", password_confirm="eve eriksen").status_code == 422
    joined = hers.submit(page, password=PASSWORD, password_confirm=PASSWORD)
    assert (joined.status_code, joined.location) == (303, "/desk/")
    account = hers.get("/account/")
    assert "Eve Eriksen" in text_of(account) and "You are an editor." in text_of(account)
    eve = account_of(sessions)
    assert eve.confirmed_at is not None and eve.password

    again = app.test_client()
    used = again.get(invited)
    assert used.status_code == 410 and "used already" in text_of(used)
    assert again.submit("/account/sign-in", email="eve@example.org", password=PASSWORD).status_code == 303


def test_a_link_works_once_even_when_two_pages_are_open(
    app: Flask, invited: str, sessions: sessionmaker[Session]
) -> None:
    first, second = app.test_client(), app.test_client()
    pages = first.get(invited), second.get(invited)
    assert first.submit(pages[0], password=PASSWORD, password_confirm=PASSWORD).status_code == 303
    late = second.submit(pages[1], password="some other words here", password_confirm="some other words here")
    assert late.status_code == 410
    assert second.get("/account/").status_code == 303
    fresh = app.test_client()
    assert fresh.submit("/account/sign-in", email="eve@example.org", password=PASSWORD).status_code == 303


def test_a_link_lasts_seven_days(app: Flask, invited: str, clock: object) -> None:
    hers = app.test_client()
    clock.move(days=7, seconds=-1)  # type: ignore[attr-defined]
    page = hers.get(invited)
    assert page.status_code == 200
    clock.move(seconds=1)  # type: ignore[attr-defined]
    ended = hers.get(invited)
    assert ended.status_code == 410 and "valid for 7 days" in text_of(ended)
    assert hers.submit(page, password=PASSWORD, password_confirm=PASSWORD).status_code == 410


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_link_that_was_tampered_with_opens_nothing(app: Flask, invited: str) -> None:
    hers = app.test_client()
    # The last letter but one: some bits of the last letter are padding, and changing these changes nothing.
    tampered = invited[:-2] + ("A" if invited[-2] != "A" else "B") + invited[-1]
    for path in (tampered, "/account/join/x", "/account/join/WzEsMl0.x"):
        assert hers.get(path).status_code == 410


def test_inviting_again_ends_the_link_before(
    app: Flask, client: Browser, invited: str, sessions: sessionmaker[Session]
) -> None:
    eve = account_of(sessions)
    answer = client.submit("/account/people", to=f"/account/people/{eve.id}/invite")
    assert answer.status_code == 303
    newer, _ = invitation(sessions)
    hers = app.test_client()
    assert hers.get(invited).status_code == 410
    assert hers.submit(newer, password=PASSWORD, password_confirm=PASSWORD).status_code == 303
    refused = client.post(
        f"/account/people/{eve.id}/invite", data={"csrf_token": token_of(client.get("/account/people"))}
    )
    assert refused.status_code == 422 and "has joined already" in text_of(refused)


def token_of(page: TestResponse) -> str:
    return page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def test_closing_an_account_ends_its_invitation(app: Flask, invited: str, sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        deactivate(session, account=account_of(sessions).id)
    assert app.test_client().get(invited).status_code == 410


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "ada@example.org", "has an account already"),
        ("email", " ADA@EXAMPLE.ORG", "has an account already"),
        ("email", "nobody", "@-sign"),
        ("email", "", "@-sign"),
        ("name", "", "Give the name"),
        ("name", "x" * 161, "at most 160"),
        ("name", "Eve\u202e", "invisible"),
        ("role", "king", "Choose one from the list."),
        ("time_zone", "Mars/Olympus", "Choose one from the list."),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_error_has_a_message_at_its_field(
    client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session], field: str, value: str, words: str
) -> None:
    sign_in(client, cast.admin)
    with sessions() as session:
        before = read_head(session).size
    answer = client.submit("/account/people", **{**NEWCOMER, field: value})
    assert answer.status_code == 422
    error = answer.text.split(f'id="{field}-error">')[1].split("</p>")[0]
    assert words in error.replace("&#39;", "'")
    if field != "name":
        assert 'value="Eve Eriksen"' in answer.text
    with sessions() as session:
        assert read_head(session).size == before
        assert session.scalar(select(func.count()).select_from(Message)) == 0
    shown = client.get("/account/people")
    assert shown.status_code == 200


def test_actor_account_and_mail_are_one_transaction(
    session: Session, sessions: sessionmaker[Session], cast: Cast, now: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = Newcomer("eve@example.org", "Eve Eriksen", Role.EDITOR, "Europe/Oslo")

    def broken(*_args: object, **_more: object) -> None:
        raise OSError("the disk is full")

    def attempt() -> None:
        invite(
            session,
            now=now,  # type: ignore[arg-type]
            by=cast.admin.actor,
            newcomer=newcomer,
            secret_key="k" * 40,
            base_url=HOST,
        )

    with sessions() as later:
        before = read_head(later).size
    monkeypatch.setattr(invitations, "enqueue", broken)
    with pytest.raises(OSError, match="full"):
        attempt()
    with sessions() as later:
        assert read_head(later).size == before
        assert later.scalar(select(Actor).where(Actor.name == "Eve Eriksen")) is None
        assert find_account(later, "eve@example.org") is None
    monkeypatch.undo()
    attempt()
    with sessions() as later:
        assert read_head(later).size == before + 1
        account = find_account(later, "eve@example.org")
        assert account is not None
        assert later.get_one(Actor, account.actor_id).name == "Eve Eriksen"
        assert list(differences(later)) == []
