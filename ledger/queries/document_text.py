"""A document's text for reviewers: paragraphs of sentences, compared with the passages on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing
from ledger.domain.passages import Passage, quoted, sentences
from ledger.queries.documents import DocumentLine, one_document
from ledger.store.claims import Forecast
from ledger.store.document_readings import DocumentText, DocumentTextHash


@dataclass(frozen=True)
class LostPassage:
    """A passage on record whose words are not at that place in the text."""

    forecast: int
    claim: int
    passage: Passage


@dataclass(frozen=True)
class TextPage:
    """A document with its text: paragraphs of sentences, or None where no text is stored."""

    document: DocumentLine
    paragraphs: tuple[tuple[str, ...], ...] | None
    found: int  # passages on record that the text has word for word
    lost: tuple[LostPassage, ...]


def text_page(session: Session, number: int) -> TextPage:
    """The text of a document, for reviewers only: it is never public. Raises Missing."""
    document = one_document(session, number)
    if document is None:
        raise Missing(f"document {number}")
    body = text_of(session, number)
    if body is None:
        return TextPage(document, None, 0, ())
    found, lost = compare_passages(session, number, body)
    rows = session.scalars(select(Forecast).where(Forecast.id.in_(lost)).order_by(Forecast.id))
    return TextPage(
        document,
        tuple(tuple(sentences(paragraph)) for paragraph in body),
        found,
        tuple(LostPassage(row.id, row.claim_id, row.passage) for row in rows if row.passage is not None),
    )


def compare_passages(session: Session, document: int, body: Sequence[str]) -> tuple[int, list[int]]:
    """The number of passages on record that a text has word for word, and the forecasts whose passages it lacks."""
    forecasts = session.scalars(select(Forecast).where(Forecast.document_id == document).order_by(Forecast.id))
    located = [(row.id, row.passage) for row in forecasts if row.passage is not None]
    lost = [number for number, passage in located if quoted(body, passage) is None]
    return len(located) - len(lost), lost


def text_of(session: Session, document: int) -> tuple[str, ...] | None:
    """A document's paragraphs, or None where no text is stored. For reviewers only."""
    stored = session.get(DocumentTextHash, document)
    row = session.get(DocumentText, stored.sha256) if stored else None
    return tuple(row.text.split("\n")) if row else None
