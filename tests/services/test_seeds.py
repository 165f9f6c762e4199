"""The seed articles and the fictional claims: loading, repeated loading, and checking passages against a page."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.cli.seed import articles
from ledger.domain.checkability import Checkability
from ledger.domain.claims import ClaimState
from ledger.domain.errors import Refused
from ledger.domain.passages import paragraphs, sentences, words_hash
from ledger.domain.reviews import ReviewState, VerdictBasis
from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.paths import data_dir
from ledger.queries.answer_parts import AnswerPart
from ledger.queries.choices_and_quantities import answers
from ledger.queries.document_text import text_of
from ledger.queries.filters import AnswerFilters
from ledger.queries.scorecard_query import scorecard_query
from ledger.queries.scorecards import home
from ledger.services.seeds.load import Cast, introduce_cast, load_articles, store_texts
from ledger.services.seeds.load_demo_claims import load_fiction
from ledger.store.claims import Claim, Evidence, Forecast
from ledger.store.document_readings import DocumentReading, PassedOver
from ledger.store.people import Document
from ledger.store.reviews import Review, Verdict

NAMES = {"recorder": "Ada of the seeds", "reviewers": ["Ben of the seeds", "Cleo of the seeds"], "editor": "Dora"}


def silent(done: int, total: int) -> None:
    assert 0 < done <= total


def count(session: Session, table: Any) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_seven_articles_load_and_load_again_without_change(session: Session, now: datetime) -> None:
    before = {table: count(session, table) for table in (Claim, Forecast, Evidence, DocumentReading, PassedOver)}
    cast = introduce_cast(session, now=now, names=NAMES)
    numbers = load_articles(session, now=now, cast=cast, articles=articles(), progress=silent)
    added = {table: count(session, table) - n for table, n in before.items()}
    assert added[Claim] == len(numbers) == 64
    assert added[Forecast] == 77
    assert added[DocumentReading] == 7
    claims = session.scalars(select(Claim).where(Claim.id.in_(numbers.values()))).all()
    for claim in claims:
        judged = claim.checkability is Checkability.CHECKABLE
        assert (claim.state is ClaimState.RESOLVED) is judged, claim.statement
    wholes = [claim for claim in claims if claim.judged_from != "itself"]
    bases = session.scalars(select(Verdict.basis).where(Verdict.claim_id.in_([claim.id for claim in wholes]))).all()
    assert Counter(bases) == {VerdictBasis.PARTS: 3}
    head = read_head(session)
    assert load_articles(session, now=now, cast=cast, articles=articles(), progress=silent) == numbers
    assert read_head(session) == head
    assert list(differences(session)) == []


def test_the_fictional_claims_give_reviews_in_each_state_and_scored_answers(session: Session, now: datetime) -> None:
    table = tomllib.loads((data_dir("seeds") / "fictional.toml").read_text("utf-8"))
    cast = introduce_cast(session, now=now, names=NAMES)
    added = load_fiction(session, now=now, cast=cast, table=table)
    assert added == len(table["claims"])
    states = session.scalars(select(Review.state).join(Claim).where(Claim.statement.startswith("Fictional:"))).all()
    assert set(states) == set(ReviewState)
    assert session.scalars(select(Review.snoozed).where(Review.snoozed.is_not(None))).all()
    day = now.date() + timedelta(days=1)
    found = answers(session, "ledger", "", scorecard_query(session, "ledger", "", today=day), AnswerFilters())
    assert found.parts[AnswerPart.ORDERED], found.parts
    assert found.parts[AnswerPart.NAMED], found.parts
    assert found.parts[AnswerPart.INTERVALS], found.parts
    assert home(session, today=day).figures.scored == 0  # fictional claims are not in the headline score
    head = read_head(session)
    assert load_fiction(session, now=now, cast=cast, table=table) == 0
    assert read_head(session) == head
    assert list(differences(session)) == []


# A fictional page: its introduction and the note on the author are not part of the article.
PAGE = """Here is a piece I wrote.

The dam will break. Nobody will be hurt, Mr. Smith says.

It could rain in June! Or it may not.

The author writes."""


def synthetic() -> list[dict[str, Any]]:
    """A seed file for the fictional page, in the format of the real ones."""
    body = paragraphs(PAGE)[1:3]
    words = sentences(body[0])[0]
    forecast = {
        "speaker": "A Made-up Author",
        "speaker_kind": "person",
        "attribution": "own",
        "made_on": "2020-01",
        "modality": "will",
        "confidence": {"kind": "none"},
        "passage": {"paragraph": 1, "first": 1, "last": 1, "sha256": words_hash(words)},
    }
    claim = {
        "key": "dam-breaks",
        "kind": "event",
        "statement": "The made-up dam breaks by the end of 2020.",
        "criteria": "TRUE if it does.",
        "horizon": "2020",
        "horizon_basis": "assigned",
        "forecasts": [forecast],
    }
    document = {
        "title": "Made up",
        "outlet": "Nowhere",
        "authors": ["A Made-up Author"],
        "published_on": "2020-01",
        "paragraphs": [words_hash(one) for one in body],
    }
    reading = {"read_on": "2026-11-20", "chosen": "It is made up.", "sentences": 4, "none_found": False}
    return [{"document": document, "reading": reading, "claims": [claim]}]


@pytest.fixture
def loaded(session: Session, now: datetime) -> Cast:
    cast = introduce_cast(session, now=now, names=NAMES)
    load_articles(session, now=now, cast=cast, articles=synthetic(), progress=silent)
    return cast


def document(session: Session) -> int:
    return session.scalars(select(Document.id).where(Document.title == "Made up")).one()


def test_all_passages_are_checked_and_the_texts_are_stored(session: Session, now: datetime, loaded: Cast) -> None:
    [found] = store_texts(session, now=now, cast=loaded, articles=synthetic(), page=PAGE.replace(" ", "  "))
    assert (found.passages, found.lost) == (1, ())
    assert text_of(session, document(session)) == tuple(paragraphs(PAGE)[1:3])
    head = read_head(session)
    store_texts(session, now=now, cast=loaded, articles=synthetic(), page=PAGE)
    assert read_head(session) == head
    assert list(differences(session)) == []


def test_a_page_that_lacks_a_paragraph_is_refused_whole(session: Session, now: datetime, loaded: Cast) -> None:
    with pytest.raises(Refused, match=r"“Made up”: of its 2 paragraphs the page lacks 2\."):
        store_texts(session, now=now, cast=loaded, articles=synthetic(), page=PAGE.replace("June", "July"))
    assert text_of(session, document(session)) is None


def test_a_passage_at_another_place_is_reported(session: Session, now: datetime) -> None:
    changed = synthetic()
    changed[0]["claims"][0]["forecasts"][0]["passage"]["first"] = 2
    changed[0]["claims"][0]["forecasts"][0]["passage"]["last"] = 2
    cast = introduce_cast(session, now=now, names=NAMES)
    load_articles(session, now=now, cast=cast, articles=changed, progress=silent)
    [found] = store_texts(session, now=now, cast=cast, articles=changed, page=PAGE)
    [lost] = session.scalars(select(Forecast.id).where(Forecast.document_id == document(session)))
    assert (found.passages, found.lost) == (0, (lost,))
