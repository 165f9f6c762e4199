"""Rows that are valid from one entry of the journal to another: opened once, closed once, and else never changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Generic, TypeVar

from sqlalchemy import Table, Update, bindparam, update
from sqlalchemy.orm import Session

from ledger.journal.projection.statements import insert_into
from ledger.store.tallies import FOREVER

T = TypeVar("T", bound=Hashable)


class History(Generic[T]):
    """Collects the rows of a table with validity to be opened and closed, and writes them together.

    A fact of a claim replaces an earlier one with the same `key`. `row` makes the row of a fact of a claim that is
    valid from one entry to another.
    """

    def __init__(
        self, table: Table, key: Callable[[T], Hashable], row: Callable[[int, T, int, int], dict[str, object]]
    ):
        self._table, self._key, self._row = table, key, row
        self._names = tuple(column.name for column in table.primary_key)
        self._opened: list[dict[str, object]] = []
        self._closed: list[dict[str, object]] = []

    def follow(
        self, claim: int, before: Iterable[tuple[int, T]], after: Iterable[tuple[int, Iterable[T]]]
    ) -> tuple[list[T], list[tuple[int, T]]]:
        """Note the facts of a claim after each of several entries, in order. Unchanged facts keep their rows.

        `before` has the facts valid so far, each with the entry from which it is valid. Returns the facts that are
        valid in the end, and all that became valid in between, each with its entry.
        """
        rows = {self._key(fact): (since, fact) for since, fact in before}
        new: set[Hashable] = set()
        added: list[tuple[int, T]] = []
        for number, facts in after:
            now = {self._key(fact): fact for fact in facts}
            for key, (since, fact) in list(rows.items()):
                if now.get(key) != fact:
                    del rows[key]
                    self._close(self._row(claim, fact, since, number), new=key in new)
                    new.discard(key)
            for key, fact in now.items():
                if key not in rows:
                    new.add(key)
                    rows[key] = number, fact
                    added.append((number, fact))
        self._opened += [self._row(claim, fact, since, FOREVER) for key, (since, fact) in rows.items() if key in new]
        return [fact for _, fact in rows.values()], added

    def _close(self, row: dict[str, object], *, new: bool) -> None:
        if new:
            self._opened.append(row)
        else:
            self._closed.append({**{f"key_{name}": row[name] for name in self._names}, "closed": row["valid_to"]})

    def write(self, session: Session) -> None:
        """Write all that was noted."""
        connection = session.connection()
        if self._closed:
            connection.execute(_closing(self._table), self._closed)
        if self._opened:
            connection.execute(insert_into(self._table), self._opened)


@cache
def _closing(table: Table) -> Update:
    key = (table.c[column.name] == bindparam(f"key_{column.name}") for column in table.primary_key)
    return update(table).where(*key).values(valid_to=bindparam("closed"))
