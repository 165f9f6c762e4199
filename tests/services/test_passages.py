"""Passages: sentences given by number are hashed if the text is stored, else described in the locator."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from support.cast import Cast, forecast_terms

from ledger.domain.errors import Refused
from ledger.domain.passages import quoted
from ledger.queries.document_text import text_of
from ledger.services.documents import store_text
from ledger.services.passages import SentenceRange, with_passage

TEXT = "It began. Mr. Smith waited.\n\nThe city will fall. Few doubt it. Some do."


def test_without_a_text_the_locator_has_the_sentences(session: Session, cast: Cast) -> None:
    said = forecast_terms(cast.document, cast.claimant, locator="page 3")
    found = with_passage(session, said, SentenceRange(5, 2, 2))
    assert (found.passage, found.locator) == (None, "page 3; paragraph 5, sentence 2")
    assert with_passage(session, said, None) is said


def test_with_a_text_the_words_are_hashed_and_found_again(session: Session, cast: Cast, now: datetime) -> None:
    store_text(session, now=now, by=cast.ada.actor, document=cast.document, text=TEXT)
    said = forecast_terms(cast.document, cast.claimant)
    found = with_passage(session, said, SentenceRange(2, 1, 2))
    assert found.passage is not None and found.locator == said.locator
    assert quoted(text_of(session, cast.document) or (), found.passage) == "The city will fall. Few doubt it."


@pytest.mark.parametrize(
    ("place", "field", "words"),
    [
        (SentenceRange(3, 1, 1), "paragraph", "The stored text has 2 paragraphs."),
        (SentenceRange(1, 3, 3), "first_sentence", "Paragraph 1 of the stored text has 2 sentences."),
        (SentenceRange(2, 1, 9), "last_sentence", "Paragraph 2 of the stored text has 3 sentences."),
    ],
)
def test_sentences_that_the_text_does_not_have(
    session: Session, cast: Cast, now: datetime, place: SentenceRange, field: str, words: str
) -> None:
    store_text(session, now=now, by=cast.ada.actor, document=cast.document, text=TEXT)
    with pytest.raises(Refused) as refused:
        with_passage(session, forecast_terms(cast.document, cast.claimant), place)
    assert (refused.value.problems[0].field, refused.value.problems[0].message) == (field, words)
