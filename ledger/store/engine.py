"""Engines and sessions: one way to open SQLite and PostgreSQL so that a write locks before it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

WRITES = "ledger_writes"  # execution option: this transaction will write
BUSY_TIMEOUT_MS = 30_000


def open_engine(url: str, **options: Any) -> Engine:
    """An engine for a database URL. SQLite is opened with WAL, foreign keys, a busy timeout and full sync."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() == "postgresql":
        options.setdefault("pool_pre_ping", options.get("poolclass") is not NullPool)
        return create_engine(parsed, isolation_level="READ COMMITTED", **options)
    raise ValueError(f"{parsed.get_backend_name()} is not supported: use sqlite:/// or postgresql://")


def session_maker(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def write_transaction(session: Session) -> Iterator[None]:
    """One transaction that writes plain tables: committed at the end, rolled back whole on any exception.

    Locks before it reads, as the journal's `writing` does. Inside a transaction that writes already (the
    journal's, or another one like this) it joins that: committing and rolling back stay with whoever began it.
    What was read inside stays readable afterwards without another transaction.
    """
    if session.info.get("writing"):
        yield
        return
    if session.in_transaction():
        session.commit()  # ends a read that came before; its snapshot must not be upgraded to a write
    session.expire_all()  # what was read before the lock may have changed since
    session.info["writing"] = True
    try:
        session.connection(execution_options={WRITES: True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def read_snapshot(session: Session) -> None:
    """Let everything this session reads next be of one moment, while others go on writing.

    SQLite's read transactions are like that anyway; PostgreSQL's only when asked before the first read.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # We emit BEGIN ourselves: the driver's own begins late, and never IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a posted entry survives power loss
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A read that is upgraded to a write fails at once, whatever the busy timeout: so writers say so first.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
