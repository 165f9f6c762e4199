"""The only write path of the record: lock the journal's head, then post entries, each of which is projected at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from ledger.journal.entries import Entry
from ledger.journal.leaf import disclose, new_salt, write_leaf
from ledger.journal.merkle import Frontier, leaf_hash
from ledger.journal.projection.handlers import project
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.row_batch import ProjectionBatch
from ledger.journal.read import read_entry
from ledger.store.engine import write_transaction
from ledger.store.entries import DisclosureRow, EntryRow, HeadRow

# Built once: building a statement costs about as much as running it.
_HEAD = HeadRow.table()
_LOCK_HEAD = select(_HEAD).with_for_update()
_MOVE_HEAD = (
    update(_HEAD)
    .where(_HEAD.c.id == 1)
    .values({name: bindparam(name) for name in ("size", "at", "frontier", "root", "projected")})
)


class Journal:
    """The journal, locked for writing. `writing` gives it for one transaction."""

    def __init__(
        self, session: Session, head: Row[Any], now: datetime, salt: Callable[[], str], *, in_batches: bool
    ) -> None:
        self._session = session
        self._connection = session.connection()
        self._frontier = Frontier(head.size, head.frontier)
        self._before = head.size
        self._salt = salt
        self._batch = ProjectionBatch(session, self._connection) if in_batches else None
        # Time never runs backwards in the journal, whatever the clocks of several hosts say.
        self.now = max(now, head.at)

    def post(self, entry: Entry) -> int:
        """Append an entry and project it onto the tables. Returns its number."""
        number = self._frontier.size + 1
        disclosures = [disclose(group, values, self._salt) for group, values in entry.disclosed().items()]
        subject = entry.subject(number)
        leaf = write_leaf(
            kind=entry.kind,
            version=entry.version,
            number=number,
            at=self.now,
            subject=subject,
            disclosures=disclosures,
        )
        hashed = leaf_hash(leaf)
        posted = PostedEntry(self._session, self._connection, number, self.now, self._earlier, self._batch)
        posted.add(
            EntryRow.table(),
            {
                "number": number,
                "kind": entry.kind,
                "at": self.now,
                "subject": subject,
                "leaf": leaf,
                "leaf_hash": hashed,
            },
        )
        posted.add(DisclosureRow.table(), {"number": number, "disclosures": "\n".join(disclosures)})
        self._frontier.append(hashed)
        project(entry, posted)
        return number

    def flush(self) -> None:
        """Write the rows that wait in the batch. When posting in batches, call this before reading tables."""
        if self._batch is not None:
            self._batch.flush()

    def close(self) -> None:
        """Write the new head, if anything was posted."""
        self.flush()
        frontier = self._frontier
        if frontier.size == self._before:
            return
        self._connection.execute(
            _MOVE_HEAD,
            {
                "size": frontier.size,
                "at": self.now,
                "frontier": frontier.packed,
                "root": frontier.root,
                "projected": frontier.size,
            },
        )

    def _earlier(self, number: int) -> Entry:
        self.flush()
        return read_entry(self._session, number)


class NeedsRebuild(Exception):
    """A migration has emptied the tables, and nothing may be written before they are rebuilt."""


@contextmanager
def writing(
    session: Session, now: datetime, salt: Callable[[], str] = new_salt, *, in_batches: bool = False
) -> Iterator[Journal]:
    """Lock the journal for one transaction, which is committed at the end, or rolled back on any exception.

    The head is locked before anything is read (BEGIN IMMEDIATE on SQLite, FOR UPDATE on PostgreSQL). So the rules that
    a service checks inside still hold when it posts. With `in_batches`, rows wait and are written many at a time, for
    imports, which read before they post. It cannot be nested. Raises NeedsRebuild.
    """
    if session.info.get("writing"):
        raise RuntimeError("the journal is already held by this session")
    with write_transaction(session):
        head = session.connection().execute(_LOCK_HEAD).one()
        if head.projected != head.size:
            raise NeedsRebuild("run `ledger db upgrade`: the tables do not show the whole journal yet")
        journal = Journal(session, head, now, salt, in_batches=in_batches)
        yield journal
        session.flush()
        journal.close()
    session.expire_all()  # projection bypasses the session's identity map
