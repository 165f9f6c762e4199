"""Documents: registering them, logging that they were read for forecasts, and storing their texts privately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.dates import PartialDate, latest_today
from ledger.domain.errors import AlreadyRecorded, Missing, Problem, refuse_if
from ledger.domain.passages import paragraphs
from ledger.domain.text import slug, text_problem, url_problem
from ledger.journal.entries import DocumentRead, DocumentRegistered, DocumentTextStored
from ledger.journal.post import Journal, writing
from ledger.journal.projection.people import document_fingerprint
from ledger.queries.document_text import compare_passages
from ledger.store.claims import Forecast
from ledger.store.document_readings import DocumentReading, DocumentText, DocumentTextHash
from ledger.store.people import Document
from ledger.store.upsert import insert_for

LONGEST_NAME, LONGEST_TITLE, LONGEST_ABOUT, LONGEST_URL, MOST_AUTHORS = 160, 400, 2_000, 2_000, 40
LONGEST_WORDS, LONGEST_NOTE, LONGEST_TEXT, MOST_PASSED_OVER, MOST_SENTENCES = 400, 2_000, 1_000_000, 400, 100_000


@dataclass(frozen=True)
class DocumentTerms:
    """An article, report or speech. `published_basis` says how its date of publication is known."""

    title: str
    outlet: str
    published_on: PartialDate
    authors: tuple[str, ...] = ()
    url: str = ""
    published_basis: str = ""


@dataclass(frozen=True)
class PassedPassage:
    """A forward-looking passage that was not recorded as a forecast: its place, its gist in our words, and why not."""

    locator: str
    gist: str
    reason: str


@dataclass(frozen=True)
class ReadingTerms:
    """One reading of a document for forecasts. `chosen` says why the document is in the corpus."""

    read_on: PartialDate
    chosen: str
    sentences: int
    none_found: bool
    passed_over: tuple[PassedPassage, ...] = ()
    note: str = ""


def register_document(session: Session, *, now: datetime, by: str, terms: DocumentTerms) -> int:
    """Register a document. Raises Refused, and AlreadyRecorded if title, outlet and date are those of another."""
    refuse_if(document_problems(terms, now))
    with writing(session, now) as journal:
        same = document_fingerprint(terms.title, terms.outlet, str(terms.published_on))
        known = session.scalar(select(Document.id).where(Document.fingerprint == same))
        if known is not None:
            raise AlreadyRecorded(known)
        return post_document(journal, terms, by)


def document_problems(terms: DocumentTerms, now: datetime) -> list[Problem]:
    """Everything wrong with the terms of a document, each problem at its field."""
    problems = [
        *_prose_problems(
            ("title", terms.title, LONGEST_TITLE, "Give the title.", False),
            ("outlet", terms.outlet, LONGEST_NAME, "Say where it was published.", False),
            ("published_basis", terms.published_basis, LONGEST_ABOUT, None, True),
            *(("authors", author, LONGEST_NAME, "Write one author a line.", False) for author in terms.authors),
        ),
        *_url_problems(terms.url),
    ]
    # A slug writes out some single characters as several.
    if len(terms.outlet) <= LONGEST_NAME < len(slug(terms.outlet)):
        problems.append(Problem("outlet", "This name is too long for an address: shorten it."))
    if len(terms.authors) > MOST_AUTHORS:
        problems.append(Problem("authors", f"At most {MOST_AUTHORS} authors fit here."))
    if terms.published_on.first > latest_today(now):
        problems.append(Problem("published_on", "This day is in the future."))
    return problems


def post_document(journal: Journal, terms: DocumentTerms, by: str) -> int:
    """Post a document in the caller's transaction, for commands that register one on the way."""
    return journal.post(
        DocumentRegistered(
            title=terms.title,
            outlet=terms.outlet,
            url=terms.url,
            authors=terms.authors,
            published_on=str(terms.published_on),
            published_basis=terms.published_basis,
            by=by,
        )
    )


def log_reading(session: Session, *, now: datetime, by: str, document: int, terms: ReadingTerms) -> int:
    """Log that a document was read. Returns the entry's number.

    Raises Refused, Missing, and AlreadyRecorded if the same person logged a reading of it on that day.
    """
    with writing(session, now) as journal:
        if session.get(Document, document) is None:
            raise Missing(f"document {document}")
        refuse_if(_reading_problems(session, document, terms, now))
        same = session.scalar(
            select(DocumentReading.id).where(
                DocumentReading.document_id == document,
                DocumentReading.read_by == by,
                DocumentReading.read_on == terms.read_on,
            )
        )
        if same is not None:
            raise AlreadyRecorded(same)
        return journal.post(
            DocumentRead(
                document=document,
                read_on=str(terms.read_on),
                chosen=terms.chosen,
                sentences=terms.sentences,
                none_found=terms.none_found,
                passed_over=tuple((passed.locator, passed.gist, passed.reason) for passed in terms.passed_over),
                note=terms.note,
                by=by,
            )
        )


def store_text(session: Session, *, now: datetime, by: str, document: int, text: str) -> tuple[int, list[int]]:
    """Store a document's text privately, and compare every passage on record with it.

    Returns the number of passages found word for word, and the numbers of the forecasts whose passages were not
    found. Storing the same text again changes nothing. Raises Refused, Missing.
    """
    body = paragraphs(text)
    refuse_if(_text_problems(body))
    digest = sha256("\n".join(body).encode()).hexdigest()  # a text with other paragraph breaks is another text
    with writing(session, now) as journal:
        if session.get(Document, document) is None:
            raise Missing(f"document {document}")
        stored = session.get(DocumentTextHash, document)
        if stored is None or stored.sha256 != digest:
            session.execute(
                insert_for(session, DocumentText).on_conflict_do_nothing(),
                {"sha256": digest, "text": "\n".join(body)},
            )
            journal.post(DocumentTextStored(document=document, sha256=digest, paragraphs=len(body), by=by))
        return compare_passages(session, document, body)


def _reading_problems(session: Session, document: int, terms: ReadingTerms, now: datetime) -> list[Problem]:
    problems = []
    if terms.read_on.first > latest_today(now):
        problems.append(Problem("read_on", "This day is in the future."))
    if not terms.chosen:
        problems.append(Problem("chosen", "Say how this document was chosen: by a rule, a search or a request."))
    if not 1 <= terms.sentences <= MOST_SENTENCES:
        problems.append(Problem("sentences", "Give the number of sentences read."))
    if len(terms.passed_over) > MOST_PASSED_OVER:
        problems.append(Problem("passed_over", f"At most {MOST_PASSED_OVER} passages."))
    for field, text, longest in (("chosen", terms.chosen, LONGEST_NOTE), ("note", terms.note, LONGEST_NOTE)):
        if fault := text_problem(text, longest, lines=True):
            problems.append(Problem(field, fault))
    for passed in terms.passed_over:
        problems += _passed_problems(passed)
    recorded = session.scalar(select(Forecast.id).where(Forecast.document_id == document).limit(1))
    if terms.none_found and recorded is not None:
        problems.append(Problem("none_found", "Forecasts from this document are on record, so some were found."))
    return problems


def _passed_problems(passed: PassedPassage) -> Sequence[Problem]:
    for text in (passed.locator, passed.gist, passed.reason):
        if not text:
            return [
                Problem("passed_over", "Each line says where | the gist in your own words | why it was passed over.")
            ]
        if fault := text_problem(text, LONGEST_WORDS):
            return [Problem("passed_over", f"“{text[:40]}”: {fault}")]
    return []


def _text_problems(body: Sequence[str]) -> list[Problem]:
    if not body:
        return [Problem("text", "Paste the text of the document, a paragraph a line.")]
    if fault := text_problem("\n".join(body), LONGEST_TEXT, lines=True):
        return [Problem("text", fault)]
    return []


def _prose_problems(*rows: tuple[str, str, int, str | None, bool]) -> list[Problem]:
    """The problems of rows (field, text, maximum length, message if empty, whether line breaks are allowed)."""
    problems = []
    for field, text, longest, missing, lines in rows:
        if missing and not text:
            problems.append(Problem(field, missing))
        elif fault := text_problem(text, longest, lines=lines):
            problems.append(Problem(field, fault))
    return problems


def _url_problems(url: str) -> list[Problem]:
    fault = url and (text_problem(url, LONGEST_URL) or url_problem(url))
    return [Problem("url", fault)] if fault else []
