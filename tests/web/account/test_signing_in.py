"""Signing in and out: redirects, cookies and sessions; and that it does not reveal who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, Person, introduce_person
from support.pages import HOST, Browser, forms_of, text_of
from werkzeug.test import TestResponse

from ledger.services.accounts import deactivate, sign_out_everywhere
from ledger.store.accounts import Role

SignIn = Callable[[Browser, Person], TestResponse]
PASSWORD = "three quiet herons wade"
BACKSLASH = chr(92)


def signed_in(client: Browser) -> bool:
    return client.get("/account/").status_code == 200


def test_signing_in_redirects_to_the_due_list(client: Browser, cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(client, cast.ada).location == "/desk/"
    assert "Ada Adeyemi" in text_of(client.get("/account/"))


def test_signing_in_returns_to_the_requested_page(
    client: Browser, cast: Cast, give_password: Callable[..., None]
) -> None:
    give_password(cast.ada)
    asked = client.get("/desk/record?q=mosul")
    assert asked.status_code == 303
    answer = client.submit(asked.location, email="  ADA@Example.ORG ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/desk/record?q=mosul")


@pytest.mark.parametrize(
    "elsewhere",
    [
        *(
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/" + BACKSLASH + "evil.example",
            "evil.example",
        ),
        *("/" + "\t" + "/evil.example", " //evil.example", "javascript:alert(1)", "https:evil.example"),
        *("https://ledger.example.org@evil.example/", BACKSLASH * 2 + "evil.example", "/%2f/evil.example"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_signing_in_never_redirects_to_another_site(
    client: Browser, cast: Cast, give_password: Callable[..., None], elsewhere: str
) -> None:
    give_password(cast.ada)
    page = client.get("/account/sign-in", query_string={"next": elsewhere})
    answer = client.submit(page, email="ada@example.org", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/desk/")


@pytest.mark.parametrize("button", ["/account/sign-out", "/unsubscribe/x/undo", "/no-such-page"])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_signing_in_does_not_return_to_a_button_or_a_missing_page(
    client: Browser, cast: Cast, give_password: Callable[..., None], button: str
) -> None:
    give_password(cast.ada)
    answer = client.submit(f"/account/sign-in?next={button}", email="ada@example.org", password=PASSWORD)
    assert answer.location == "/desk/"


def test_a_wrong_password_does_not_sign_in(client: Browser, cast: Cast, give_password: Callable[..., None]) -> None:
    give_password(cast.ada)
    answer = client.submit("/account/sign-in", email="ada@example.org", password="four quiet herons wade")
    assert answer.status_code == 422
    assert "The email address or the password is wrong." in text_of(answer)
    assert 'value="ada@example.org"' in answer.text  # the address is still there, the password is not
    assert "herons" not in answer.text
    assert not signed_in(client)


class Work:
    """The work of the server for a request: SQL statements, and passwords hashed or checked."""

    def __init__(self, app: Flask, sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        self.hashes = 0
        event.listen(sessions.kw["bind"], "before_cursor_execute", self._statement)
        context = app.extensions["security"].pwd_context
        for name in ("hash", "verify"):
            monkeypatch.setattr(context, name, self._counted(getattr(context, name)))

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.statements.append(statement)

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **more: Any) -> Any:
            self.hashes += 1
            return real(*args, **more)

        return counted

    def during(self, act: Callable[[], TestResponse]) -> tuple[list[str], int, TestResponse]:
        self.statements.clear()
        self.hashes = 0
        answer = act()
        return list(self.statements), self.hashes, answer


def anonymous(answer: TestResponse, email: str) -> str:
    """A page without what differs between requests, and without the input."""
    text = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", answer.text)
    return text.replace(email, "EMAIL")


def test_unknown_invited_and_closed_accounts_look_like_a_wrong_password(
    app: Flask,
    session: Session,
    sessions: sessionmaker[Session],
    cast: Cast,
    now: datetime,
    give_password: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = introduce_person(session, now, "Carl Closed", Role.REVIEWER, active=False)
    for person in (cast.ada, closed):
        give_password(person)
    work = Work(app, sessions, monkeypatch)
    seen = {}
    for who, email, password in (
        ("wrong password", "ada@example.org", "some other words here"),
        ("unknown", "nobody@example.org", PASSWORD),
        ("invited, no password yet", "ben@example.org", PASSWORD),
        ("closed, with its password", "carl@example.org", PASSWORD),
    ):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{len(seen)}"
        page = client.get("/account/sign-in")
        send = partial(client.submit, page, email=email, password=password)
        statements, hashes, answer = work.during(send)
        seen[who] = (answer.status_code, anonymous(answer, email), statements, hashes, sorted(answer.headers.keys()))
        assert not signed_in(client)
    expected = seen.pop("wrong password")
    assert expected[0] == 422 and expected[3] == 1 and expected[2]
    for who, what in seen.items():
        assert what == expected, who


def test_that_comparison_finds_a_difference(
    app: Flask, cast: Cast, sessions: sessionmaker[Session], give_password: Callable[..., None], monkeypatch: Any
) -> None:
    """Canary: for an invalid address no account is looked up, which the counts must show."""
    give_password(cast.ada)
    work = Work(app, sessions, monkeypatch)
    client = app.test_client()
    page = client.get("/account/sign-in")
    known = work.during(lambda: client.submit(page, email="ada@example.org", password="some other words here"))
    none = work.during(lambda: client.submit(page, email="not an address", password="some other words here"))
    assert (len(known[0]), known[1]) != (len(none[0]), none[1])


def test_signing_out(client: Browser, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.ada)
    answer = client.submit("/account/", to="/account/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert not signed_in(client)
    sign_in(client, cast.ada)  # the same browser gets a fresh form, not one from its cache
    assert signed_in(client)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_signing_out_needs_a_token(client: Browser, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.ada)
    assert client.get("/account/sign-out").status_code == 405
    assert client.post("/account/sign-out").status_code == 400
    assert signed_in(client)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_signing_in_needs_a_token(client: Browser, cast: Cast, give_password: Callable[..., None]) -> None:
    give_password(cast.ada)
    data = {"email": "ada@example.org", "password": PASSWORD}
    assert client.post("/account/sign-in", data=data).status_code == 400
    assert not signed_in(client)


@pytest.mark.parametrize("page", ["/account/sign-in", "/account/reset"])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_pages_with_a_form_are_never_cached(client: Browser, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers


def test_input_survives_an_expired_sign_in(
    client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    sign_in(client, cast.ada)
    page = client.get("/desk/documents/new")
    with sessions() as session:
        sign_out_everywhere(session, account=cast.ada.account)
    typed = {"title": "What comes next", "outlet": "The Example", "authors": "Quentin Quote\n\nUna Byline"}
    asked = client.submit(page, **typed)
    assert asked.status_code == 303
    signing_in = client.get(asked.location)
    assert "what you typed is kept" in text_of(signing_in)
    back = client.submit(signing_in, email="ada@example.org", password=PASSWORD)
    assert (back.status_code, back.location) == (303, "/desk/documents/new")
    form = client.get(back.location)
    assert "What you typed before is back." in text_of(form)
    filled = next(f for f in forms_of(form) if "authors" in f.names).filled()
    assert {name: filled[name][0].replace("\r\n", "\n") for name in typed} == typed
    saved = client.submit(form, published_on="2026-11-20")
    assert saved.status_code == 303
    assert "is back" not in text_of(client.get("/desk/documents/new"))


def test_closing_an_account_ends_its_session(
    client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    sign_in(client, cast.ada)
    assert signed_in(client)
    with sessions() as session:
        deactivate(session, account=cast.ada.account)
    assert client.get("/account/").status_code == 303
    answer = client.submit("/account/sign-in", email="ada@example.org", password=PASSWORD)
    assert answer.status_code == 422


def test_only_a_session_signs_in(app: Flask, client: Browser, cast: Cast, give_password: Callable[..., None]) -> None:
    """Tokens in the address or a header, basic authentication and JSON do not sign anybody in."""
    give_password(cast.ada)
    with app.test_request_context(base_url=HOST):
        token = app.extensions["security"].datastore.find_user(email="ada@example.org").get_auth_token()
    assert client.get(f"/account/?auth_token={token}").status_code == 303
    assert client.get("/account/", headers={"Authentication-Token": token}).status_code == 303
    assert client.get("/account/", auth=("ada@example.org", PASSWORD)).status_code == 303
    page = client.get("/account/sign-in")
    csrf = next(f for f in forms_of(page) if "password" in f.names).filled()["csrf_token"][0]
    body = {"email": "ada@example.org", "password": PASSWORD}
    answer = client.post("/account/sign-in", json=body, headers={"X-CSRFToken": csrf})
    assert answer.status_code == 415
    answer = client.get("/account/sign-in", headers={"Accept": "application/json"})
    assert answer.mimetype == "text/html"
    assert not signed_in(client)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_other_views_of_flask_security_are_closed(app: Flask, client: Browser, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.admin)
    used = {"login", "logout", "forgot_password", "reset_password", "change_password"}
    others = [r for r in app.url_map.iter_rules() if r.endpoint.startswith("security.")]
    others = [r for r in others if r.endpoint.removeprefix("security.") not in used]
    assert [r.rule for r in others] == ["/account/verify"]
    assert client.get("/account/verify").status_code == 403
    assert client.get("/fs-static/js/webauthn.js").status_code == 404


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_cookies_are_http_only_and_secure(client: Browser, cast: Cast, sign_in: SignIn) -> None:
    cookie = sign_in(client, cast.ada).headers["Set-Cookie"]
    assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
