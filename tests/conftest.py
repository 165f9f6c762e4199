"""Fixtures for all tests: databases of both kinds, sessions that are rolled back, the cast, and a guard on mail."""

from __future__ import annotations

import gc
import os
import smtplib
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from support.acts import Acts
from support.cast import Cast, introduce_cast
from support.databases import BACKENDS, Bed, borrowed, postgres_bed, sqlite_bed

from ledger.journal.replay import Replica
from ledger.store.engine import open_engine, session_maker

# The same examples on every run, so that red means changed code; `--hypothesis-profile=explore` looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("explore", deadline=None, database=None, max_examples=2_000, print_blob=True)
hypothesis.settings.load_profile("steady")

# A run starts a hundred of our processes. Where Python may write no bytecode (as in many images), each process and
# each worker would compile the product or the tests again: half a second of one and a half.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Collecting garbage after every 700 objects takes a twentieth of a run and finds almost nothing.
gc.set_threshold(50_000, 20, 100)

SMTP_PORTS = {25, 465, 587}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def beds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Bed]]:
    """The test databases of each kind, made on first use and shared by all tests of the process. See `Bed`."""
    made: dict[str, tuple[Bed, Callable[[], None]]] = {}

    def bed(backend: str) -> Bed:
        if backend not in made:
            made[backend] = sqlite_bed(tmp_path_factory.mktemp("sqlite")) if backend == "sqlite" else postgres_bed()
        return made[backend][0]

    yield bed
    for _, close in made.values():
        close()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database. A test with this fixture runs on each.

    For one kind only: `@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)`.
    """
    return str(request.param)


@pytest.fixture(scope="session")
def cast_template(beds: Callable[[str], Bed]) -> Callable[[str], tuple[str, Cast]]:
    """A database of each kind that contains the cast, to be copied: creating the cast takes longer than most tests."""

    @cache
    def introduced(backend: str) -> tuple[str, Cast]:
        url = beds(backend).create()
        engine = open_engine(url)
        with session_maker(engine)() as session:
            cast = introduce_cast(session, NOW)
        engine.dispose()
        return url, cast

    return introduced


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest,
    backend: str,
    beds: Callable[[str], Bed],
    cast_template: Callable[[str], tuple[str, Cast]],
) -> Iterator[str]:
    """A migrated database for one test, dropped afterwards. It is empty, unless the test also uses `own_cast`."""
    bed = beds(backend)
    url = bed.copy(cast_template(backend)[0]) if "own_cast" in request.fixturenames else bed.create()
    yield url
    bed.drop(url)


@pytest.fixture
def own_cast(backend: str, cast_template: Callable[[str], tuple[str, Cast]]) -> Cast:
    """The cast, in the test's own database (`sessions`)."""
    return cast_template(backend)[1]


@pytest.fixture
def sessions(database_url: str) -> Iterator[sessionmaker[Session]]:
    """Real sessions on the test's own database: for threads, processes and servers."""
    engine = open_engine(database_url)
    yield session_maker(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def peopled(
    beds: Callable[[str], Bed], cast_template: Callable[[str], tuple[str, Cast]]
) -> Iterator[Callable[[str], tuple[Engine, Cast]]]:
    """A shared database of each kind that contains the cast."""
    made: dict[str, tuple[Engine, Cast]] = {}

    def people(backend: str) -> tuple[Engine, Cast]:
        if backend not in made:
            template, cast = cast_template(backend)
            made[backend] = open_engine(beds(backend).copy(template)), cast
        return made[backend]

    yield people
    for engine, _ in made.values():
        engine.dispose()


@pytest.fixture
def session(
    request: pytest.FixtureRequest,
    backend: str,
    beds: Callable[[str], Bed],
    peopled: Callable[[str], tuple[Engine, Cast]],
) -> Iterator[Session]:
    """A session on a shared database. All it commits is rolled back after the test."""
    with_cast = "cast" in request.fixturenames
    with borrowed(peopled(backend)[0] if with_cast else beds(backend).shared) as session:
        yield session


@pytest.fixture
def now() -> datetime:
    """The time at which tests take place."""
    return NOW


@pytest.fixture
def cast(backend: str, peopled: Callable[[str], tuple[Engine, Cast]]) -> Cast:
    """Ada records, Ben and Cleo review, Dora edits, Admin is the administrator. The database also has unrelated claims.

    For the cast in the test's own database, use `own_cast`.
    """
    return peopled(backend)[1]


@pytest.fixture(scope="session")
def replica_of_cast(peopled: Callable[[str], tuple[Engine, Cast]]) -> Iterator[Callable[[str], Replica]]:
    """A replica that has replayed the journal of each kind's shared database. Each test continues with a copy of it."""
    with ExitStack() as open_replicas:

        @cache
        def replica(backend: str) -> Replica:
            made = open_replicas.enter_context(closing(Replica()))
            with Session(peopled(backend)[0]) as session:
                assert list(made.differences(session)) == []
            return made

        yield replica


@pytest.fixture
def acts(
    session: Session, cast: Cast, now: datetime, backend: str, replica_of_cast: Callable[[str], Replica]
) -> Iterator[Acts]:
    """Calls services, and checks after each: tables against the journal, figures against their definition."""
    with closing(Replica(replica_of_cast(backend))) as replica:
        acts = Acts(session, cast, now, each=backend == "sqlite", replica=replica)
        yield acts
        acts.finish()


class SurpriseConnection(OSError):
    """A test tried to connect to a mail server or to another host."""


@pytest.fixture(autouse=True)
def no_surprise_mail(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fail a test that connects to a mail server or another host, even where the code hides the error.

    `@pytest.mark.mailbox` allows SMTP to a mailbox that the test itself runs, on this machine and its own port.
    """
    surprises: list[str] = []
    mailbox = request.node.get_closest_marker("mailbox") is not None

    def refuse(what: str) -> None:
        surprises.append(what)
        raise SurpriseConnection(f"a test must not connect to {what}")

    def guard(connect: Callable[..., object]) -> Callable[..., object]:
        def guarded(self: socket.socket, address: object) -> object:
            if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
                host, port = address[:2]
                if port in SMTP_PORTS or host not in ("127.0.0.1", "::1", "localhost"):
                    refuse(f"{host}:{port}")
            return connect(self, address)

        return guarded

    def smtp_connect(self: smtplib.SMTP, host: str = "localhost", port: int = 0, *rest: object) -> object:
        if not mailbox:
            refuse(f"the mail server {host}:{port}")
        return real_smtp_connect(self, host, port, *rest)

    real_smtp_connect: Callable[..., object] = smtplib.SMTP.connect
    monkeypatch.setattr(smtplib.SMTP, "connect", smtp_connect)
    monkeypatch.setattr(socket.socket, "connect", guard(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guard(socket.socket.connect_ex))
    yield surprises
    if surprises:
        pytest.fail(f"surprise connections: {', '.join(surprises)}")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds ledger/, templates/, migrations/, seeds/ and tests/."""
    return Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest tests first."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print once why tests were skipped; quiet runs show only an s. (With -n, the reports also arrive here.)"""
    reasons = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reasons):
        terminalreporter.write_line(reason.removeprefix("Skipped: "))
