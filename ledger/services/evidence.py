"""Evidence: attaching it to claims, with files; correcting and retracting it. Earlier versions stay in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.dates import latest_today
from ledger.domain.errors import AlreadyRecorded, Forbidden, Missing, Problem, Refused, refuse_if
from ledger.domain.evidence import EvidenceFile, EvidenceTerms, Stance, evidence_problems
from ledger.domain.reviews import reason_problems
from ledger.journal.entries import EvidenceAttached, EvidenceCorrected, EvidenceRetracted
from ledger.journal.post import writing
from ledger.journal.projection.evidence import evidence_fingerprint
from ledger.services.claims.entries import evidence_fields
from ledger.services.claims.lookup import ended_problems, find_claim, sealed_problems
from ledger.services.files import file_problems, media_type
from ledger.store.claims import Evidence
from ledger.store.document_readings import StoredFile
from ledger.store.upsert import insert_for

MOST_CLAIMS = 40


def attach_evidence(
    session: Session,
    *,
    now: datetime,
    by: str,
    claim: int,
    terms: EvidenceTerms,
    also: Mapping[int, Stance] | None = None,
    content: bytes | None = None,
) -> int:
    """Attach evidence to a claim, and to the claims in `also`, each with its stance. Returns its number on `claim`.

    `content` holds the bytes of the file that the terms name. A claim in `also` that has the evidence already is
    skipped. Raises Refused, Missing, and AlreadyRecorded if this address (or, without one, this summary) is attached
    to `claim` already.
    """
    refuse_if(evidence_problems(terms, today=latest_today(now)))
    others = {number: stance for number, stance in (also or {}).items() if number != claim}
    if len(others) > MOST_CLAIMS:
        raise Refused(Problem("also", f"At most {MOST_CLAIMS} claims at once."))
    with writing(session, now) as journal:
        refuse_if(ended_problems(find_claim(session, claim)))
        for number in others:
            refuse_if(_also_problems(session, number))
        if (known := _attached(session, claim, terms)) is not None:
            raise AlreadyRecorded(known)
        if content is not None and terms.file is not None:
            _store(session, terms.file, content)
        attached = journal.post(EvidenceAttached(claim=claim, **evidence_fields(terms), by=by))
        for number, stance in others.items():
            if _attached(session, number, terms) is None:
                own = replace(terms, stance=stance)
                journal.post(EvidenceAttached(claim=number, **evidence_fields(own), by=by))
        return attached


def correct_evidence(
    session: Session,
    *,
    now: datetime,
    by: str,
    evidence: int,
    terms: EvidenceTerms,
    reason: str,
    seen: int | None = None,
) -> int:
    """Replace the terms of a piece of evidence. Returns the entry's number.

    Raises Refused (also between the first sealed assessment and the verdict), AlreadyRecorded if the claim has the same
    evidence already, Stale, Missing.
    """
    with writing(session, now) as journal:
        found = _changeable(session, evidence, reason, seen)
        problems = evidence_problems(terms, today=latest_today(now))
        if terms == found.terms:
            problems.append(Problem("", "Nothing is changed yet."))
        if terms.file not in (None, found.file):
            words = "A correction keeps the file or leaves it out: attach another as evidence of its own."
            problems.append(Problem("file", words))
        refuse_if(problems)
        known = _attached(session, found.claim_id, terms)
        if known not in (None, evidence):
            raise AlreadyRecorded(known or evidence)
        return journal.post(
            EvidenceCorrected(claim=found.claim_id, evidence=evidence, **evidence_fields(terms), reason=reason, by=by)
        )


def retract_evidence(
    session: Session,
    *,
    now: datetime,
    by: str,
    evidence: int,
    reason: str,
    editor: bool = False,
    seen: int | None = None,
) -> int:
    """Retract a piece of evidence, as the one who attached it or as an editor. Returns the entry's number.

    Raises Forbidden, Refused, Stale, Missing.
    """
    with writing(session, now) as journal:
        found = _changeable(session, evidence, reason, seen)
        if not editor and found.attached_by != by:
            raise Forbidden("Evidence is retracted by whoever attached it, or by an editor.")
        return journal.post(EvidenceRetracted(claim=found.claim_id, evidence=evidence, reason=reason, by=by))


def find_evidence(session: Session, number: int) -> Evidence:
    """A piece of evidence. Raises Missing."""
    found = session.get(Evidence, number)
    if found is None:
        raise Missing(f"evidence {number}")
    return found


def read_file(name: str, content: bytes) -> EvidenceFile:
    """The hash, name, type and size of a file for evidence. Raises Refused if the file is not accepted."""
    refuse_if(file_problems(name, content))
    return EvidenceFile(sha256(content).hexdigest(), name, media_type(content) or "", len(content))


def stored_file(session: Session, evidence: int) -> tuple[EvidenceFile, bytes]:
    """The stored file of a piece of evidence. Raises Missing."""
    found = session.get(Evidence, evidence)
    row = session.get(StoredFile, found.file_sha256) if found and found.file_sha256 else None
    if found is None or row is None or found.file is None:
        raise Missing(f"file of evidence {evidence}")
    return found.file, row.content


def changeable_evidence(session: Session, number: int, *, seen: int | None = None) -> Evidence:
    """A piece of evidence that can be corrected or retracted now.

    Raises Missing, Stale, and Refused between the first sealed assessment and the verdict.
    """
    found = find_evidence(session, number)
    claim = find_claim(session, found.claim_id, seen=seen)
    refuse_if([*ended_problems(claim), *sealed_problems(session, claim.id)])
    if found.retracted is not None:
        raise Refused(Problem("", "This evidence is retracted already."))
    return found


def _changeable(session: Session, evidence: int, reason: str, seen: int | None) -> Evidence:
    found = changeable_evidence(session, evidence, seen=seen)
    refuse_if(reason_problems("reason", reason))
    return found


def _also_problems(session: Session, number: int) -> list[Problem]:
    try:
        return [
            Problem("also", f"Claim {number}: {problem.message}")
            for problem in ended_problems(find_claim(session, number))
        ]
    except Missing:
        return [Problem("also", f"There is no claim {number}.")]


def _attached(session: Session, claim: int, terms: EvidenceTerms) -> int | None:
    same = evidence_fingerprint(terms.url, terms.summary)
    return session.scalar(select(Evidence.id).where(Evidence.claim_id == claim, Evidence.fingerprint == same))


def _store(session: Session, file: EvidenceFile, content: bytes) -> None:
    session.execute(
        insert_for(session, StoredFile).on_conflict_do_nothing(),
        {"sha256": file.sha256, "media_type": file.media_type, "content": content},
    )
