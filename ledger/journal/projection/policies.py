"""Projection of policies."""

from __future__ import annotations

from sqlalchemy import insert

from ledger.journal.entries import PolicyAdopted
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.statements import columns_of
from ledger.store.policies import PolicyRow


def policy_adopted(entry: PolicyAdopted, posted: PostedEntry) -> None:
    posted.connection.execute(
        insert(PolicyRow.table()),
        {
            "id": posted.number,
            **columns_of(PolicyRow.table(), entry, policy="version", by="adopted_by"),
            "adopted_at": posted.at,
        },
    )
