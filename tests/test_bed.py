"""The test databases: sessions leave nothing behind, each test has a fresh database, and unexpected mail is caught."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, introduce_cast, record
from support.databases import BACKENDS, Bed, borrowed

from ledger.domain.errors import Refused
from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.services.people import introduce_actor
from ledger.store.accounts import Account, Role
from ledger.store.claims import Claim
from ledger.store.people import Actor
from ledger.store.table_registry import METADATA


def rows(engine: Engine) -> dict[str, int]:
    """The number of rows of each table, as another connection sees it."""
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
        }


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_borrowed_session_leaves_nothing_behind(backend: str, beds: Callable[[str], Bed], now: datetime) -> None:
    engine = beds(backend).shared
    before = rows(engine)
    for _ in range(2):  # the second time, the database must be as fresh as the first time
        with borrowed(engine) as session:
            cast = introduce_cast(session, now)
            claim = record(session, cast, now)
            with pytest.raises(Refused):
                introduce_actor(session, now=now, name="")
            session.add(Actor(id="orphan", name="Never flushed by a service"))
            session.commit()
            session.rollback()
            assert session.get(Claim, claim) is not None
    assert rows(engine) == before
    assert before["entry"] == 0 and before["head"] == 1


def test_without_the_engine_s_own_begin_sqlite_would_leak(tmp_path: object) -> None:
    """Canary: the driver's late BEGIN commits a released savepoint. `rows` must see such a leak."""
    engine = create_engine(f"sqlite:///{tmp_path}/leaky.db")
    METADATA.create_all(engine)
    with borrowed(engine) as session:
        session.add(Actor(id="a", name="A"))
        session.commit()
    assert rows(engine)["actor"] == 1
    engine.dispose()


def test_own_databases_are_fresh_migrated_and_real(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions() as session:
        cast = introduce_cast(session, now)
    with sessions() as other:
        assert read_head(other).size > 0
        assert other.scalar(select(func.count()).select_from(Account)) == len(cast.everybody) + 1


def test_own_databases_start_empty(sessions: sessionmaker[Session], backend: str) -> None:
    with sessions() as session:
        assert read_head(session).size == 0
        assert session.get_bind().dialect.name == backend
        if backend == "postgresql":
            assert str(session.scalar(text("SHOW server_version"))).startswith("18")


def test_the_cast(session: Session, cast: Cast) -> None:
    roles = {a.actor_id: (a.role, a.active) for a in session.scalars(select(Account))}
    assert [roles.pop(person.actor)[0] for person in cast.everybody] == [
        *(Role.REVIEWER, Role.REVIEWER, Role.REVIEWER, Role.EDITOR, Role.ADMIN),
    ]
    assert list(roles.values()) == [(Role.REVIEWER, False)]
    assert list(differences(session)) == []


@pytest.mark.xdist_group("together")
def test_workers_know_the_groups(request: pytest.FixtureRequest) -> None:
    """Without this, what is made once for a group is made once for each worker, unnoticed (pytest-xdist #1386)."""
    if hasattr(request.config, "workerinput"):
        assert request.node.nodeid.endswith("@together")


@pytest.fixture
def surprises(no_surprise_mail: list[str]) -> list[str]:
    """The unexpected connections of this test, which checks them itself and clears the list."""
    return no_surprise_mail


@pytest.mark.parametrize(
    "address", [("127.0.0.1", 25), ("127.0.0.1", 587), ("192.0.2.7", 80), ("mail.example.org", 465)]
)
def test_surprise_connections_are_caught(address: tuple[str, int], surprises: list[str]) -> None:
    with socket.socket() as connection, pytest.raises(OSError, match="must not connect"):
        connection.connect(address)
    assert surprises == [f"{address[0]}:{address[1]}"]
    surprises.clear()


def test_smtp_is_caught_on_any_port(surprises: list[str]) -> None:
    with pytest.raises(OSError, match="mail server"):
        smtplib.SMTP("127.0.0.1", 1)
    assert len(surprises) == 1
    surprises.clear()


@pytest.mark.mailbox
def test_a_mailbox_of_the_test_s_own_is_allowed(surprises: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.close()
        with pytest.raises(ConnectionRefusedError):
            smtplib.SMTP("127.0.0.1", port)
    assert surprises == []
