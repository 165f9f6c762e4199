"""The page of a person's own account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, Person
from support.pages import Browser, forms_of, text_of
from werkzeug.test import TestResponse

from ledger.store.accounts import Account

SignIn = Callable[[Browser, Person], TestResponse]


def test_preferences_are_shown_and_saved(
    client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    sign_in(client, cast.ada)
    page = client.get("/account/")
    assert "You are a reviewer." in text_of(page) and "time there is 12:00 on 22 November 2026" in text_of(page)
    form = next(f for f in forms_of(page) if "time_zone" in f.names)
    assert form.filled()["time_zone"] == ["Europe/London"] and "wants_reminders" in form.filled()
    answer = client.submit(page, time_zone="Asia/Kathmandu", wants_reminders=None)
    assert (answer.status_code, answer.location) == (303, "/account/")
    after = client.get("/account/")
    assert "Saved." in text_of(after) and "time there is 17:45" in text_of(after)
    assert "wants_reminders" not in next(f for f in forms_of(after) if "time_zone" in f.names).filled()
    with sessions() as session:
        ada, ben = (session.get_one(Account, person.account) for person in (cast.ada, cast.ben))
        assert (ada.time_zone, ada.wants_reminders) == ("Asia/Kathmandu", False)
        assert (ben.time_zone, ben.wants_reminders) == ("Europe/London", True)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_unknown_time_zone_is_refused(client: Browser, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.ada)
    answer = client.submit("/account/", time_zone="Mars/Olympus")
    assert answer.status_code == 422 and "Choose one from the list." in text_of(answer)


def test_signing_out_everywhere(app: Flask, client: Browser, cast: Cast, sign_in: SignIn) -> None:
    other = app.test_client()
    for browser in (client, other):
        sign_in(browser, cast.ada)
    assert client.get("/account/sign-out-everywhere").location == "/account/"
    assert other.get("/account/").status_code == 200, "looking changes nothing"
    answer = client.submit("/account/", to="/account/sign-out-everywhere")
    assert (answer.status_code, answer.location) == (303, "/account/sign-in")
    assert "signed out on every device" in text_of(client.get(answer.location))
    for browser in (client, other):
        assert browser.get("/account/").status_code == 303
