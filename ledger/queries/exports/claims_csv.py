"""Claims as CSV: one row a forecast, in the format that imports read, plus columns with the status of its claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger.domain.confidence import ConfidenceKind
from ledger.formats.cells import join_list
from ledger.formats.columns import COLUMNS
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Author, Claimant, Document

BATCH = 1_000
# Columns that imports ignore. `mid` is the middle of the range, which is scored.
RECORD_COLUMNS = ("claim", "forecast", "state", "outcome", "condition_state", "due_on", "recorded_at", "whole", "mid")
HEADER = (*COLUMNS, *RECORD_COLUMNS)
_OF_CLAIMS = tuple(name for name in HEADER if name in Claim.table().c)


def count_forecasts(session: Session) -> int:
    """The number of forecasts on record: the rows of an export of everything."""
    return session.scalar(select(func.count()).select_from(Forecast)) or 0


def forecast_rows(session: Session, claims: Select[int] | None = None) -> Iterator[list[str]]:
    """The header, then every forecast in the order recorded, or only those on `claims`; few are in memory at a time."""
    yield list(HEADER)
    after = 0
    query = select(Forecast, Claim, Document).join(Claim, Claim.id == Forecast.claim_id)
    query = query.join(Document, Document.id == Forecast.document_id).order_by(Forecast.id).limit(BATCH)
    if claims is not None:
        query = query.where(Forecast.claim_id.in_(claims.correlate(None)))  # not correlated: it reads the same tables
    while found := session.execute(query.where(Forecast.id > after)).all():
        after = found[-1][0].id
        topics = _names(
            session,
            select(Topic.claim_id, Topic.name)
            .where(Topic.claim_id.in_({claim.id for _, claim, _ in found}))
            .order_by(Topic.position),
        )
        authors = _names(
            session,
            select(Author.document_id, Author.name)
            .where(Author.document_id.in_({document.id for _, _, document in found}))
            .order_by(Author.position),
        )
        forecast_id = ForecastClaimant.forecast_id
        speakers: dict[int, list[Claimant]] = {}
        for number, claimant in session.execute(
            select(forecast_id, Claimant)
            .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
            .where(forecast_id.in_([forecast.id for forecast, _, _ in found]))
            .order_by(forecast_id, Claimant.id)
        ):
            speakers.setdefault(number, []).append(claimant)
        for forecast, claim, document in found:
            cells = {
                **_claim(claim, topics.get(claim.id, [])),
                **_forecast(forecast, claim),
                **_speakers(speakers.get(forecast.id, [])),
                **_document(document, authors.get(document.id, [])),
            }
            yield [_written(cells[name]) for name in HEADER]
        session.expunge_all()


def _names(session: Session, query: Select[int, str]) -> dict[int, list[str]]:
    """Lists of names, by the number that each belongs to."""
    names: dict[int, list[str]] = {}
    for number, name in session.execute(query):
        names.setdefault(number, []).append(name)
    return names


def _claim(claim: Claim, topics: Sequence[str]) -> dict[str, object]:
    """The cells that a claim fills: its columns of the same name as they are, but those that are written otherwise."""
    return {name: getattr(claim, name) for name in _OF_CLAIMS} | {
        "claim": claim.id,
        "topics": join_list(topics),
        # Without a horizon the policy's default applies, and both cells are empty.
        "horizon_basis": claim.horizon_basis if claim.horizon else "",
        "low_strict": claim.low_strict or "",
        "high_strict": claim.high_strict or "",
        "ordered": claim.ordered or "",
        "options": join_list(claim.options),
        "recorded_at": claim.recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "whole": claim.whole_id,
    }


def _forecast(forecast: Forecast, claim: Claim) -> dict[str, object]:
    same = (
        *("made_on", "modality", "yardstick", "term", "reading", "attribution", "hedge", "note", "locator"),
        *("paragraph", "first_sentence", "last_sentence", "words_sha256", "low", "high"),
    )
    point = forecast.confidence_kind is ConfidenceKind.POINT
    return {name: getattr(forecast, name) for name in same} | {
        "key": f"forecast-{forecast.id}",
        "forecast": forecast.id,
        "probability": forecast.low if point else None,
        "mid": forecast.confidence.mid,
        "option": claim.options[forecast.option - 1] if forecast.option else None,
        "shares": join_list([_written(share) for share in forecast.shares]),
    }


def _speakers(claimants: Sequence[Claimant]) -> dict[str, object]:
    kinds = {claimant.kind for claimant in claimants}
    return {
        "speaker": join_list([claimant.name for claimant in claimants]),
        "speaker_kind": kinds.pop() if len(kinds) == 1 else "person",
    }


def _document(document: Document, authors: Sequence[str]) -> dict[str, object]:
    return {
        "document": document.title,
        "outlet": document.outlet,
        "published_on": document.published_on,
        "published_basis": document.published_basis,
        "url": document.url,
        "authors": join_list(authors),
    }


def _written(value: object) -> str:
    """A value as the text of a cell: "" for None and False, "yes" for True, numbers without an exponent."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return str(value)
