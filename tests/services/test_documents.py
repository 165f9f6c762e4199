"""Documents: readings, passages passed over, private texts, and passages compared with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from support.acts import Acts
from support.cast import document_terms

from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Missing
from ledger.domain.passages import Passage, words_hash
from ledger.queries.document_text import text_of
from ledger.services.documents import PassedPassage, ReadingTerms, log_reading, register_document, store_text
from ledger.store.document_readings import DocumentReading, DocumentTextHash, PassedOver

TEXT = "The battle began.  It will end soon. \n\n  Dr. Who will go home."
READING = ReadingTerms(
    PartialDate(2026, 11, 20),
    "The first article after the battle.",
    40,
    none_found=False,
    passed_over=(
        PassedPassage("paragraph 2", "It may rain.", "Weather."),
        PassedPassage("paragraph 9", "All ends.", "Too vague."),
    ),
)


def empty_document(acts: Acts) -> int:
    number: int = acts.do(register_document, terms=document_terms())
    return number


def test_a_reading_is_recorded_with_the_passages_passed_over(acts: Acts) -> None:
    number = acts.do(log_reading, document=acts.cast.document, terms=READING)
    row = acts.session.get_one(DocumentReading, number)
    assert (row.document_id, row.read_by, row.read_on) == (acts.cast.document, acts.cast.ada.actor, READING.read_on)
    passed = acts.session.scalars(
        select(PassedOver).where(PassedOver.reading_id == number).order_by(PassedOver.position)
    )
    assert tuple(PassedPassage(p.locator, p.gist, p.reason) for p in passed) == READING.passed_over
    with pytest.raises(AlreadyRecorded) as known:
        acts.fails(log_reading, document=acts.cast.document, terms=replace(READING, sentences=41))
    assert known.value.number == number
    acts.do(log_reading, by=acts.cast.ben.actor, document=acts.cast.document, terms=READING)


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"read_on": PartialDate(2027)}, ["read_on"]),
        ({"chosen": ""}, ["chosen"]),
        ({"chosen": "\x00"}, ["chosen"]),
        ({"note": "x" * 2_001}, ["note"]),
        ({"sentences": 0}, ["sentences"]),
        ({"sentences": 2**31}, ["sentences"]),
        ({"none_found": True}, ["none_found"]),
        (
            {"passed_over": (PassedPassage("", "x", "y"), PassedPassage("x", "a\nb", "y"))},
            ["passed_over", "passed_over"],
        ),
        ({"passed_over": (PassedPassage("a", "b", "c"),) * 401}, ["passed_over"]),
    ],
)
def test_invalid_readings(acts: Acts, changes: dict[str, Any], at: list[str]) -> None:
    acts.record()
    acts.refused(log_reading, *at, document=acts.cast.document, terms=replace(READING, **changes))


def test_a_reading_may_find_no_forecasts(acts: Acts) -> None:
    acts.do(log_reading, document=empty_document(acts), terms=replace(READING, none_found=True, passed_over=()))
    with pytest.raises(Missing):
        acts.fails(log_reading, document=10**6, terms=READING)


def test_a_text_is_stored_privately_and_compared_with_passages(acts: Acts) -> None:
    here = Passage(1, 2, 2, words_hash("It will end soon."))
    lost = Passage(2, 1, 1, words_hash("Dr. Who stays."))
    acts.record(forecast=acts.forecast(passage=here))
    acts.record(forecast=acts.forecast(passage=lost))
    acts.record()
    found, numbers = acts.do(store_text, document=acts.cast.document, text=TEXT)
    assert (found, len(numbers)) == (1, 1)
    body = ("The battle began. It will end soon.", "Dr. Who will go home.")
    assert text_of(acts.session, acts.cast.document) == body
    size = acts.size
    assert acts.do(store_text, document=acts.cast.document, text=TEXT + "\n") == (1, numbers)
    assert acts.size == size  # the same text posts no entry
    assert text_of(acts.session, empty_document(acts)) is None


def test_a_text_with_other_paragraphs_is_another_text(acts: Acts) -> None:
    """With corrected paragraph breaks the words are the same, but the positions of sentences are not."""
    acts.do(store_text, document=acts.cast.document, text="One. Two. Three.")
    acts.record(forecast=acts.forecast(passage=Passage(2, 1, 1, words_hash("Two."))))
    found, _ = acts.do(store_text, document=acts.cast.document, text="One.\nTwo.\nThree.")
    assert found == 1
    assert text_of(acts.session, acts.cast.document) == ("One.", "Two.", "Three.")
    assert acts.session.get_one(DocumentTextHash, acts.cast.document).paragraphs == 3
    acts.do(store_text, document=acts.cast.document, text="One. Two. Three.")  # and the first text again
    assert text_of(acts.session, acts.cast.document) == ("One. Two. Three.",)


@pytest.mark.parametrize("text", ["", " \n\u2028\n", "a\x00b", "x" * 1_000_001, "\ud800"])
def test_texts_that_are_refused(acts: Acts, text: str) -> None:
    acts.refused(store_text, "text", document=acts.cast.document, text=text)
    with pytest.raises(Missing):
        acts.fails(store_text, document=10**6, text=TEXT)
