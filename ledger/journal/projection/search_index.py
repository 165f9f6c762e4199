"""Projection of what is searched: each claim's words, added to as entries come and made anew where they change."""

from __future__ import annotations

from functools import reduce

from sqlalchemy import select, update

from ledger.domain.search_text import indexed
from ledger.journal.entries import ClaimFields, EvidenceFields, ForecastRecorded
from ledger.journal.projection.posted import PostedEntry
from ledger.journal.projection.searchable_words import APPEND, appended, words_of_document
from ledger.store.claims import Evidence, Forecast
from ledger.store.search_index import SearchableClaim

_TABLE = SearchableClaim.table()


def index_new(posted: PostedEntry, said: ClaimFields) -> None:
    """A claim that was just recorded: nothing was said of it yet."""
    posted.add(_TABLE, {"claim_id": posted.number, **_own(said), "said": "", "evidence": ""})


def index_amended(posted: PostedEntry, claim: int, said: ClaimFields) -> None:
    """A claim's own words changed."""
    posted.connection.execute(update(_TABLE).where(_TABLE.c.claim_id == claim).values(**_own(said)))


def index_forecast(posted: PostedEntry, said: ForecastRecorded) -> None:
    """It was said: in these words, in this document."""
    if posted.batch is not None:
        posted.batch.add_forecast_words(
            said.claim, indexed(said.hedge, said.note, *posted.batch.words_of_document(said.document))
        )
    else:
        words = indexed(said.hedge, said.note, *words_of_document(posted.connection, said.document))
        posted.connection.execute(APPEND["said"], {"claim": said.claim, "words": words})


def index_evidence(posted: PostedEntry, said: EvidenceFields) -> None:
    """Evidence came in."""
    words = indexed(said.summary, said.publisher)
    posted.connection.execute(APPEND["evidence"], {"claim": said.claim, "words": words})


def reindex(posted: PostedEntry, claim: int) -> None:
    """What was said of a claim and what bears on it is not what it was: read all of it again."""
    connection = posted.connection
    said = connection.execute(
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
                appended, [indexed(s.hedge, s.note, *words_of_document(connection, s.document_id)) for s in said], ""
            ),
            evidence=reduce(appended, [indexed(e.summary, e.publisher) for e in evidence], ""),
        )
    )


def _own(said: ClaimFields) -> dict[str, str]:
    return {
        "statement": indexed(said.statement, said.condition, *said.options),
        "criteria": indexed(said.criteria, said.baseline, said.metric),
    }
