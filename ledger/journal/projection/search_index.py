"""Projection of the search index: the words of each claim, extended or rewritten as entries come."""

from __future__ import annotations

from functools import reduce

from sqlalchemy import select, update

from ledger.domain.search_text import indexed
from ledger.journal.entries import ClaimFields, EvidenceFields, ForecastRecorded
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.searchable_words import APPEND, appended, words_of_document
from ledger.store.claims import Evidence, Forecast
from ledger.store.search_index import SearchableClaim

_TABLE = SearchableClaim.table()


def index_new(posted: PostedEntry, entry: ClaimFields) -> None:
    """Index a new claim, without forecasts and evidence."""
    posted.add(_TABLE, {"claim_id": posted.number, **_own_words(entry), "said": "", "evidence": ""})


def index_amended(posted: PostedEntry, claim: int, entry: ClaimFields) -> None:
    """Replace the words of a claim's own fields."""
    posted.connection.execute(update(_TABLE).where(_TABLE.c.claim_id == claim).values(**_own_words(entry)))


def index_forecast(posted: PostedEntry, entry: ForecastRecorded) -> None:
    """Add the words of a forecast and of its document."""
    if posted.batch is not None:
        document = posted.batch.words_of_document(entry.document)
        posted.batch.add_forecast_words(entry.claim, indexed(entry.hedge, entry.note, *document))
    else:
        document = words_of_document(posted.connection, entry.document)
        words = indexed(entry.hedge, entry.note, *document)
        posted.connection.execute(APPEND["said"], {"claim": entry.claim, "words": words})


def index_evidence(posted: PostedEntry, entry: EvidenceFields) -> None:
    """Add the words of evidence."""
    words = indexed(entry.summary, entry.publisher)
    posted.connection.execute(APPEND["evidence"], {"claim": entry.claim, "words": words})


def reindex(posted: PostedEntry, claim: int) -> None:
    """Index all forecasts and evidence of a claim again, after some were moved or changed."""
    connection = posted.connection
    forecasts = connection.execute(
        select(Forecast.hedge, Forecast.note, Forecast.document_id)
        .where(Forecast.claim_id == claim)
        .order_by(Forecast.id)
    ).all()
    evidence = connection.execute(
        select(Evidence.summary, Evidence.publisher)
        .where(Evidence.claim_id == claim, Evidence.retracted.is_(None))
        .order_by(Evidence.id)
    ).all()
    connection.execute(
        update(_TABLE)
        .where(_TABLE.c.claim_id == claim)
        .values(
            said=reduce(
                appended,
                [indexed(f.hedge, f.note, *words_of_document(connection, f.document_id)) for f in forecasts],
                "",
            ),
            evidence=reduce(appended, [indexed(e.summary, e.publisher) for e in evidence], ""),
        )
    )


def _own_words(entry: ClaimFields) -> dict[str, str]:
    return {
        "statement": indexed(entry.statement, entry.condition, *entry.options),
        "criteria": indexed(entry.criteria, entry.baseline, entry.metric),
    }
