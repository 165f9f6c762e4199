"""Reading the journal back: one entry, all of them in order, and the head."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.problems import Missing
from ledger.journal.entries import Entry, compose
from ledger.journal.leaf import digest, read_disclosure
from ledger.store.entries import DisclosureRow, EntryRow, HeadRow

BATCH = 1_000


@dataclass(frozen=True)
class Head:
    """The journal's size, the time of its last entry (UTC), and the root over all of it."""

    size: int
    at: datetime
    root: bytes


class Broken(Exception):
    """The journal contradicts itself; the message says where."""


def read_head(session: Session) -> Head:
    """The head as of now."""
    size, at, root = session.execute(select(HeadRow.size, HeadRow.at, HeadRow.root)).one()
    return Head(size, at, root)


def read_entry(session: Session, number: int) -> Entry:
    """One entry by its number. Raises Missing."""
    row = session.execute(
        select(EntryRow.number, EntryRow.leaf, DisclosureRow.disclosures)
        .join(DisclosureRow, DisclosureRow.number == EntryRow.number)
        .where(EntryRow.number == number)
    ).one_or_none()
    if row is None:
        raise Missing(f"entry {number}")
    return entry_of(*row)


def entry_of(number: int, leaf: bytes, disclosures: str) -> Entry:
    """The entry a leaf and its disclosures stand for, after holding each against its digest.

    Raises Broken where they do not fit: what is shown must be what the leaf commits to.
    """
    said = json.loads(leaf)
    lines = disclosures.split("\n")
    if said["number"] != number or sorted(map(digest, lines)) != said["digests"]:
        raise Broken(f"entry {number}: its disclosures are not the ones its leaf commits to")
    return compose(said["kind"], said["version"], said["subject"], dict(map(read_disclosure, lines)))


def read_all(session: Session) -> Iterator[tuple[int, datetime, bytes, bytes, Entry]]:
    """Every entry in order: number, time (UTC), leaf, the stored leaf hash, and the entry itself."""
    last = 0
    while True:
        rows = session.execute(
            select(EntryRow.number, EntryRow.at, EntryRow.leaf, EntryRow.leaf_hash, DisclosureRow.disclosures)
            .join(DisclosureRow, DisclosureRow.number == EntryRow.number)
            .where(EntryRow.number > last)
            .order_by(EntryRow.number)
            .limit(BATCH)
        ).all()
        for number, at, leaf, hashed, disclosures in rows:
            yield number, at, leaf, hashed, entry_of(number, leaf, disclosures)
            last = number
        if len(rows) < BATCH:
            return
