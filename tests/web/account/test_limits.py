"""Rate limits: counts are in the database, shared by all workers, correct on both databases and with many threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast
from support.pages import Browser, text_of

from ledger.store.accounts import RateCount
from ledger.web.rate_limits import DatabaseStorage, address

PASSWORD = "three quiet herons wade"


def from_address(app: Flask, remote: str) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.environ_base["REMOTE_ADDR"] = remote
    return browser


def test_the_eleventh_try_from_an_address_is_refused_on_every_worker(
    make_app: Callable[..., Flask], cast: Cast, clock: object, give_password: Callable[..., None]
) -> None:
    give_password(cast.ada)
    workers = [from_address(make_app(), "192.0.2.1"), from_address(make_app(), "192.0.2.1")]
    for number in range(10):
        answer = workers[number % 2].submit("/account/sign-in", email=f"guess{number}@example.org", password="wrong")
        assert answer.status_code == 422
    for worker in workers:
        refused = worker.submit("/account/sign-in", email="ada@example.org", password=PASSWORD)
        assert refused.status_code == 429
        assert "Wait a few minutes" in text_of(refused)
        assert worker.get("/account/sign-in").status_code == 200, "looking is free"
    elsewhere = from_address(make_app(), "192.0.2.2")
    assert elsewhere.submit("/account/sign-in", email="ada@example.org", password=PASSWORD).status_code == 303
    clock.move(minutes=5)  # type: ignore[attr-defined]
    assert workers[0].submit("/account/sign-in", email="ada@example.org", password=PASSWORD).status_code == 303


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_the_eleventh_try_for_an_account_is_refused_from_any_address(
    app: Flask, cast: Cast, give_password: Callable[..., None], email: str
) -> None:
    give_password(cast.ada)
    spellings = (email, email.upper(), f" {email} ")
    for number in range(10):
        browser = from_address(app, f"192.0.2.{number}")
        assert browser.submit("/account/sign-in", email=spellings[number % 3], password="wrong").status_code == 422
    refused = from_address(app, "192.0.2.99").submit("/account/sign-in", email=email, password=PASSWORD)
    assert refused.status_code == 429


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_asking_for_a_reset_five_times_an_hour(app: Flask, cast: Cast, clock: object) -> None:
    browser = from_address(app, "192.0.2.1")
    for number in range(5):
        assert browser.submit("/account/reset", email=f"guess{number}@example.org").status_code == 303
    assert browser.submit("/account/reset", email="ada@example.org").status_code == 429
    for number in range(2, 7):  # nor is one mailbox flooded from many addresses
        answer = from_address(app, f"192.0.2.{number}").submit("/account/reset", email="ben@example.org")
        assert answer.status_code == 303
    assert from_address(app, "192.0.2.9").submit("/account/reset", email="ben@example.org").status_code == 429
    clock.move(hours=1)  # type: ignore[attr-defined]
    assert browser.submit("/account/reset", email="ada@example.org").status_code == 303


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_invitation_links_twenty_times_an_hour(app: Flask, cast: Cast) -> None:
    browser = from_address(app, "192.0.2.1")
    assert [browser.get("/account/join/guess").status_code for _ in range(21)] == [410] * 20 + [429]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_without_a_trusted_proxy_nobody_can_name_another_address(make_app: Callable[..., Flask], cast: Cast) -> None:
    for proxies, last in ((0, 429), (1, 422)):
        browser = from_address(make_app(trusted_proxies=proxies), f"192.0.2.{proxies}")
        for number in range(11):
            page = browser.get("/account/sign-in")
            token = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
            answer = browser.post(
                "/account/sign-in",
                data={"csrf_token": token, "email": f"guess{number}@example.org", "password": "wrong"},
                headers={"X-Forwarded-For": f"198.51.100.{number}"},
            )
        assert answer.status_code == last


@pytest.mark.parametrize(
    ("remote", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", "unknown"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_addresses_as_they_are_counted(app: Flask, remote: str, counted: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": remote}, base_url="https://ledger.example.org"):
        assert address() == counted


@pytest.fixture
def storage(sessions: sessionmaker[Session], clock: Callable[[], object]) -> DatabaseStorage:
    return DatabaseStorage(sessions=sessions, clock=clock)  # type: ignore[arg-type]


def test_many_threads_count_every_try_once(storage: DatabaseStorage, sessions: sessionmaker[Session]) -> None:
    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(lambda _: storage.incr("key", 60), range(80)))
    assert sorted(counts) == list(range(1, 81))
    assert storage.get("key") == 80


def test_a_window_ends_and_is_deleted(storage: DatabaseStorage, sessions: sessionmaker[Session], clock: object) -> None:
    start = clock.now.timestamp()  # type: ignore[attr-defined]
    assert [storage.incr("key", 60), storage.incr("key", 60), storage.incr("other", 600)] == [1, 2, 1]
    assert storage.get_expiry("key") == start + 60
    clock.move(seconds=59)  # type: ignore[attr-defined]
    assert storage.incr("key", 60) == 3
    assert storage.get_expiry("key") == start + 60, "trying again does not lengthen the wait"
    clock.move(seconds=1)  # type: ignore[attr-defined]
    assert storage.get("key") == 0
    assert storage.incr("third", 60) == 1
    with sessions() as session:
        assert set(session.scalars(select(RateCount.key))) == {"other", "third"}
    storage.clear("third")
    assert storage.get("third") == 0 and storage.get("other") == 1
    assert storage.check()
    assert storage.reset() == 1
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(RateCount)) == 0
