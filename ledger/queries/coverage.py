"""Coverage: which documents were read for forecasts, how they were chosen, and what was recorded or passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger.domain.dates import PartialDate
from ledger.domain.scoring.units import LEDGER
from ledger.queries.claim_list import PageLink
from ledger.queries.date_filters import from_day, until_day
from ledger.queries.paging import page_count
from ledger.store.claims import Forecast
from ledger.store.document_readings import DocumentReading, PassedOver
from ledger.store.people import Actor, Document

PAGE = 50
REASONS = 40


@dataclass(frozen=True)
class PassedLine:
    """A forward-looking passage that was passed over: not recorded as a forecast."""

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

    document: PageLink
    outlet: str
    published_on: PartialDate
    forecasts: int
    readings: tuple[ReadingLine, ...]


@dataclass(frozen=True)
class Reason:
    """A reason for passing passages over, and the number of passages."""

    words: str
    passages: int


@dataclass(frozen=True)
class Totals:
    """Totals over documents. A document read twice counts once, with the larger count of its sentences.

    The number of forecasts is left out: counting them reads every one, and each scorecard shows these totals.
    """

    documents: int
    read: int
    none_found: int
    sentences: int
    passed_over: int


@dataclass(frozen=True)
class Coverage:
    """A page of the corpus, newest documents first, with totals over all documents and the number of all forecasts."""

    totals: Totals
    forecasts: int
    reasons: tuple[Reason, ...]
    documents: tuple[CoveredDocument, ...]
    page: int
    pages: int


def coverage(session: Session, *, page: int = 1) -> Coverage:
    """A page of the corpus. Raises Missing past the last page."""
    totals = corpus_totals(session)
    pages = page_count(totals.documents, PAGE, page)
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
                PageLink(d.id, d.title), d.outlet, d.published_on, forecasts.get(d.id, 0), readings.get(d.id, ())
            )
            for d in documents
        ),
        page=page,
        pages=pages,
    )


def readings_of(session: Session, documents: Sequence[int]) -> dict[int, tuple[ReadingLine, ...]]:
    """The readings of these documents, oldest first; two queries for any number of documents."""
    rows = session.execute(
        select(DocumentReading, Actor.name)
        .join(Actor, Actor.id == DocumentReading.read_by)
        .where(DocumentReading.document_id.in_(documents))
        .order_by(DocumentReading.id)
    ).all()
    passed: dict[int, list[PassedLine]] = {}
    for row in session.scalars(
        select(PassedOver)
        .join(DocumentReading, DocumentReading.id == PassedOver.reading_id)
        .where(DocumentReading.document_id.in_(documents))
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


def corpus_totals(session: Session, kind: str = LEDGER, key: str = "", *, entry: int | None = None) -> Totals:
    """How much was read and passed over, for a scorecard: in the documents of an outlet or a year, or in one document.

    For the ledger, claimants and topics it covers all documents: their forecasts were looked for in every one. With an
    entry, the totals are as of that entry.
    """
    conditions = _documents(kind, key, entry)
    among = [DocumentReading.document_id.in_(select(Document.id).where(*conditions))] if conditions else []
    logged = [*among, *([DocumentReading.id <= entry] if entry is not None else [])]
    read = (
        select(DocumentReading.document_id, func.max(DocumentReading.sentences).label("sentences"))
        .where(*logged)
        .group_by(DocumentReading.document_id)
        .subquery()
    )
    # A document stops counting as "read, no forecast found" when somebody records a forecast from it later.
    found = select(Forecast.document_id).where(*([Forecast.id <= entry] if entry is not None else []))
    empty = select(func.count(DocumentReading.document_id.distinct())).where(
        *logged, DocumentReading.none_found, DocumentReading.document_id.not_in(found)
    )
    passed_over = select(func.count()).select_from(PassedOver)
    if logged:
        passed_over = passed_over.where(PassedOver.reading_id.in_(select(DocumentReading.id).where(*logged)))
    documents = select(func.count()).select_from(Document).where(*conditions)
    others = (one.scalar_subquery() for one in (documents, empty, passed_over))
    of_read = (func.count(read.c.document_id), func.coalesce(func.sum(read.c.sentences), 0))
    totals = session.execute(select(*of_read, *others).select_from(read)).one()
    count, sentences, on_record, none_found, passed = (int(total) for total in totals)
    return Totals(on_record, count, none_found, sentences, passed)


def _documents(kind: str, key: str, entry: int | None) -> list[ColumnElement[bool]]:
    """Conditions on the documents in which a scorecard's forecasts were looked for."""
    found = [] if entry is None else [Document.id <= entry]
    match kind:
        case "outlet":
            found.append(Document.outlet_slug == key)
        case "document":
            found.append(Document.id == int(key))
        case "year":
            year = PartialDate(int(key))
            found += [from_day(Document.published_on, year), until_day(Document.published_on, year)]
    return found
