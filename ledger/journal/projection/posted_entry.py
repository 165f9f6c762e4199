"""The context that handlers get with an entry: its number and time, and the tables to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session

from ledger.journal.entries import Entry
from ledger.journal.projection.row_batch import ProjectionBatch
from ledger.journal.projection.statements import insert_into
from ledger.journal.projection.tallies import retally


@dataclass(frozen=True)
class PostedEntry:
    """An entry's number and time (UTC), and the connection through which it is projected.

    Rows are written through the connection and bypass the session's identity map. With a `batch`, they wait there to be
    written together. `entry` reads an earlier entry by its number, because opening assessments needs the sealed ones.
    """

    session: Session
    connection: Connection
    number: int
    at: datetime
    entry: Callable[[int], Entry]
    batch: ProjectionBatch | None = None

    def add(self, table: Table, *rows: dict[str, Any]) -> None:
        """Insert rows into a table, or add them to the batch."""
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
