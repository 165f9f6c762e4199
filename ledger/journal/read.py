"""Reading the journal: one entry, all entries in order, and the head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing
from ledger.journal.entries import Entry, compose
from ledger.journal.leaf import digest, read_disclosure, write_instant
from ledger.journal.merkle import leaf_hash
from ledger.store.entries import DisclosureRow, EntryRow, HeadRow

BATCH = 1_000


@dataclass(frozen=True)
class Head:
    """The journal's size, the time of its last entry (UTC), and the root over all its leaves."""

    size: int
    at: datetime
    root: bytes


class BrokenJournal(Exception):
    """The journal is inconsistent; the message says where."""


def read_head(session: Session) -> Head:
    """The present head."""
    size, at, root = session.execute(select(HeadRow.size, HeadRow.at, HeadRow.root)).one()
    return Head(size, at, root)


def read_entry(session: Session, number: int) -> Entry:
    """An entry by its number, in the newest version of its kind. Raises Missing."""
    row = session.execute(
        select(EntryRow.number, EntryRow.leaf, DisclosureRow.disclosures)
        .join(DisclosureRow, DisclosureRow.number == EntryRow.number)
        .where(EntryRow.number == number)
    ).one_or_none()
    if row is None:
        raise Missing(f"entry {number}")
    return entry_of(*row).upgraded()


def entry_of(number: int, leaf: bytes, disclosures: str) -> Entry:
    """The entry of a leaf and its disclosures, after comparing each disclosure with its digest.

    Raises BrokenJournal where one differs: what pages show must be what the leaf commits to.
    """
    return _compose(number, _read_leaf(number, leaf), disclosures)


def _read_leaf(number: int, leaf: bytes) -> dict[str, Any]:
    try:
        values = json.loads(leaf)
    except ValueError as error:
        raise BrokenJournal(f"entry {number}: its leaf is no JSON") from error
    if not isinstance(values, dict) or values.get("number") != number:
        raise BrokenJournal(f"entry {number}: its leaf is not the leaf of this number")
    return values


def _compose(number: int, leaf: dict[str, Any], disclosures: str) -> Entry:
    lines = disclosures.split("\n")
    if sorted(map(digest, lines)) != leaf.get("digests"):
        raise BrokenJournal(f"entry {number}: its disclosures are not the ones its leaf commits to")
    try:
        return compose(leaf["kind"], leaf["version"], leaf["subject"], dict(map(read_disclosure, lines)))
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenJournal(f"entry {number}: no kind of entry that is known here ({error!r})") from error


def read_all(session: Session, after: int = 0) -> Iterator[tuple[int, datetime, bytes, bytes, Entry]]:
    """All entries after this number, in order: number, time (UTC), leaf, leaf hash, and the entry itself.

    Raises BrokenJournal where a leaf does not have its hash, or the columns of its row differ from the leaf. Queries
    use the columns, but the tree proves only the leaf.
    """
    last = after
    while True:
        rows = session.execute(
            select(*EntryRow.table().c, DisclosureRow.disclosures)
            .join(DisclosureRow, DisclosureRow.number == EntryRow.number)
            .where(EntryRow.number > last)
            .order_by(EntryRow.number)
            .limit(BATCH)
        ).all()
        for row in rows:
            if leaf_hash(row.leaf) != row.leaf_hash:
                raise BrokenJournal(f"entry {row.number}: its leaf is not the one that was hashed")
            leaf = _read_leaf(row.number, row.leaf)
            if (row.kind, write_instant(row.at), row.subject) != (
                leaf.get("kind"),
                leaf.get("at"),
                leaf.get("subject"),
            ):
                raise BrokenJournal(f"entry {row.number}: its row says otherwise than its leaf")
            yield row.number, row.at, row.leaf, row.leaf_hash, _compose(row.number, leaf, row.disclosures)
            last = row.number
        if len(rows) < BATCH:
            return
