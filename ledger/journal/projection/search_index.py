"""Projection of what is searched: each claim's words, added to as entries come and made anew where they change."""

from __future__ import annotations

from functools import reduce

from sqlalchemy import Connection, Update, bindparam, case, func, select, update

from ledger.domain.search_text import indexed
from ledger.journal.entries import ClaimFields, EvidenceFields, ForecastRecorded
from ledger.journal.projection.handlers import Posted
from ledger.store.claims import Evidence, Forecast
from ledger.store.people import Author, Document
from ledger.store.search_index import Searchable

# Of what was said and of what happened, this many characters of a claim are searched. PostgreSQL keeps the places
# of words only up to the 16,383rd, and would stop finding phrases where SQLite does not.
MOST_INDEXED = 40_000

_TABLE = Searchable.table()
_HERE = _TABLE.c.claim_id == bindparam("claim")
_OF_DOCUMENT = select(Document.title, Document.outlet).where(Document.id == bindparam("document"))
_AUTHORS = select(Author.name).where(Author.document_id == bindparam("document")).order_by(Author.position)


def _appending(name: str) -> Update:
    kept = _TABLE.c[name]
    more = case((func.length(kept) < MOST_INDEXED, kept + bindparam("words")), else_=kept)
    return update(_TABLE).where(_HERE).values({name: more})


APPEND = {name: _appending(name) for name in ("said", "evidence")}


def index_new(posted: Posted, said: ClaimFields) -> None:
    """A claim that was just recorded: nothing was said of it yet."""
    posted.add(_TABLE, {"claim_id": posted.number, **_own(said), "said": "", "evidence": ""})


def index_amended(posted: Posted, claim: int, said: ClaimFields) -> None:
    """A claim's own words changed."""
    posted.connection.execute(update(_TABLE).where(_TABLE.c.claim_id == claim).values(**_own(said)))


def index_forecast(posted: Posted, said: ForecastRecorded) -> None:
    """It was said: in these words, in this document."""
    if posted.batch is not None:
        posted.batch.say(said.claim, indexed(said.hedge, said.note, *posted.batch.words_of_document(said.document)))
    else:
        words = indexed(said.hedge, said.note, *words_of_document(posted.connection, said.document))
        posted.connection.execute(APPEND["said"], {"claim": said.claim, "words": words})


def index_evidence(posted: Posted, said: EvidenceFields) -> None:
    """Evidence came in."""
    words = indexed(said.summary, said.publisher)
    posted.connection.execute(APPEND["evidence"], {"claim": said.claim, "words": words})


def index_anew(posted: Posted, claim: int) -> None:
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


def words_of_document(connection: Connection, number: int) -> list[str]:
    """The words of a document: nothing in them ever changes."""
    row = connection.execute(_OF_DOCUMENT, {"document": number}).one()
    authors = connection.scalars(_AUTHORS, {"document": number})
    return [row.title, row.outlet, *authors]


def appended(kept: str, words: str) -> str:
    """What APPEND leaves."""
    return kept + words if len(kept) < MOST_INDEXED else kept
