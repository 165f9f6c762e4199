"""Unsubscribing from reminders: a page for people, one click for mail programs; opening the link changes nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast
from support.pages import HOST, Browser, text_of

from ledger.services.unsubscribe import unsubscribe_url
from ledger.settings import Settings
from ledger.store.accounts import Account


@pytest.fixture
def link(cast: Cast, session: Session, settings: Settings) -> str:
    """The path in Ada's mail."""
    ada = session.get_one(Account, cast.ada.account)
    session.rollback()
    url = unsubscribe_url(ada, secret_key=settings.secret_key, base_url=HOST)
    return urlsplit(url).path


def reminded(sessions: sessionmaker[Session], cast: Cast) -> tuple[bool, bool]:
    with sessions() as session:
        ada, ben = (session.get_one(Account, person.account) for person in (cast.ada, cast.ben))
        return ada.wants_reminders, ben.wants_reminders


def test_opening_the_link_changes_nothing(
    client: Browser, cast: Cast, link: str, sessions: sessionmaker[Session]
) -> None:
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200 and "Nothing is changed yet." in text_of(page)
        assert "no-store" in page.headers["Cache-Control"]
    assert client.head(link).status_code == 200
    assert reminded(sessions, cast) == (True, True)


def test_the_button_stops_them_and_another_starts_them_again(
    client: Browser, cast: Cast, link: str, sessions: sessionmaker[Session]
) -> None:
    done = client.submit(link, to=link)
    assert done.status_code == 200 and "ada@example.org gets no more reminders" in text_of(done)
    assert reminded(sessions, cast) == (False, True)
    assert client.post(f"{link}/undo").status_code == 400, "undoing takes a form of ours"
    again = client.submit(done, to=f"{link}/undo")
    assert again.status_code == 200 and "sent again" in text_of(again)
    assert reminded(sessions, cast) == (True, True)


def test_one_click_from_a_mail_program(client: Browser, cast: Cast, link: str, sessions: sessionmaker[Session]) -> None:
    """RFC 8058: a POST with this body from a mail program, without cookies or a CSRF token."""
    for _ in range(2):
        answer = client.post(
            link,
            data="List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
            headers={"Referer": "", "Origin": "null", "Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 200
    assert reminded(sessions, cast) == (False, True)


@pytest.mark.parametrize("token", ["x", "WyJhIl0.sig", "a" * 500])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_invalid_link_says_what_to_do(
    client: Browser, cast: Cast, sessions: sessionmaker[Session], token: str
) -> None:
    for answer in (client.get(f"/unsubscribe/{token}"), client.post(f"/unsubscribe/{token}")):
        assert answer.status_code == 404
        assert "not one of ours" in text_of(answer) and "account page" in text_of(answer)
    assert reminded(sessions, cast) == (True, True)
