"""The administrators' list: roles, closing and opening accounts, and the last administrator."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, Person
from support.pages import Browser, text_of
from werkzeug.test import TestResponse

from ledger.domain.errors import Refused
from ledger.services.accounts import change_role, deactivate
from ledger.store.accounts import Account, Role

SignIn = Callable[[Browser, Person], TestResponse]


def stored_account(sessions: sessionmaker[Session], person: Person) -> Account:
    with sessions() as session:
        return session.get_one(Account, person.account)


def test_the_list_shows_all_accounts(client: Browser, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.admin)
    words = text_of(client.get("/account/people"))
    for person in cast.everybody:
        assert person.name in words and person.email in words
    assert "admin@example.org · active" in words
    assert "ben@example.org · invited on 22 November 2026, has not joined yet" in words
    assert "nils@example.org · closed" in words


def test_a_changed_role_takes_effect_at_once(
    app: Flask, client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    theirs = app.test_client()
    sign_in(theirs, cast.ada)
    sign_in(client, cast.admin)
    assert theirs.get("/account/people").status_code == 403
    answer = client.submit("/account/people", to=f"/account/people/{cast.ada.account}/role", role="admin")
    assert (answer.status_code, answer.location) == (303, "/account/people")
    assert "Ada Adeyemi is an administrator now." in text_of(client.get("/account/people"))
    assert theirs.get("/account/people").status_code == 200
    wrong = client.submit("/account/people", to=f"/account/people/{cast.ada.account}/role", role="king")
    assert wrong.status_code == 422 and "Choose one of the roles." in text_of(wrong)
    assert stored_account(sessions, cast.ada).role is Role.ADMIN


def test_an_account_is_closed_and_opened_again(
    app: Flask, client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    theirs = app.test_client()
    sign_in(theirs, cast.ada)
    sign_in(client, cast.admin)
    assert client.submit("/account/people", to=f"/account/people/{cast.ada.account}/close").status_code == 303
    assert theirs.get("/account/").status_code == 303
    assert client.submit("/account/people", to=f"/account/people/{cast.ada.account}/open").status_code == 303
    assert theirs.get("/account/").status_code == 303, "the old session does not come back to life"
    sign_in(theirs, cast.ada)
    assert theirs.get("/account/").status_code == 200


@pytest.mark.parametrize("way", ["close", "role"])
def test_the_last_administrator_stays(
    client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session], way: str
) -> None:
    sign_in(client, cast.admin)
    # Somebody who is only invited does not count.
    assert client.submit("/account/people", to=f"/account/people/{cast.ben.account}/role", role="admin")
    fields = {"role": "reviewer"} if way == "role" else {}
    answer = client.submit("/account/people", to=f"/account/people/{cast.admin.account}/{way}", **fields)
    assert answer.status_code == 422
    assert "This is the last administrator who can sign in." in text_of(answer)
    assert f'href="#account-{cast.admin.account}"' in answer.text
    assert client.get("/account/people").status_code == 200


def test_with_another_administrator_one_may_leave(
    client: Browser, cast: Cast, sign_in: SignIn, give_password: Callable[..., None], sessions: sessionmaker[Session]
) -> None:
    give_password(cast.dora)
    with sessions() as session:
        change_role(session, account=cast.dora.account, role=Role.ADMIN)
    sign_in(client, cast.admin)
    assert client.submit("/account/people", to=f"/account/people/{cast.admin.account}/close").status_code == 303
    assert client.get("/account/people").status_code == 303
    assert not stored_account(sessions, cast.admin).active


def test_two_administrators_cannot_both_leave_at_once(
    cast: Cast, give_password: Callable[..., None], sessions: sessionmaker[Session]
) -> None:
    for person in (cast.admin, cast.dora):
        give_password(person)
    with sessions() as session:
        change_role(session, account=cast.dora.account, role=Role.ADMIN)
    barrier, refused = Barrier(2), []

    def leave(person: Person) -> None:
        with sessions() as session:
            barrier.wait()
            try:
                deactivate(session, account=person.account)
            except Refused:
                refused.append(person)

    threads = [Thread(target=leave, args=(person,)) for person in (cast.admin, cast.dora)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert [stored_account(sessions, person).active for person in (cast.admin, cast.dora)].count(True) == 1


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_only_administrators_act(client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]) -> None:
    sign_in(client, cast.dora)
    token = client.get("/account/").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    for way in ("role", "close", "open", "invite"):
        answer = client.post(f"/account/people/{cast.ada.account}/{way}", data={"csrf_token": token, "role": "admin"})
        assert answer.status_code == 403
    assert (stored_account(sessions, cast.ada).role, stored_account(sessions, cast.ada).active) == (Role.REVIEWER, True)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_buttons_need_a_token_and_get_requests_change_nothing(
    client: Browser, cast: Cast, sign_in: SignIn, sessions: sessionmaker[Session]
) -> None:
    sign_in(client, cast.admin)
    for way in ("role", "close", "open", "invite"):
        path = f"/account/people/{cast.ada.account}/{way}"
        assert client.post(path, data={"role": "admin"}).status_code == 400
        assert client.get(f"{path}?role=admin").location == "/account/people"
    assert (stored_account(sessions, cast.ada).role, stored_account(sessions, cast.ada).active) == (Role.REVIEWER, True)
    missing = client.post(
        "/account/people/99999/close",
        data={
            "csrf_token": client.get("/account/").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        },
    )
    assert missing.status_code == 404
