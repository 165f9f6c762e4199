"""Coverage: documents counted once, passages passed over by reason, and texts compared with passages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session
from support.cast import Cast, document_terms, forecast_terms, record

from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.passages import Passage, words_hash
from ledger.queries import coverage as reading_coverage
from ledger.queries.coverage import coverage
from ledger.queries.document_text import text_page
from ledger.services.documents import PassedPassage, ReadingTerms, log_reading, register_document, store_text

TERMS = ReadingTerms(
    PartialDate(2026, 11, 20),
    "The first of its month.",
    40,
    False,
    (
        PassedPassage("paragraph 1", "talks go on", "An intention"),
        PassedPassage("paragraph 2", "it may rain", "an intention"),
    ),
)
TEXT = "It is cold. It will freeze tomorrow.\n\nNobody doubts it."


def test_totals_count_each_document_once(session: Session, cast: Cast, now: datetime) -> None:
    before = coverage(session)
    empty = register_document(session, now=now, by=cast.ada.actor, terms=document_terms())
    record(session, cast, now)
    log_reading(session, now=now, by=cast.ada.actor, document=cast.document, terms=TERMS)
    fewer = replace(TERMS, sentences=38, passed_over=())
    log_reading(session, now=now, by=cast.ben.actor, document=cast.document, terms=fewer)
    nothing = ReadingTerms(PartialDate(2026), "Asked for.", 9, True)
    log_reading(session, now=now, by=cast.ben.actor, document=empty, terms=nothing)
    found = coverage(session)
    totals = found.totals
    assert (totals.documents, totals.read, totals.none_found) == (before.totals.documents + 1, 2, 1)
    assert (totals.sentences, totals.passed_over, found.forecasts) == (49, 2, before.forecasts + 1)
    assert [(reason.words.casefold(), reason.passages) for reason in found.reasons] == [("an intention", 2)]
    lines = {line.document.key: line for line in found.documents}
    assert [reading.read_by for reading in lines[cast.document].readings] == [cast.ada.name, cast.ben.name]
    assert lines[cast.document].readings[0].passed_over[1].gist == "it may rain"
    assert (lines[cast.document].forecasts, lines[empty].forecasts) == (1, 0)
    assert lines[cast.noise.documents[0]].readings == ()


def test_a_document_with_a_forecast_no_longer_counts_as_none_found(session: Session, cast: Cast, now: datetime) -> None:
    document = register_document(session, now=now, by=cast.ada.actor, terms=document_terms())
    nothing = ReadingTerms(PartialDate(2026), "Asked for.", 9, True)
    log_reading(session, now=now, by=cast.ben.actor, document=document, terms=nothing)
    assert coverage(session).totals.none_found == 1
    record(session, cast, now, forecast=forecast_terms(document, cast.claimant))
    assert coverage(session).totals.none_found == 0


def test_coverage_comes_in_pages(session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_coverage, "PAGE", 2)
    first, second = coverage(session), coverage(session, page=2)
    assert first.pages == second.pages == 2
    shown = [line.document.key for line in (*first.documents, *second.documents)]
    assert shown == sorted(shown, reverse=True) and len(shown) == first.totals.documents == 3
    for page in (0, 3):
        with pytest.raises(Missing):
            coverage(session, page=page)


def test_a_text_is_numbered_and_compared_with_the_record(session: Session, cast: Cast, now: datetime) -> None:
    words = "It will freeze tomorrow."
    there = Passage(1, 2, 2, words_hash(words))
    elsewhere = Passage(2, 1, 1, words_hash(words))
    claims = [
        record(session, cast, now, forecast=forecast_terms(cast.document, cast.claimant, passage=passage))
        for passage in (there, elsewhere)
    ]
    assert text_page(session, cast.document).paragraphs is None
    found, lost = store_text(session, now=now, by=cast.ada.actor, document=cast.document, text=TEXT)
    page = text_page(session, cast.document)
    assert page.paragraphs == (("It is cold.", words), ("Nobody doubts it.",))
    assert (page.found, found) == (1, 1)
    assert [(line.claim, line.forecast) for line in page.lost] == [(claims[1], lost[0])]


def test_the_text_of_an_unknown_document_is_missing(session: Session, cast: Cast) -> None:
    with pytest.raises(Missing):
        text_page(session, 10_000)
