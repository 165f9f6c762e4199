"""Fixtures for tests of the web application: an app on the test's own database, a fixed clock, and browsers.

`session` and `cast` use that same database here. Pages may write to it, so a test reads what a page did in a new
session: `with sessions() as later: …`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, Person
from support.databases import Bed
from support.pages import HOST, Browser
from support.world import COMPILED, Places, World, populate
from support.world import make_app as make_world_app
from werkzeug.test import TestResponse

from ledger.app import create_app
from ledger.services import passwords
from ledger.settings import Settings
from ledger.store.accounts import Account
from ledger.store.engine import open_engine, session_maker, write_transaction

PASSWORD = "three quiet herons wade"
SALT = "a salt for tests, long enough to be one"


CHEAP = {"argon2__rounds": 1, "argon2__memory_cost": 256, "argon2__parallelism": 1}


@cache
def password_hash(password: str = PASSWORD) -> str:
    """A cheap hash of a password: checking a real one takes a moment on purpose."""
    cheap = PasswordHasher(time_cost=1, memory_cost=256, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PasswordHasher", lambda: cheap)
        return passwords.hash_password(password, salt=SALT)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move the clock forward: `clock.move(days=2)`."""
        self.now += timedelta(**by)


@pytest.fixture
def clock(now: datetime) -> Clock:
    """The app's clock, which is fixed at `now`."""
    return Clock(now)


@pytest.fixture
def settings() -> Settings:
    """The settings of the app under test."""
    return Settings(
        base_url=HOST,
        secret_key="a secret key for tests, long enough to be one",
        password_salt=SALT,
        contact="errors@example.org",
        mail_from="ledger@example.org",
    )


@pytest.fixture
def make_app(settings: Settings, sessions: sessionmaker[Session], clock: Clock) -> Callable[..., Flask]:
    """Make an app on the test's database: `make_app(demo=True)` with other settings, `make_app(clock=…)`.

    Its password hashes are cheap, unless it is made with `real_hashes=True`.
    """

    def make(clock: Callable[[], datetime] = clock, real_hashes: bool = False, **changes: Any) -> Flask:
        app = create_app(replace(settings, **changes), sessions, clock)
        app.test_client_class = Browser
        app.jinja_env.bytecode_cache = COMPILED
        if not real_hashes:
            app.extensions["security"].pwd_context.update(**CHEAP)
        return app

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The app, with CSRF checks."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> Browser:
    """A new browser without cookies."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session on the app's own database, for setting up a test."""
    with sessions() as session:
        yield session


@pytest.fixture
def cast(own_cast: Cast) -> Cast:
    """The cast, in the app's own database."""
    return own_cast


@pytest.fixture
def give_password(sessions: sessionmaker[Session], now: datetime) -> Callable[..., None]:
    """Give a person the password that `sign_in` uses, or another one."""

    def give(person: Person, password: str = PASSWORD) -> None:
        with sessions() as session, write_transaction(session):
            session.execute(
                update(Account).where(Account.id == person.account).values(password=password_hash(password))
            )

    return give


@pytest.fixture
def sign_in(give_password: Callable[..., None]) -> Callable[[Browser, Person], TestResponse]:
    """Sign somebody in through the form: `sign_in(client, cast.ada)`. This gives them a password first."""

    def sign_in(client: Browser, person: Person) -> TestResponse:
        give_password(person)
        response = client.submit("/account/sign-in", email=person.email, password=PASSWORD)
        assert response.status_code == 303, response.get_data(as_text=True)
        return response

    return sign_in


@pytest.fixture(scope="session")
def new_world(beds: Callable[[str], Bed]) -> Iterator[Callable[[str], World]]:
    """Make a world for one test: `new_world("sqlite")`. One of each kind is populated once and copied."""
    made: list[tuple[Bed, World]] = []

    @cache
    def populated(backend: str) -> tuple[str, Places]:
        url = beds(backend).create()
        engine = open_engine(url)
        with session_maker(engine)() as session:
            places = populate(session)
        engine.dispose()
        return url, places

    def new(backend: str) -> World:
        bed = beds(backend)
        template, places = populated(backend)
        url = bed.copy(template)
        engine = open_engine(url)
        sessions = session_maker(engine)
        world = World(url, engine, sessions, make_world_app(sessions), deepcopy(places))  # a test may change its copy
        made.append((bed, world))
        return world

    yield new
    for bed, world in made:
        world.engine.dispose()
        bed.drop(world.url)


@pytest.fixture(scope="module")
def world(new_world: Callable[[str], World]) -> World:
    """A complete ledger on SQLite, shared by the tests of a module, which do not write to it."""
    return new_world("sqlite")


@pytest.fixture(scope="module")
def postgres_world(new_world: Callable[[str], World]) -> World:
    """The same on PostgreSQL."""
    return new_world("postgresql")


@pytest.fixture
def own_world(new_world: Callable[[str], World]) -> World:
    """A complete ledger on SQLite for a test that writes to it."""
    return new_world("sqlite")
