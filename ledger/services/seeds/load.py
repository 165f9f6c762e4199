"""Loading the seed articles: their claims, evidence and assessments, through the services that the pages use.

What is on record already is skipped: loading again changes nothing, and an interrupted load can be resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.errors import AlreadyRecorded, Problem, refuse_if
from ledger.domain.outcomes import Outcome
from ledger.domain.passages import paragraphs, words_hash
from ledger.domain.reviews import Finding, ReviewState
from ledger.services.claims.lookup import latest_review
from ledger.services.claims.record import record_claim, record_forecast
from ledger.services.documents import log_reading, register_document, store_text
from ledger.services.evidence import attach_evidence
from ledger.services.people import introduce_actor
from ledger.services.reviews.assessments import adjudicate, seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.services.reviews.schedule import note_fallen_due
from ledger.services.seeds.terms import (
    Table,
    assessment_terms,
    claim_terms,
    document_terms,
    evidence_terms,
    forecast_terms,
    reading_terms,
    speakers,
)
from ledger.store.claims import Evidence
from ledger.store.people import Actor

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Cast:
    """The actors of the seeds: who records, who reviews, and the editor who decides splits."""

    recorder: str
    reviewers: tuple[str, str]
    editor: str


def introduce_cast(session: Session, *, now: datetime, names: Table) -> Cast:
    """The actors with these names; unknown ones are introduced."""

    def actor(name: str) -> str:
        known = session.scalar(select(Actor.id).where(Actor.name == name))
        return known or introduce_actor(session, now=now, name=name)

    one, two = names["reviewers"]
    return Cast(actor(names["recorder"]), (actor(one), actor(two)), actor(names["editor"]))


def load_articles(
    session: Session, *, now: datetime, cast: Cast, articles: Sequence[Table], progress: Progress
) -> dict[str, int]:
    """Record the claims of the articles, and their assessments. Returns the claims' numbers by their keys."""
    documents = [_document(session, now, cast, article["document"]) for article in articles]
    work = [
        (document, claim)
        for document, article in zip(documents, articles, strict=True)
        for claim in article.get("claims", [])
    ]
    # Wholes first: parts refer to them.
    work.sort(key=lambda item: "whole" in item[1])
    numbers: dict[str, int] = {}
    for done, (document, claim) in enumerate(work, 1):
        numbers[claim["key"]] = _claim(session, now, cast, document, claim, numbers)
        progress(done, 2 * len(work))
    for document, article in zip(documents, articles, strict=True):
        for forecast in article.get("forecasts", []):
            _record_restatement(session, now, cast, numbers[forecast["claim"]], document, forecast)
        with suppress(AlreadyRecorded):
            log_reading(session, now=now, by=cast.recorder, document=document, terms=reading_terms(article["reading"]))
    note_fallen_due(session, now=now)
    for done, (_, claim) in enumerate(work, 1):
        _judge(session, now, cast, numbers[claim["key"]], claim)
        progress(len(work) + done, 2 * len(work))
    return numbers


@dataclass(frozen=True)
class PassageCheck:
    """The result of checking an article's passages: `lost` are the forecasts whose passages were not found."""

    title: str
    passages: int
    lost: tuple[int, ...]


def store_texts(
    session: Session, *, now: datetime, cast: Cast, articles: Sequence[Table], page: str
) -> list[PassageCheck]:
    """Find each article in a page by the hashes of its paragraphs, check every passage, and store the texts.

    Raises Refused, with a message for every article that is incomplete; then nothing is stored.
    """
    by_hash = {words_hash(paragraph): paragraph for paragraph in paragraphs(page)}
    missing = []
    for article in articles:
        hashes = article["document"]["paragraphs"]
        absent = [number for number, one in enumerate(hashes, 1) if one not in by_hash]
        if absent:
            which = ", ".join(map(str, absent))
            words = f"“{article['document']['title']}”: of its {len(hashes)} paragraphs the page lacks {which}."
            missing.append(Problem("", words))
    refuse_if(missing)
    found = []
    for article in articles:
        text = "\n".join(by_hash[one] for one in article["document"]["paragraphs"])
        document = _document(session, now, cast, article["document"])
        passages, lost = store_text(session, now=now, by=cast.recorder, document=document, text=text)
        found.append(PassageCheck(article["document"]["title"], passages, tuple(lost)))
    return found


def _document(session: Session, now: datetime, cast: Cast, table: Table) -> int:
    try:
        return register_document(session, now=now, by=cast.recorder, terms=document_terms(table))
    except AlreadyRecorded as known:
        return known.number


def _claim(session: Session, now: datetime, cast: Cast, document: int, table: Table, numbers: Mapping[str, int]) -> int:
    first, *later = table["forecasts"]
    try:
        number = record_claim(
            session,
            now=now,
            by=cast.recorder,
            claim=claim_terms(table, numbers[table["whole"]] if "whole" in table else None),
            forecast=forecast_terms(document, first),
            speakers=speakers(first),
            reviewers=cast.reviewers,
        )
    except AlreadyRecorded as known:
        number = known.number
    for forecast in later:
        _record_restatement(session, now, cast, number, document, forecast)
    for evidence in table.get("evidence", []):
        with suppress(AlreadyRecorded):
            attach_evidence(session, now=now, by=cast.recorder, claim=number, terms=evidence_terms(evidence))
    return number


def _record_restatement(session: Session, now: datetime, cast: Cast, claim: int, document: int, table: Table) -> None:
    with suppress(AlreadyRecorded):
        record_forecast(
            session,
            now=now,
            by=cast.recorder,
            claim=claim,
            forecast=forecast_terms(document, table),
            speakers=speakers(table),
        )


def _judge(session: Session, now: datetime, cast: Cast, claim: int, table: Table) -> None:
    review = latest_review(session, claim)
    if review is None or review.state is ReviewState.CLOSED:
        return
    number = review.id
    evidence = session.scalars(select(Evidence.id).where(Evidence.claim_id == claim).order_by(Evidence.id)).all()
    for actor, given in zip(cast.reviewers, table.get("assessments", []), strict=False):
        if not assignees(session, number).get(actor, 0):
            seal_assessment(session, now=now, by=actor, review=number, terms=assessment_terms(given, evidence))
    decision = table.get("adjudication")
    if decision and review.state is ReviewState.SPLIT:
        adjudicate(
            session,
            now=now,
            by=cast.editor,
            review=number,
            finding=Finding(Outcome(decision["outcome"])),
            reason=decision["reason"].strip(),
        )
