"""Engines, sessions and transactions for SQLite and PostgreSQL. A write transaction locks before it reads."""

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
    """A factory of sessions whose objects can be read after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def write_transaction(session: Session) -> Iterator[None]:
    """One transaction that writes tables outside the journal, committed at the end, or rolled back on any exception.

    Like the journal's `writing`, it locks before it reads. Inside another write transaction (the journal's, or one
    like this) it joins that, which then commits or rolls back. Objects that were read inside can be used afterwards
    without a new transaction.
    """
    if session.info.get("writing"):
        yield
        return
    if session.in_transaction():
        session.commit()  # ends an earlier read, whose snapshot must not be upgraded to a write
    session.expire_all()  # objects that were read before the lock may have changed
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
    """Make the next reads of this session see one snapshot, while others write.

    Every read transaction of SQLite does. PostgreSQL needs REPEATABLE READ, set before the first read.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # We emit BEGIN ourselves: the driver would begin a transaction late, and never IMMEDIATE.
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
    # A read that is upgraded to a write fails at once, whatever the busy timeout, so writers lock at the beginning.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
