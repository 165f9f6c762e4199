"""Projection of evidence."""

from __future__ import annotations

from sqlalchemy import insert, update

from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceKind, SourceStatus, Stance
from ledger.domain.text import fingerprint
from ledger.journal.entries import EvidenceAttached, EvidenceCorrected, EvidenceFields, EvidenceRetracted
from ledger.journal.projection.claims import touch
from ledger.journal.projection.posted import Posted
from ledger.journal.projection.search_index import index_anew, index_evidence
from ledger.store.claims import Evidence


def evidence_attached(entry: EvidenceAttached, posted: Posted) -> None:
    posted.connection.execute(
        insert(Evidence.table()),
        {
            "id": posted.number,
            "claim_id": entry.claim,
            **_values(entry),
            "corrected": None,
            "retracted": None,
            "retracted_because": "",
            "attached_by": entry.by,
        },
    )
    index_evidence(posted, entry)
    touch(posted, entry.claim)


def evidence_corrected(entry: EvidenceCorrected, posted: Posted) -> None:
    _change(posted, entry.evidence, **_values(entry), corrected=posted.number)
    index_anew(posted, entry.claim)
    touch(posted, entry.claim)


def evidence_retracted(entry: EvidenceRetracted, posted: Posted) -> None:
    _change(
        posted,
        entry.evidence,
        retracted=posted.number,
        retracted_because=entry.reason,
        fingerprint=fingerprint("retracted", str(entry.evidence)),  # so that the same can be attached again
    )
    index_anew(posted, entry.claim)
    touch(posted, entry.claim)


def evidence_fingerprint(url: str, summary: str) -> str:
    """What makes two pieces of evidence on a claim one: the same address, or without one the same summary."""
    return fingerprint(url or summary)


def _change(posted: Posted, evidence: int, **values: object) -> None:
    table = Evidence.table()
    posted.connection.execute(update(table).where(table.c.id == evidence).values(**values))


def _values(said: EvidenceFields) -> dict[str, object]:
    return {
        "fingerprint": evidence_fingerprint(said.url, said.summary),
        "kind": EvidenceKind(said.evidence_kind),
        "stance": Stance(said.stance),
        "summary": said.summary,
        "publisher": said.publisher,
        "url": said.url,
        "event_on": _date(said.event_on),
        "published_on": _date(said.published_on),
        "captured_on": _date(said.captured_on),
        "reliability": said.reliability,
        "credibility": said.credibility,
        "source_status": SourceStatus(said.source_status),
        "checked_in": said.checked_in,
        "file_sha256": said.file_sha256,
        "file_name": said.file_name,
        "file_type": said.file_type,
        "file_size": said.file_size,
    }


def _date(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.parse(text)
