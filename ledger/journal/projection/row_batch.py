"""Projection in batches: rows wait and are written many at a time, which makes large imports and rebuilds fast.

After a flush the tables equal, row for row, those of a projection entry by entry. Comparisons with the journal replay
entry by entry, and so check this. Kinds of entry that cannot wait are projected at once, after a flush.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, update
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState
from ledger.domain.reviews import ReviewState
from ledger.journal.entries import (
    AboutClaim,
    ClaimantRegistered,
    ClaimEnded,
    ClaimRecorded,
    DocumentRegistered,
    Entry,
    ForecastRecorded,
    ReviewersAssigned,
    ReviewScheduled,
)
from ledger.journal.projection.searchable_words import APPEND, appended, words_of_document
from ledger.journal.projection.statements import insert_into
from ledger.journal.projection.tallies import retally
from ledger.store.claims import Claim
from ledger.store.people import Author, Document
from ledger.store.policies import version_in_force
from ledger.store.reviews import Assignment, Review
from ledger.store.search_index import SearchableClaim
from ledger.store.table_registry import METADATA

_TOUCH = update(Claim.table()).where(Claim.table().c.id == bindparam("claim"))
_CLOSE_REVIEWS = (
    update(Review.table())
    .where(Review.table().c.claim_id == bindparam("claim"), Review.table().c.state != ReviewState.CLOSED)
    .values(state=ReviewState.CLOSED)
)
_ALONE = (ClaimState.WITHDRAWN, ClaimState.VOID)  # endings that change no other claim


class ProjectionBatch:
    """Rows and changes that wait to be written."""

    def __init__(self, session: Session, connection: Connection) -> None:
        self._session = session
        self._connection = connection
        self._documents: dict[int, list[str]] = {}  # texts to be searched, which never change
        self._clear()

    def _clear(self) -> None:
        self._rows: dict[Table, list[dict[str, Any]]] = {}
        self._claims: dict[int, dict[str, Any]] = {}
        self._touched: dict[int, dict[str, object]] = {}
        self._reviews: set[int] = set()
        self._assigned: set[int] = set()
        self._ended: dict[int, None] = {}
        self._stale: dict[int, list[int]] = {}
        self._searchable: dict[int, dict[str, Any]] = {}
        self._forecast_words: list[dict[str, object]] = []
        self._policy: str | None = None

    def accepts(self, entry: Entry) -> bool:
        """Whether this entry can wait with what already waits, and give the same rows."""
        if isinstance(entry, ClaimRecorded | ClaimantRegistered | DocumentRegistered):
            return True
        if not isinstance(entry, AboutClaim) or entry.claim in self._ended:
            return False
        if isinstance(entry, ReviewersAssigned):
            return entry.review in self._reviews and entry.review not in self._assigned
        if isinstance(entry, ClaimEnded):
            return entry.how in _ALONE and entry.claim not in self._claims and entry.claim not in self._stale
        return isinstance(entry, ForecastRecorded | ReviewScheduled)

    def add(self, table: Table, *rows: dict[str, Any]) -> None:
        """Add rows that wait to be inserted."""
        self._rows.setdefault(table, []).extend(rows)
        for row in rows:
            if table is Claim.__table__:
                self._claims[row["id"]] = row
            elif table is Review.__table__:
                self._reviews.add(row["id"])
            elif table is Assignment.__table__:
                self._assigned.add(row["review_id"])
            elif table is SearchableClaim.__table__:
                self._searchable[row["claim_id"]] = row
            elif table is Document.__table__:
                self._documents[row["id"]] = [row["title"], row["outlet"]]
            elif table is Author.__table__:
                self._documents[row["document_id"]].append(row["name"])

    def touch(self, claim: int, values: Mapping[str, object]) -> None:
        """Add a change to a claim. If the claim itself waits to be inserted, its row is changed."""
        waiting = self._claims.get(claim)
        (self._touched.setdefault(claim, {}) if waiting is None else waiting).update(values)

    def close_reviews(self, claim: int) -> None:
        """Close the reviews of a claim that has ended. No more entries about it are accepted before the flush."""
        self._ended[claim] = None

    def retally(self, claim: int, number: int) -> None:
        """Note that this entry changes what a claim adds to the tallies."""
        self._stale.setdefault(claim, []).append(number)

    def policy(self) -> str:
        """The version of the policy in force. It stays the same until a flush: a batch accepts no PolicyAdopted."""
        if self._policy is None:
            self._policy = version_in_force(self._connection)
        return self._policy

    def words_of_document(self, number: int) -> list[str]:
        """The texts of a document to be searched. The document itself may wait to be inserted."""
        if number not in self._documents:
            self._documents[number] = words_of_document(self._connection, number)
        return self._documents[number]

    def add_forecast_words(self, claim: int, words: str) -> None:
        """Add words of a forecast by which a claim can be found."""
        waiting = self._searchable.get(claim)
        if waiting is None:
            self._forecast_words.append({"claim": claim, "words": words})
        else:
            waiting["said"] = appended(waiting["said"], words)

    def flush(self) -> None:
        """Write everything that waits."""
        for table in METADATA.sorted_tables:
            if rows := self._rows.get(table):
                self._connection.execute(insert_into(table), rows)
        alike: dict[tuple[str, ...], list[dict[str, object]]] = {}
        for claim, values in self._touched.items():
            alike.setdefault(tuple(values), []).append({"claim": claim, **values})
        for changes in alike.values():
            self._connection.execute(_TOUCH, changes)
        if self._forecast_words:
            self._connection.execute(APPEND["said"], self._forecast_words)
        if self._ended:
            self._connection.execute(_CLOSE_REVIEWS, [{"claim": claim} for claim in self._ended])
        if self._stale:
            retally(self._session, self._stale)
        self._clear()
