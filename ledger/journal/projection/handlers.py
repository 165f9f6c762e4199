"""Which function projects which kind of entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, singledispatch
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session

from ledger.journal.entries import Entry
from ledger.journal.projection.statements import insert_into
from ledger.journal.projection.tallies import retally

if TYPE_CHECKING:
    from ledger.journal.projection.batch import Batch


@dataclass(frozen=True)
class Posted:
    """Where an entry stands in the journal, and where its tables are.

    They are written by the connection, around the session's identity map; where there is a `batch`, rows are kept
    back there. `entry` reads an earlier entry: opening assessments needs what was sealed.
    """

    session: Session
    connection: Connection
    number: int
    at: datetime
    entry: Callable[[int], Entry]
    batch: Batch | None = None

    def add(self, table: Table, *rows: dict[str, Any]) -> None:
        """Add rows to a table."""
        if self.batch is not None:
            self.batch.add(table, *rows)
        elif rows:
            self.connection.execute(insert_into(table), list(rows) if rows[1:] else rows[0])

    def retally(self, claim: int) -> None:
        """Bring the tallies up to date with a claim."""
        if self.batch is not None:
            self.batch.retally(claim, self.number)
        else:
            retally(self.session, {claim: [self.number]})


@singledispatch
def projector(entry: Entry, posted: Posted) -> None:
    """Project one entry; each kind registers its own."""
    raise TypeError(f"nothing projects {entry.kind}")


@cache
def _registered() -> None:
    for name in ("people", "claims", "evidence", "reviews", "corpus", "policies"):
        import_module(f"ledger.journal.projection.{name}")


def project(entry: Entry, posted: Posted) -> None:
    """Write what an entry says onto the tables."""
    _registered()
    newest = entry.upgraded()
    if posted.batch is not None and not posted.batch.takes(newest):
        posted.batch.flush()
        posted = replace(posted, batch=None)
    projector(newest, posted)
