"""Projection of the corpus log."""

from __future__ import annotations

from sqlalchemy import insert

from ledger.journal.entries import DocumentRead, DocumentTextStored
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.statements import columns_of
from ledger.store.document_readings import DocumentReading, DocumentTextHash, PassedOver
from ledger.store.upsert import insert_for


def document_read(entry: DocumentRead, posted: PostedEntry) -> None:
    posted.connection.execute(
        insert(DocumentReading.table()),
        {
            "id": posted.number,
            **columns_of(DocumentReading.table(), entry, document="document_id", by="read_by"),
        },
    )
    if entry.passed_over:
        posted.connection.execute(
            insert(PassedOver.table()),
            [
                {"reading_id": posted.number, "position": n, "locator": locator, "gist": gist, "reason": reason}
                for n, (locator, gist, reason) in enumerate(entry.passed_over)
            ],
        )


def document_text_stored(entry: DocumentTextStored, posted: PostedEntry) -> None:
    statement = insert_for(posted.session, DocumentTextHash)
    posted.session.execute(
        statement.on_conflict_do_update(
            index_elements=["document_id"],
            set_={"sha256": statement.excluded.sha256, "paragraphs": statement.excluded.paragraphs},
        ),
        columns_of(DocumentTextHash.table(), entry, document="document_id"),
    )
