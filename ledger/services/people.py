"""Introducing those who act on the record, and registering documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.dates import PartialDate, latest_today
from ledger.domain.errors import AlreadyRecorded, Problem, refuse_if
from ledger.domain.text import slug, text_problem, url_problem
from ledger.journal.entries import ActorIntroduced, DocumentRegistered
from ledger.journal.post import Journal, writing
from ledger.journal.projection.people import document_fingerprint
from ledger.store.people import Document

LONGEST_NAME, LONGEST_TITLE, LONGEST_ABOUT, LONGEST_URL, MOST_AUTHORS = 160, 400, 2_000, 2_000, 40


@dataclass(frozen=True)
class DocumentTerms:
    """An article, report or speech, with how its date of publication is known."""

    title: str
    outlet: str
    published_on: PartialDate
    authors: tuple[str, ...] = ()
    url: str = ""
    published_basis: str = ""


def introduce_actor(session: Session, *, now: datetime, name: str) -> str:
    """Give a person who acts on the record a name there. Returns their random actor id."""
    refuse_if(_problems(("name", name, LONGEST_NAME, "Give a name.", False)))
    actor = f"a{token_hex(8)}"
    with writing(session, now) as journal:
        journal.post(ActorIntroduced(actor=actor, name=name))
    return actor


def register_document(session: Session, *, now: datetime, by: str, terms: DocumentTerms) -> int:
    """Register a document. Raises Refused, and AlreadyRecorded for one title, outlet and date."""
    refuse_if(document_problems(terms, now))
    with writing(session, now) as journal:
        same = document_fingerprint(terms.title, terms.outlet, str(terms.published_on))
        known = session.scalar(select(Document.id).where(Document.fingerprint == same))
        if known is not None:
            raise AlreadyRecorded(known)
        return post_document(journal, terms, by)


def document_problems(terms: DocumentTerms, now: datetime) -> list[Problem]:
    """Everything that keeps these terms from being a document, each at its field."""
    problems = [
        *_problems(
            ("title", terms.title, LONGEST_TITLE, "Give the title.", False),
            ("outlet", terms.outlet, LONGEST_NAME, "Say where it was published.", False),
            ("published_basis", terms.published_basis, LONGEST_ABOUT, None, True),
            *(("authors", author, LONGEST_NAME, "Write one author a line.", False) for author in terms.authors),
        ),
        *_url(terms.url),
    ]
    # Some single characters are written out as many in an address.
    if len(terms.outlet) <= LONGEST_NAME < len(slug(terms.outlet)):
        problems.append(Problem("outlet", "This name is too long in normal form: shorten it."))
    if len(terms.authors) > MOST_AUTHORS:
        problems.append(Problem("authors", f"At most {MOST_AUTHORS} authors fit here."))
    if terms.published_on.first > latest_today(now):
        problems.append(Problem("published_on", "This day is in the future."))
    return problems


def post_document(journal: Journal, terms: DocumentTerms, by: str) -> int:
    """Post a document into a journal that is held already, for acts that register one on the way."""
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


def _problems(*rows: tuple[str, str, int, str | None, bool]) -> list[Problem]:
    """Rows (field, text, longest, what to say when it is empty, whether lines are allowed)."""
    problems = []
    for field, text, longest, missing, lines in rows:
        if missing and not text:
            problems.append(Problem(field, missing))
        elif fault := text_problem(text, longest, lines=lines):
            problems.append(Problem(field, fault))
    return problems


def _url(url: str) -> list[Problem]:
    fault = url and (text_problem(url, LONGEST_URL) or url_problem(url))
    return [Problem("url", fault)] if fault else []
