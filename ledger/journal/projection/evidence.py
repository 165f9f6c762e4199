"""Projection of evidence."""

from __future__ import annotations

from sqlalchemy import insert, update

from ledger.domain.text import fingerprint
from ledger.journal.entries import EvidenceAttached, EvidenceCorrected, EvidenceFields, EvidenceRetracted
from ledger.journal.projection.claims import touch
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.search_index import index_evidence, reindex
from ledger.journal.projection.statements import columns_of
from ledger.store.claims import Evidence


def evidence_attached(entry: EvidenceAttached, posted: PostedEntry) -> None:
    posted.connection.execute(
        insert(Evidence.table()),
        {
            "id": posted.number,
            **_own_columns(entry, claim="claim_id", by="attached_by"),
            "corrected": None,
            "retracted": None,
            "retracted_because": "",
        },
    )
    index_evidence(posted, entry)
    touch(posted, entry.claim)


def evidence_corrected(entry: EvidenceCorrected, posted: PostedEntry) -> None:
    _change(posted, entry.evidence, **_own_columns(entry), corrected=posted.number)
    reindex(posted, entry.claim)
    touch(posted, entry.claim)


def evidence_retracted(entry: EvidenceRetracted, posted: PostedEntry) -> None:
    _change(
        posted,
        entry.evidence,
        retracted=posted.number,
        retracted_because=entry.reason,
        fingerprint=fingerprint("retracted", str(entry.evidence)),  # so that the same can be attached again
    )
    reindex(posted, entry.claim)
    touch(posted, entry.claim)


def evidence_fingerprint(url: str, summary: str) -> str:
    """A hash that is equal for duplicates: evidence with the same address, or the same summary where it has none."""
    return fingerprint(url or summary)


def _change(posted: PostedEntry, evidence: int, **values: object) -> None:
    table = Evidence.table()
    posted.connection.execute(update(table).where(table.c.id == evidence).values(**values))


def _own_columns(entry: EvidenceFields, **renamed: str) -> dict[str, object]:
    """The columns that the fields of evidence fill."""
    return {
        **columns_of(Evidence.table(), entry, evidence_kind="kind", **renamed),
        "fingerprint": evidence_fingerprint(entry.url, entry.summary),
    }
