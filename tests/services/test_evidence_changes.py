"""Evidence on several claims, with files, corrected and retracted; earlier versions stay in the journal."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select
from support.acts import Acts
from support.cast import assessment_terms, evidence_terms, review_of

from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Forbidden, Missing, Refused, Stale
from ledger.domain.evidence import EvidenceFile, Stance
from ledger.domain.outcomes import Outcome
from ledger.journal.entries import EvidenceAttached
from ledger.journal.read import read_entry
from ledger.services.claims.end_claim import withdraw_claim
from ledger.services.evidence import (
    MOST_CLAIMS,
    attach_evidence,
    correct_evidence,
    read_file,
    retract_evidence,
    stored_file,
)
from ledger.services.files import LARGEST_FILE, media_type
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.store.claims import Evidence
from ledger.store.document_readings import StoredFile

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)


def test_one_report_is_attached_to_several_claims_with_a_stance_for_each(acts: Acts) -> None:
    claim, against, had = (acts.record() for _ in range(3))
    terms = evidence_terms()
    acts.do(attach_evidence, claim=had, terms=terms)
    also = {against: Stance.CONTRADICTS, had: Stance.CONTEXT, claim: Stance.CONTEXT}
    number = acts.do(attach_evidence, claim=claim, terms=terms, also=also)
    stances = {
        row.claim_id: row.stance for row in acts.session.scalars(select(Evidence).where(Evidence.url == terms.url))
    }
    assert stances == {claim: Stance.SUPPORTS, against: Stance.CONTRADICTS, had: Stance.SUPPORTS}
    assert acts.session.get_one(Evidence, number).claim_id == claim


def test_evidence_is_attached_to_all_claims_or_none(acts: Acts) -> None:
    claim, gone = acts.record(), acts.record()
    acts.do(withdraw_claim, claim=gone, reason="Recorded twice.")
    for other in (gone, 10**6):
        acts.refused(attach_evidence, "also", claim=claim, terms=evidence_terms(), also={other: Stance.CONTEXT})
    many = dict.fromkeys(range(10**6, 10**6 + MOST_CLAIMS + 1), Stance.CONTEXT)
    acts.refused(attach_evidence, "also", claim=claim, terms=evidence_terms(), also=many)


def test_a_correction_replaces_the_terms_and_keeps_the_earlier_ones_in_the_journal(acts: Acts) -> None:
    claim = acts.record()
    fact = acts.attach(claim)
    before = acts.session.get_one(Evidence, fact).terms
    better = replace(before, summary="It was Tuesday.", stance=Stance.CONTRADICTS, event_on=PartialDate(2017, 7, 11))
    number = acts.do(correct_evidence, by=acts.cast.ben.actor, evidence=fact, terms=better, reason="Misread.")
    row = acts.session.get_one(Evidence, fact)
    assert (row.terms, row.corrected, acts.claim(claim).changed) == (better, number, number)
    entry = read_entry(acts.session, fact)
    assert isinstance(entry, EvidenceAttached) and entry.summary == before.summary

    refused: list[tuple[list[str], dict[str, Any]]] = [
        ([""], {}),
        (["summary"], {"summary": ""}),
        (["event_on", "published_on"], {"event_on": PartialDate(2190)}),
        (["file"], {"file": EvidenceFile("0" * 64, "x.png", "image/png", 3)}),
    ]
    for at, changes in refused:
        acts.refused(correct_evidence, *at, evidence=fact, terms=replace(better, **changes), reason="So.")
    acts.refused(correct_evidence, "reason", evidence=fact, terms=before, reason="")
    other = acts.attach(claim)
    taken = replace(better, url=acts.session.get_one(Evidence, other).url)
    with pytest.raises(AlreadyRecorded) as known:
        acts.fails(correct_evidence, evidence=fact, terms=taken, reason="So.")
    assert known.value.number == other
    with pytest.raises(Stale):
        acts.fails(correct_evidence, evidence=fact, terms=before, reason="So.", seen=fact)
    with pytest.raises(Missing):
        acts.fails(correct_evidence, evidence=claim, terms=before, reason="So.")


def test_retracted_evidence_stays_visible_and_cannot_be_relied_on(acts: Acts) -> None:
    claim = acts.record()
    fact = acts.attach(claim)
    terms = acts.session.get_one(Evidence, fact).terms
    with pytest.raises(Forbidden):
        acts.fails(retract_evidence, by=acts.cast.ben.actor, evidence=fact, reason="So.")
    acts.refused(retract_evidence, "reason", evidence=fact, reason="")
    number = acts.do(retract_evidence, by=acts.cast.dora.actor, evidence=fact, reason="A hoax.", editor=True)
    row = acts.session.get_one(Evidence, fact)
    assert (row.terms, row.retracted, row.retracted_because) == (terms, number, "A hoax.")
    acts.refused(retract_evidence, "", evidence=fact, reason="Again.")
    acts.refused(correct_evidence, "", evidence=fact, terms=replace(terms, summary="x"), reason="Again.")
    review = review_of(acts.session, claim)
    by = min(assignees(acts.session, review))
    judged = assessment_terms(Outcome.TRUE, fact)
    acts.refused(seal_assessment, "relied_on", by=by, review=review, terms=judged)
    again = acts.do(attach_evidence, claim=claim, terms=terms)  # it can be attached again
    assert again != fact
    with pytest.raises(AlreadyRecorded) as known:
        acts.fails(attach_evidence, claim=claim, terms=terms)
    assert known.value.number == again


def test_evidence_cannot_change_under_sealed_assessments(acts: Acts) -> None:
    claim = acts.record()
    fact, review = acts.attach(claim), review_of(acts.session, claim)
    terms = acts.session.get_one(Evidence, fact).terms
    judged = assessment_terms(Outcome.TRUE, fact)
    acts.do(seal_assessment, by=min(assignees(acts.session, review)), review=review, terms=judged)
    acts.refused(correct_evidence, "", evidence=fact, terms=replace(terms, summary="x"), reason="So.")
    acts.refused(retract_evidence, "", evidence=fact, reason="So.")
    acts.judge(claim, Outcome.TRUE)
    acts.do(correct_evidence, evidence=fact, terms=replace(terms, summary="x"), reason="After the verdict.")
    acts.do(withdraw_claim, claim=(other := acts.record()), reason="So.")
    assert acts.claim(other).state.ended


# Files


def test_a_file_is_stored_once_and_found_by_its_evidence(acts: Acts) -> None:
    file = read_file("map.png", PNG)
    assert file == EvidenceFile(sha256(PNG).hexdigest(), "map.png", "image/png", len(PNG))
    one, other = (
        acts.do(attach_evidence, claim=acts.record(), terms=evidence_terms(file=file), content=PNG) for _ in range(2)
    )
    assert stored_file(acts.session, one) == stored_file(acts.session, other) == (file, PNG)
    assert acts.session.scalar(select(func.count()).select_from(StoredFile)) == 1
    row = acts.session.get_one(Evidence, one)
    acts.do(correct_evidence, evidence=one, terms=replace(row.terms, file=None), reason="Not ours to show.")
    with pytest.raises(Missing):
        stored_file(acts.session, one)
    assert stored_file(acts.session, other) == (file, PNG)


def test_refused_evidence_leaves_no_file(acts: Acts) -> None:
    file = read_file("map.png", PNG)
    acts.refused(
        attach_evidence, "summary", claim=acts.record(), terms=evidence_terms(file=file, summary=""), content=PNG
    )
    assert acts.session.scalar(select(func.count()).select_from(StoredFile)) == 0


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        ("Zwölf Zeugen.\n".encode(), "text/plain"),
        (b"BMW announces a plant.", "text/plain"),  # "BM" begins bitmaps, too
        (b"MZ was a make of motorcycles.", "text/plain"),
        (b"<script>alert(1)</script>", None),
        (b"GIF89a" + bytes(10), "image/gif"),
        (b"MZ\x90\x00\x03\x00\x00\x00", None),
        (b"PK\x03\x04" + bytes(30), None),
        (b"\xff\xfe\x00", None),
        ("é".encode("latin-1"), None),
    ],
)
def test_the_type_of_a_file_is_that_of_its_content(content: bytes, found: str | None) -> None:
    assert media_type(content) == found
    if found is None:
        with pytest.raises(Refused, match=r"Only these kinds of file are accepted|are not accepted: save"):
            read_file("report.pdf", content)


@pytest.mark.parametrize(("name", "content"), [("x.txt", b""), ("x.txt", b"x" * (LARGEST_FILE + 1)), ("a\nb", b"x")])
def test_files_that_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_file(name, content)
    assert [problem.field for problem in refusal.value.problems] == ["file"]
