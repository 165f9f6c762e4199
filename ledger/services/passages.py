"""Passages: from the numbers of sentences in a document to the hash of their words, which is recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ledger.domain.errors import Problem, Refused
from ledger.domain.forecasts import ForecastTerms
from ledger.domain.passages import Passage, sentences, words_hash
from ledger.queries.document_text import text_of


@dataclass(frozen=True)
class SentenceRange:
    """A range of sentences in one paragraph of a document; all numbers start from 1."""

    paragraph: int
    first: int
    last: int

    @property
    def words(self) -> str:
        """In words: "paragraph 5, sentence 2"."""
        return Passage(self.paragraph, self.first, self.last, "").words


def with_passage(session: Session, forecast: ForecastTerms, place: SentenceRange | None) -> ForecastTerms:
    """The forecast with its passage, whose words are hashed from the stored text of the document.

    If no text is stored, the range is added to the locator in words instead. Raises Refused if the text has no such
    sentences.
    """
    if place is None:
        return forecast
    body = text_of(session, forecast.document)
    if body is None:
        locator = "; ".join(part for part in (forecast.locator, place.words) if part)
        return replace(forecast, locator=locator)
    if place.paragraph > len(body):
        raise Refused(Problem("paragraph", f"The stored text has {len(body)} paragraphs."))
    found = sentences(body[place.paragraph - 1])
    for field, number in (("first_sentence", place.first), ("last_sentence", place.last)):
        if number > len(found):
            many = "1 sentence" if len(found) == 1 else f"{len(found)} sentences"
            raise Refused(Problem(field, f"Paragraph {place.paragraph} of the stored text has {many}."))
    words = " ".join(found[place.first - 1 : place.last])
    return replace(forecast, passage=Passage(place.paragraph, place.first, place.last, words_hash(words)))
