"""Files of evidence: typed by their content, whatever their name; stored once by the hash of their bytes."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from support.cast import Cast, evidence_terms, record

from ledger.domain.errors import Missing, Refused
from ledger.journal.replay import differences
from ledger.services.evidence import attach_evidence, read_file, stored_file
from ledger.services.files import LARGEST_FILE, file_name, media_type, name_to_save
from ledger.store.document_readings import StoredFile

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
HTML = b"<!DOCTYPE html><title>Hello</title><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("report.pdf", PDF, "application/pdf"),
        ("photo.png", PNG, "image/png"),
        ("photo.exe", PNG, "image/png"),
        ("page.html", b"Plain words, 3 < 5.", "text/plain"),
        ("notes", "Ελληνικά, שלום\n".encode(), "text/plain"),
    ],
)
def test_the_content_decides_the_type_of_a_file(name: str, content: bytes, kind: str) -> None:
    file = read_file(name, content)
    assert (file.media_type, file.size, file.name) == (kind, len(content), name)
    assert file.sha256 == sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"a" * (LARGEST_FILE + 1), "larger than 10 MB"),
        (HTML, "Web pages and drawings"),
        (b"  \n" + HTML.lower(), "Web pages and drawings"),
        (b"Words first. <SCRIPT\n>alert(1)</SCRIPT>", "Web pages and drawings"),
        (SVG, "Web pages and drawings"),
        (b"<svg/onload=alert(1)>", "Web pages and drawings"),
        (b"MZ\x90\x00\x03" + bytes(64), "Only these kinds of file are accepted"),
        (b"PK\x03\x04" + bytes(64), "Only these kinds of file are accepted"),
        (b"\xff\xfe\x00bad", "Only these kinds of file are accepted"),
        (b"\x1b[31mred", "Only these kinds of file are accepted"),
    ],
    ids=["empty", "large", "html", "html later", "script", "svg", "bare svg", "program", "archive", "bytes", "escape"],
)
def test_a_refused_content_is_refused_under_any_name(content: bytes, said: str) -> None:
    for name in ("report.pdf", "photo.png", "words.txt"):
        with pytest.raises(Refused) as refusal:
            read_file(name, content)
        assert [problem.field for problem in refusal.value.problems] == ["file"]
        assert said in str(refusal.value)


def test_ten_megabytes_are_accepted() -> None:
    assert read_file("long.txt", b"a" * LARGEST_FILE).size == LARGEST_FILE


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x00.txt", "evil\u202etxt.exe", "a" * 161, ""])
def test_a_misleading_name_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        read_file(name, b"words")


def test_names_lose_their_folders_and_get_the_ending_of_their_content() -> None:
    assert file_name("C:\\Users\\Ada\\report.pdf") == file_name("../../report.pdf") == "report.pdf"
    assert name_to_save("page.html", "text/plain") == "page.html.txt"
    assert name_to_save("Report.PDF", "application/pdf") == "Report.PDF"
    assert name_to_save("photo.exe", "image/png") == "photo.exe.png"
    assert media_type(PNG) == "image/png"


def test_a_file_is_found_again_and_stored_once(session: Session, cast: Cast, now: datetime) -> None:
    numbers = []
    for name in ("first.txt", "second.txt"):
        terms = evidence_terms(file=read_file(name, b"the same words"))
        claim = record(session, cast, now)
        number = attach_evidence(
            session, now=now, by=cast.ben.actor, claim=claim, terms=terms, content=b"the same words"
        )
        numbers.append((number, name))
    for number, name in numbers:
        file, content = stored_file(session, number)
        assert (file.name, content) == (name, b"the same words")
    same = sha256(b"the same words").hexdigest()
    assert session.scalar(select(func.count()).select_from(StoredFile).where(StoredFile.sha256 == same)) == 1
    assert list(differences(session)) == []


def test_evidence_without_a_file_has_none(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    number = attach_evidence(session, now=now, by=cast.ben.actor, claim=claim, terms=evidence_terms())
    for missing in (number, number + 1):
        with pytest.raises(Missing):
            stored_file(session, missing)
