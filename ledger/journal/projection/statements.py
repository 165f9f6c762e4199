"""The statements that write rows. They are cached, because building one costs about as much as running it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, cast

from sqlalchemy import Delete, Insert, Table, bindparam, delete, insert
from sqlalchemy.orm import Session

from ledger.journal.entries import Entry
from ledger.store.upsert import insert_in


@cache
def insert_into(table: Table) -> Insert:
    """The cached `insert(table)`."""
    return insert(table)


def columns_of(table: Table, entry: Entry, **renamed: str) -> dict[str, Any]:
    """The columns of a table that an entry's fields fill, by the same name or by the name in `renamed`.

    Fields without a column are skipped. Columns accept the plain values of entries.
    """
    values, kind = vars(entry), cast(Hashable, type(entry))
    return {column: values[name] for name, column in _filled(table, kind, tuple(renamed.items()))}


@cache
def _filled(table: Table, kind: Any, renamed: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    given = dict(renamed)
    named = [(field.name, given.get(field.name, field.name)) for field in fields(kind)]
    return tuple((name, column) for name, column in named if column in table.c)


def add_up(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add numbers to the rows of a table with the same key. A missing row counts as zeros.

    A row whose `n` becomes 0 is deleted, so that a table of counts does not depend on its history.
    """
    if not rows:
        return
    connection = session.connection()
    connection.execute(_adding(connection.dialect.name, table), list(rows))
    lowered = [row for row in rows if row["n"] < 0]
    if lowered:
        keys = [column.name for column in table.primary_key]
        connection.execute(_emptied(table), [{f"key_{key}": row[key] for key in keys} for row in lowered])


@cache
def _adding(dialect: str, table: Table) -> Any:
    statement = insert_in(dialect, table)
    keys = [column.name for column in table.primary_key]
    added = {c.name: c + statement.excluded[c.name] for c in table.c if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=added)


@cache
def _emptied(table: Table) -> Delete:
    return delete(table).where(table.c.n == 0, *(c == bindparam(f"key_{c.name}") for c in table.primary_key))
