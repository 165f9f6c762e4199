"""Coverage: which documents were read for forecasts, how they were chosen, what was recorded and what passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.dates import PartialDate
from ledger.domain.problems import Missing
from ledger.services.reading.claims import Named
from ledger.store.claims import Forecast
from ledger.store.corpus import PassedOver, Reading
from ledger.store.people import Actor, Document

PAGE = 50
REASONS = 40


@dataclass(frozen=True)
class PassedLine:
    """A passage that looks forward and was not recorded."""

    locator: str
    gist: str
    reason: str


@dataclass(frozen=True)
class ReadingLine:
    """One reading of a document."""

    id: int
    read_by: str
    read_on: PartialDate
    chosen: str
    sentences: int
    none_found: bool
    note: str
    passed_over: tuple[PassedLine, ...]


@dataclass(frozen=True)
class CoveredDocument:
    """A document on record: how many forecasts were recorded from it, and how it was read."""

    document: Named
    outlet: str
    published_on: PartialDate
    forecasts: int
    readings: tuple[ReadingLine, ...]


@dataclass(frozen=True)
class Reason:
    """Why passages were passed over, and how many for this reason."""

    words: str
    passages: int


@dataclass(frozen=True)
class Totals:
    """Over all documents. A document that was read twice counts once, with the most sentences counted in it.

    How many forecasts were recorded is not among these: it takes a look at each, and scorecards show these totals.
    """

    documents: int
    read: int
    none_found: int
    sentences: int
    passed_over: int


@dataclass(frozen=True)
class Coverage:
    """A page of the corpus, newest documents first, with the totals of all of it and the forecasts ever recorded."""

    totals: Totals
    forecasts: int
    reasons: tuple[Reason, ...]
    documents: tuple[CoveredDocument, ...]
    page: int
    pages: int


def coverage(session: Session, *, page: int = 1) -> Coverage:
    """A page of the corpus. Raises Missing past the last page."""
    totals = corpus_totals(session)
    pages = max(1, -(-totals.documents // PAGE))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    documents = session.scalars(
        select(Document).order_by(Document.id.desc()).offset((page - 1) * PAGE).limit(PAGE)
    ).all()
    numbers = [document.id for document in documents]
    counts = select(Forecast.document_id, func.count()).where(Forecast.document_id.in_(numbers))
    forecasts = {row[0]: row[1] for row in session.execute(counts.group_by(Forecast.document_id))}
    readings = readings_of(session, numbers)
    reason = func.min(PassedOver.reason)
    reasons = session.execute(
        select(reason, func.count())
        .group_by(func.lower(PassedOver.reason))
        .order_by(func.count().desc(), reason)
        .limit(REASONS)
    )
    return Coverage(
        totals=totals,
        forecasts=session.scalar(select(func.count()).select_from(Forecast)) or 0,
        reasons=tuple(Reason(words, count) for words, count in reasons),
        documents=tuple(
            CoveredDocument(
                Named(d.id, d.title), d.outlet, d.published_on, forecasts.get(d.id, 0), readings.get(d.id, ())
            )
            for d in documents
        ),
        page=page,
        pages=pages,
    )


def readings_of(session: Session, documents: Sequence[int]) -> dict[int, tuple[ReadingLine, ...]]:
    """The readings of these documents, oldest first; two queries however many they are."""
    rows = session.execute(
        select(Reading, Actor.name)
        .join(Actor, Actor.id == Reading.read_by)
        .where(Reading.document_id.in_(documents))
        .order_by(Reading.id)
    ).all()
    passed: dict[int, list[PassedLine]] = {}
    for row in session.scalars(
        select(PassedOver)
        .join(Reading, Reading.id == PassedOver.reading_id)
        .where(Reading.document_id.in_(documents))
        .order_by(PassedOver.reading_id, PassedOver.position)
    ):
        passed.setdefault(row.reading_id, []).append(PassedLine(row.locator, row.gist, row.reason))
    found: dict[int, list[ReadingLine]] = {}
    for reading, name in rows:
        line = ReadingLine(
            id=reading.id,
            read_by=name,
            read_on=reading.read_on,
            chosen=reading.chosen,
            sentences=reading.sentences,
            none_found=reading.none_found,
            note=reading.note,
            passed_over=tuple(passed.get(reading.id, ())),
        )
        found.setdefault(reading.document_id, []).append(line)
    return {document: tuple(lines) for document, lines in found.items()}


def corpus_totals(session: Session) -> Totals:
    """How much was read, and what was passed over."""
    read = (
        select(Reading.document_id, func.max(Reading.sentences).label("sentences"))
        .group_by(Reading.document_id)
        .subquery()
    )
    count, sentences = session.execute(select(func.count(), func.sum(read.c.sentences)).select_from(read)).one()
    # "Read, none found" holds while no forecast is on record from the document: somebody may find one later.
    empty = select(func.count(Reading.document_id.distinct())).where(
        Reading.none_found, Reading.document_id.not_in(select(Forecast.document_id))
    )
    return Totals(
        documents=session.scalar(select(func.count()).select_from(Document)) or 0,
        read=count,
        none_found=session.scalar(empty) or 0,
        sentences=int(sentences or 0),
        passed_over=session.scalar(select(func.count()).select_from(PassedOver)) or 0,
    )
