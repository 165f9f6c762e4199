"""Passwords: resetting a forgotten one by mail, changing a known one, and the rules for both."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, Person
from support.pages import HOST, Browser, text_of
from werkzeug.test import TestResponse

from ledger.services.passwords import hash_password
from ledger.store.accounts import Account
from ledger.store.outbox import Message

SignIn = Callable[[Browser, Person], TestResponse]
PASSWORD = "three quiet herons wade"
ANOTHER = "nine copper kettles sing"


def mails(sessions: sessionmaker[Session]) -> list[tuple[str, int, dict[str, str]]]:
    """The queued mails: name, account and facts."""
    with sessions() as session:
        rows = session.scalars(select(Message).order_by(Message.id))
        return [(row.name, row.account_id, json.loads(row.facts)) for row in rows]


def reset_path(sessions: sessionmaker[Session]) -> str:
    name, _, facts = mails(sessions)[-1]
    assert name == "reset"
    assert facts["link"].startswith(f"{HOST}/account/reset/")
    return urlsplit(facts["link"]).path


def test_a_forgotten_password_is_reset(
    app: Flask, client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere, cast.ada)
    asked = client.submit("/account/reset", email="Ada@example.org", follow_redirects=True)
    assert asked.status_code == 200
    assert "If ada@example.org has an account here" in text_of(asked)
    assert [(name, account) for name, account, _ in mails(sessions)] == [("reset", cast.ada.account)]
    link = reset_path(sessions)

    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200  # opening the link changes nothing: mail scanners do so first
    short = client.submit(link, password="short", password_confirm="short")
    assert short.status_code == 422 and "use at least 12" in text_of(short)
    differ = client.submit(link, password=ANOTHER, password_confirm=PASSWORD)
    assert differ.status_code == 422 and "The two passwords differ" in text_of(differ)
    done = client.submit(link, password=ANOTHER, password_confirm=ANOTHER)
    assert (done.status_code, done.location) == (303, "/account/sign-in")
    assert "Your password is set" in text_of(client.get(done.location))

    assert elsewhere.get("/account/").status_code == 303, "other sessions end"
    assert client.submit("/account/sign-in", email="ada@example.org", password=PASSWORD).status_code == 422
    assert client.submit("/account/sign-in", email="ada@example.org", password=ANOTHER).status_code == 303
    assert [name for name, _, _ in mails(sessions)] == ["reset", "password-changed"]

    used = app.test_client().get(link, follow_redirects=True)
    assert "This link was used already" in text_of(used)


def test_a_reset_link_lasts_an_hour(
    client: Browser, cast: Cast, sessions: sessionmaker[Session], give_password: Callable[..., None]
) -> None:
    give_password(cast.ada)
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False) as real:
        client.submit("/account/reset", email="ada@example.org")
        link = reset_path(sessions)
        page = client.get(link)
        real.shift(3_599)
        assert client.get(link).status_code == 200
        real.shift(2)
        assert "no longer valid" in text_of(client.get(link, follow_redirects=True))
        late = client.submit(page, password=ANOTHER, password_confirm=ANOTHER)
        assert (late.status_code, late.location) == (303, "/account/reset")
    assert client.submit("/account/sign-in", email="ada@example.org", password=ANOTHER).status_code == 422


def test_a_reset_form_sent_twice_sets_one_password(
    app: Flask, client: Browser, cast: Cast, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link is checked before the password is hashed, and again when the hash is stored."""
    client.submit("/account/reset", email="ada@example.org")
    link = reset_path(sessions)
    page = client.get(link)
    other = app.test_client()
    other_page = other.get(link)
    datastore = app.extensions["security"].datastore
    keep = datastore.set_uniquifier

    def while_the_other_is_quicker(user: object, uniquifier: str | None = None) -> None:
        monkeypatch.setattr(datastore, "set_uniquifier", keep)
        assert other.submit(other_page, password=PASSWORD, password_confirm=PASSWORD).status_code == 303
        keep(user, uniquifier)

    monkeypatch.setattr(datastore, "set_uniquifier", while_the_other_is_quicker)
    answer = client.submit(page, password=ANOTHER, password_confirm=ANOTHER)
    assert answer.status_code == 409 and "was done already" in text_of(answer)
    assert client.submit("/account/sign-in", email="ada@example.org", password=ANOTHER).status_code == 422
    assert client.submit("/account/sign-in", email="ada@example.org", password=PASSWORD).status_code == 303


def test_a_reset_request_does_not_reveal_who_has_an_account(
    app: Flask, cast: Cast, sessions: sessionmaker[Session], give_password: Callable[..., None]
) -> None:
    give_password(cast.ada)
    seen, statements = {}, []
    event.listen(sessions.kw["bind"], "before_cursor_execute", lambda *args: statements.append(args[2]))
    event.listen(sessions.kw["bind"], "commit", lambda _connection: statements.append("COMMIT"))
    for number, email in enumerate(("ada@example.org", "ben@example.org", "nobody@example.org", "nils@example.org")):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        page = client.get("/account/reset")
        statements.clear()
        answer = client.submit(page, email=email)
        work = list(statements)
        after = text_of(client.get(answer.location)).replace(email, "EMAIL")
        seen[email] = (answer.status_code, answer.location, after, work)
    expected = seen["ada@example.org"]
    assert "COMMIT" in expected[3] and expected[0] == 303
    for email, what in seen.items():
        assert what == expected, email
    # Mail is sent only to open accounts; Nils's is closed.
    assert [account for _, account, _ in mails(sessions)] == [cast.ada.account, cast.ben.account]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_invalid_address_has_a_message_at_its_field(client: Browser, cast: Cast) -> None:
    answer = client.submit("/account/reset", email="ada at example")
    assert answer.status_code == 422
    assert "@-sign" in text_of(answer)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_links_never_follow_the_host_header(client: Browser, cast: Cast, sessions: sessionmaker[Session]) -> None:
    with suppress(AttributeError):  # refused before there is a page; how does not matter here
        poisoned = client.post("/account/reset", data={"email": "ada@example.org"}, base_url="https://evil.example")
        assert poisoned.status_code == 400
    assert mails(sessions) == []
    # Nor does a trusted host change the link.
    page = client.get("/account/reset", base_url="https://localhost")
    token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    headers = {"X-Forwarded-Host": "evil.example", "Referer": "https://localhost/account/reset"}
    data = {"email": "ada@example.org", "csrf_token": token}
    answer = client.post("/account/reset", data=data, headers=headers, base_url="https://localhost")
    assert answer.status_code == 303
    reset_path(sessions)


def test_changing_a_known_password(
    app: Flask, client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere, cast.ada)
    sign_in(client, cast.ada)

    def change(present: str, new: str, again: str = "") -> TestResponse:
        return client.submit(
            "/account/change-password", password=present, new_password=new, new_password_confirm=again or new
        )

    for answer, words in (
        (change("some other words here", ANOTHER), "This is not your present password."),
        (change(PASSWORD, "short"), "use at least 12"),
        (change(PASSWORD, PASSWORD), "This is the password you have now."),
        (change(PASSWORD, "aaaaaaaaaaaaaaa"), "repeats too few"),
        (change(PASSWORD, "ADA@example.org"), "easy to guess"),
        (change(PASSWORD, "x" * 129), "at most 128"),
        (change(PASSWORD, ANOTHER, "nine copper kettles"), "The two passwords differ"),
    ):
        assert answer.status_code == 422 and words in text_of(answer), words
    answer = change(PASSWORD, ANOTHER)
    assert (answer.status_code, answer.location) == (303, "/account/")
    assert "Your password is changed" in text_of(client.get("/account/"))
    assert elsewhere.get("/account/").status_code == 303
    assert mails(sessions) == [("password-changed", cast.ada.account, {"when": "22 November 2026, 12:00 UTC"})]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_password_typed_on_another_keyboard_is_the_same(
    client: Browser, cast: Cast, give_password: Callable[..., None]
) -> None:
    give_password(cast.ada, "drei stille Bl\u00e4sser")
    answer = client.submit("/account/sign-in", email="ada@example.org", password="drei stille Bla\u0308sser")
    assert answer.status_code == 303


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_hashes_are_those_that_signing_in_makes(make_app: Callable[..., Flask]) -> None:
    app = make_app(real_hashes=True)
    context = app.extensions["security"].pwd_context
    hashed = hash_password(PASSWORD, salt=app.config["SECURITY_PASSWORD_SALT"])
    assert hashed.startswith("$argon2id$")
    assert not context.needs_update(hashed)


def test_an_older_hash_is_replaced_at_sign_in(
    make_app: Callable[..., Flask], cast: Cast, sessions: sessionmaker[Session], give_password: Callable[..., None]
) -> None:
    client = make_app(real_hashes=True).test_client()
    give_password(cast.ada)  # a cheap hash
    with sessions() as session:
        weak = session.get_one(Account, cast.ada.account).password
    assert client.submit("/account/sign-in", email="ada@example.org", password=PASSWORD).status_code == 303
    assert client.get("/account/").status_code == 200
    with sessions() as session:
        kept = session.get_one(Account, cast.ada.account).password
    assert kept != weak
    assert client.submit("/account/", to="/account/sign-out").status_code == 303
    assert client.submit("/account/sign-in", email="ada@example.org", password=PASSWORD).status_code == 303


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_request_sends_mail_itself(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="outbox"):
        app.extensions["security"].mail_util.send_mail("t", "s", "r", "f", None, None)
