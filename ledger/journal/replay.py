"""Replay: reading the journal from its start, to rebuild the projected tables or to compare them with a rebuild."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, select, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ledger.journal.merkle import Frontier
from ledger.journal.projection.handlers import project
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.row_batch import ProjectionBatch
from ledger.journal.read import BrokenJournal, Head, read_all, read_entry, read_head
from ledger.store.engine import write_transaction
from ledger.store.entries import HeadRow
from ledger.store.table_registry import METADATA, projected_tables

Progress = Callable[[int, int], None]
_TOGETHER = 5_000  # entries in a batch, after which its rows are written


def _no_progress(done: int, total: int) -> None:
    """Report no progress."""


def _replay(
    source: Session, target: Session, frontier: Frontier, progress: Progress, batch: ProjectionBatch | None = None
) -> Head:
    """Project the entries of `source` after `frontier` onto `target`. Returns the head after them."""
    head, at = read_head(source), None
    connection = target.connection()
    for number, at, _, hashed, entry in read_all(source, after=frontier.size):
        if number != frontier.size + 1:
            raise BrokenJournal(f"entry {frontier.size + 1} is missing")
        frontier.append(hashed)
        project(entry, PostedEntry(target, connection, number, at, lambda n: read_entry(source, n), batch))
        if batch is not None and number % _TOGETHER == 0:
            batch.flush()
        progress(number, head.size)
    if batch is not None:
        batch.flush()
    if (frontier.size, frontier.root) != (head.size, head.root) or (at and at != head.at):
        raise BrokenJournal(f"the head says {head.size} entries and does not match the {frontier.size} there are")
    if source.scalar(select(HeadRow.frontier)) != frontier.packed:
        raise BrokenJournal("the head's frontier is not that of its entries: the next one would break the tree")
    return head


def rebuild(session: Session, progress: Progress = _no_progress) -> Head:
    """Empty the projected tables and fill them from the journal, in one transaction. Raises BrokenJournal."""
    with write_transaction(session):
        session.execute(select(HeadRow).with_for_update())
        for table in reversed(projected_tables()):
            session.execute(delete(table))
        head = _replay(session, session, Frontier(), progress, ProjectionBatch(session, session.connection()))
        session.execute(update(HeadRow).values(projected=head.size))
    session.expire_all()  # projection bypasses the session's identity map
    return head


def unprojected(session: Session) -> int:
    """The number of entries that are not projected: 0, except between a migration and its rebuild."""
    size, projected = session.execute(select(HeadRow.size, HeadRow.projected)).one()
    return int(size - projected)


def differences(session: Session, progress: Progress = _no_progress) -> Iterator[str]:
    """Replay entry by entry into a scratch database; yield a sentence for every row that differs.

    Raises BrokenJournal.
    """
    with closing(Replica()) as replica:
        yield from replica.differences(session, progress)


class Replica:
    """A scratch database in memory that follows a journal: its tables hold what the entries alone give."""

    def __init__(self, like: Replica | None = None) -> None:
        """Begin without entries, or with a copy of another replica."""
        self._connection, self._frontier = _scratch().connect(), Frontier()
        if like is not None:
            self._frontier = Frontier(like._frontier.size, like._frontier.packed)
        _copy(like._connection if like is not None else _empty_database(), self._connection)

    def differences(self, session: Session, progress: Progress = _no_progress) -> Iterator[str]:
        """Replay the journal to its end; yield a sentence for every row that differs. Raises BrokenJournal."""
        with Session(self._connection) as scratch:
            _replay(session, scratch, self._frontier, progress)
            scratch.commit()
            for table in projected_tables():
                yield from _compare(table, session, scratch)

    def close(self) -> None:
        self._connection.close()


@cache
def _scratch() -> Engine:
    """An engine that opens a new database in memory for each connection. It is cached for its compiled statements."""
    engine = create_engine("sqlite://", poolclass=NullPool)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    return engine


@cache
def _empty_database() -> Connection:
    """An empty scratch database with every table. Copying it is faster than creating the tables again."""
    connection = _scratch().connect()
    METADATA.create_all(connection)
    connection.commit()
    return connection


def _copy(source: Connection, target: Connection) -> None:
    """Copy one scratch database into another."""
    one, other = (of.connection.driver_connection for of in (source, target))
    if not isinstance(one, sqlite3.Connection) or not isinstance(other, sqlite3.Connection):
        raise TypeError("scratch databases are SQLite's")
    one.backup(other)


def _compare(table: Any, stored: Session, replayed: Session) -> Iterator[str]:
    """Compare two tables by walking both in the order of their primary key, without loading either into memory."""

    # Both are ordered by the bytes of the key: PostgreSQL would otherwise sort text by its locale.
    def rows(session: Session) -> Iterator[tuple[Any, ...]]:
        binary = {"sqlite": "BINARY", "postgresql": "C"}[session.get_bind().dialect.name]
        order = [c.collate(binary) if c.type.python_type is str else c for c in table.primary_key]
        return (tuple(row) for row in session.execute(select(table).order_by(*order)).yield_per(1_000))

    keys = [list(table.c).index(column) for column in table.primary_key]
    left, right = rows(stored), rows(replayed)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        key = [tuple(row[i] for i in keys) if row is not None else None for row in (one, other)]
        if other is None or (one is not None and key[0] is not None and key[1] is not None and key[0] < key[1]):
            yield f"{table.name} {key[0]}: in the tables, not in the journal"
            one = next(left, None)
        elif one is None or key[0] != key[1]:
            yield f"{table.name} {key[1]}: in the journal, not in the tables"
            other = next(right, None)
        else:
            for column, had, has in zip(table.c, one, other, strict=True):
                if had != has:
                    yield f"{table.name} {key[0]}: {column.name} is {had!r} and the journal says {has!r}"
            one, other = next(left, None), next(right, None)
