"""Passages: sentences pointed at by number become a hash of their words where the text is kept, else a locator."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from support.cast import Cast, forecast_terms

from ledger.domain.errors import Refused
from ledger.domain.passages import quoted
from ledger.queries.document_text import text_of
from ledger.services.documents import keep_text
from ledger.services.passages import Place, with_passage

TEXT = "It began. Mr. Smith waited.\n\nThe city will fall. Few doubt it. Some do."


def test_without_a_text_the_locator_says_where(session: Session, cast: Cast) -> None:
    said = forecast_terms(cast.document, cast.claimant, locator="page 3")
    found = with_passage(session, said, Place(5, 2, 2))
    assert (found.passage, found.locator) == (None, "page 3; paragraph 5, sentence 2")
    assert with_passage(session, said, None) is said


def test_with_a_text_the_words_are_hashed_and_found_again(session: Session, cast: Cast, now: datetime) -> None:
    keep_text(session, now=now, by=cast.ada.actor, document=cast.document, text=TEXT)
    said = forecast_terms(cast.document, cast.claimant)
    found = with_passage(session, said, Place(2, 1, 2))
    assert found.passage is not None and found.locator == said.locator
    assert quoted(text_of(session, cast.document) or (), found.passage) == "The city will fall. Few doubt it."


@pytest.mark.parametrize(
    ("place", "field", "words"),
    [
        (Place(3, 1, 1), "paragraph", "The text that is kept has 2 paragraphs."),
        (Place(1, 3, 3), "first_sentence", "Paragraph 1 of the text that is kept has 2 sentences."),
        (Place(2, 1, 9), "last_sentence", "Paragraph 2 of the text that is kept has 3 sentences."),
    ],
)
def test_sentences_that_the_text_does_not_have(
    session: Session, cast: Cast, now: datetime, place: Place, field: str, words: str
) -> None:
    keep_text(session, now=now, by=cast.ada.actor, document=cast.document, text=TEXT)
    with pytest.raises(Refused) as refused:
        with_passage(session, forecast_terms(cast.document, cast.claimant), place)
    assert (refused.value.problems[0].field, refused.value.problems[0].message) == (field, words)
