"""Looking up the documents, claimants and claims of a batch of rows in a few queries, and the result of each row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.claim_types import Bounds, Shape
from ledger.domain.claims import ClaimState
from ledger.domain.dates import latest_today
from ledger.domain.errors import Problem
from ledger.domain.forecasts import forecast_problems
from ledger.domain.reviews import OPEN_STATES
from ledger.domain.text import fingerprint
from ledger.formats.claim_rows import Row, RowError
from ledger.journal.projection.people import document_fingerprint
from ledger.queries.imports import RowResult
from ledger.services.claimants import ClaimantTerms, claimant_problems
from ledger.services.claims.record import MOST_SPEAKERS
from ledger.services.documents import DocumentTerms, document_problems
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.imports import ImportRow
from ledger.store.people import Actor, Alias, Claimant, ClaimantKind, Document
from ledger.store.reviews import Assignment, Review


@dataclass(frozen=True)
class Options:
    """Options of an import: the source, the actor who records, and whether unknown names may be registered."""

    source: str
    by: str
    register_documents: bool = True
    register_as: ClaimantKind | None = None  # the kind of new claimants whose row does not give it; None refuses them


@dataclass
class KnownClaim:
    """A claim on record."""

    number: int
    shape: Shape
    seats: dict[str, int | None] = field(default_factory=dict)  # its reviewers and their sealed assessments


ForecastKey = tuple[int, int, str, frozenset[int]]  # claim, document, date, claimants


class Lookup:
    """The documents, claimants, claims and forecasts on record that these rows name."""

    def __init__(self, session: Session, options: Options, rows: Sequence[Row]) -> None:
        self.options = options
        self.rows: dict[str, tuple[int, int]] = {
            row.key: (row.claim, row.forecast)
            for row in session.execute(
                select(ImportRow.key, ImportRow.claim, ImportRow.forecast).where(
                    ImportRow.source == options.source, ImportRow.key.in_([row.key for row in rows])
                )
            )
        }
        self.documents = {
            row.fingerprint: row.id
            for row in session.execute(
                select(Document.fingerprint, Document.id).where(
                    Document.fingerprint.in_({document_of(row) for row in rows})
                )
            )
        }
        self.claimants = _claimants(session, {fingerprint(name) for row in rows for name in row.speakers})
        self.claims = _claims(session, {row.claim.fingerprint for row in rows})
        self.forecasts = _forecasts(session, [claim.number for claim in self.claims.values()], self.documents.values())
        actors: dict[str, set[str]] = {}
        for actor, name in session.execute(select(Actor.id, Actor.name)):
            actors.setdefault(fingerprint(name), set()).add(actor)
        self.actors = actors
        self.made_by: dict[int, set[str]] = {}
        for name, claimant in _claimants(session, set(actors)).items():
            self.made_by.setdefault(claimant, set()).update(actors[name])

    def result_of(self, row: Row) -> RowResult:
        """The result of importing a row into the record as it is."""
        if row.key in self.rows:
            return RowResult.KNOWN
        claim = self.claims.get(row.claim.fingerprint)
        if claim is None:
            return RowResult.NEW
        return RowResult.KNOWN if self.forecast_key(row, claim) in self.forecasts else RowResult.RESTATEMENT

    def forecast_key(self, row: Row, claim: KnownClaim) -> ForecastKey:
        """The claim, document, date and claimants of a row's forecast; 0 for a document or claimant not on record."""
        claimants = frozenset(self.claimants.get(fingerprint(name), 0) for name in row.speakers)
        return claim.number, self.documents.get(document_of(row), 0), str(row.forecast.made_on), claimants

    def faults(self, row: Row, now: datetime) -> list[RowError]:
        """The errors of a row in view of the record."""
        if row.key in self.rows:
            return []
        problems = [*self._speaker_problems(row), *self._document_problems(row, now)]
        claim = self.claims.get(row.claim.fingerprint)
        if claim is not None and claim.shape != row.claim.shape:
            problems += forecast_problems(
                row.forecast, shape=claim.shape, published_on=row.published_on, today=latest_today(now)
            )
        if claim is not None and claim.seats.get(self.options.by):
            problems.append(
                Problem("", f"You have assessed claim {claim.number}, so somebody else has to import this.")
            )
        return [RowError(row.number, problem.field, problem.message) for problem in problems]

    def _speaker_problems(self, row: Row) -> list[Problem]:
        problems = []
        if len(row.speakers) > MOST_SPEAKERS:
            problems.append(Problem("speaker", f"At most {MOST_SPEAKERS} can have said it together."))
        for name in row.speakers:
            if fingerprint(name) in self.claimants:
                continue
            if not (row.speaker_kind or self.options.register_as):
                words = "Check the spelling, or say in speaker_kind what to register it as."
                problems.append(Problem("speaker", f"Nobody is registered as “{name[:60]}”. {words}"))
            terms = ClaimantTerms(name, ClaimantKind.PERSON)
            problems += [Problem("speaker", problem.message) for problem in claimant_problems(terms)]
        return problems

    def _document_problems(self, row: Row, now: datetime) -> list[Problem]:
        if document_of(row) in self.documents:
            return []
        if not self.options.register_documents:
            return [Problem("document", "No such document is registered: check its title, outlet and date.")]
        columns = {"title": "document"}
        found = document_problems(document_terms(row), now)
        return [Problem(columns.get(problem.field, problem.field), problem.message) for problem in found]


def document_of(row: Row) -> str:
    """The fingerprint of a row's document: rows with the same one name the same document."""
    return document_fingerprint(row.title, row.outlet, str(row.published_on))


def document_terms(row: Row) -> DocumentTerms:
    """The terms of a row's document."""
    return DocumentTerms(row.title, row.outlet, row.published_on, row.authors, row.url, row.published_basis)


def _claimants(session: Session, names: set[str]) -> dict[str, int]:
    """Claimants by the fingerprints of their names; a claimant's own name takes precedence over another's alias."""
    aliases = select(Alias.fingerprint, Alias.claimant_id).where(Alias.fingerprint.in_(names))
    own = select(Claimant.fingerprint, Claimant.id, Claimant.merged_into).where(Claimant.fingerprint.in_(names))
    return {row.fingerprint: row.claimant_id for row in session.execute(aliases)} | {
        row.fingerprint: row.merged_into or row.id for row in session.execute(own)
    }


def _claims(session: Session, fingerprints: set[str]) -> dict[str, KnownClaim]:
    columns = (
        *(Claim.fingerprint, Claim.id, Claim.kind, Claim.baseline, Claim.metric, Claim.low_bound, Claim.high_bound),
        *(Claim.low_strict, Claim.high_strict, Claim.unit, Claim.options, Claim.ordered, Claim.state),
    )
    found = {}
    for row in session.execute(select(*columns).where(Claim.fingerprint.in_(fingerprints))):
        bounds = Bounds(row.low_bound, row.high_bound, row.low_strict, row.high_strict)
        shape = Shape(row.kind, row.baseline, row.metric, bounds, row.unit, row.options, row.ordered)
        found[row.fingerprint] = KnownClaim(row.id, shape), row.state
    judged = {known.number: known for known, state in found.values() if state is not ClaimState.RESOLVED}
    seats = (
        select(Review.claim_id, Assignment.actor_id, Assignment.sealed)
        .join(Review, Review.id == Assignment.review_id)
        .where(Review.claim_id.in_(judged), Review.state.in_(OPEN_STATES))
    )
    for claim, actor, sealed in session.execute(seats):
        judged[claim].seats[actor] = sealed
    return {key: known for key, (known, _) in found.items()}


def _forecasts(session: Session, claims: Collection[int], documents: Collection[int]) -> dict[ForecastKey, int]:
    found: dict[int, tuple[int, int, str, set[int]]] = {}
    query = (
        select(Forecast.id, Forecast.claim_id, Forecast.document_id, Forecast.made_on, ForecastClaimant.claimant_id)
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .where(Forecast.claim_id.in_(claims), Forecast.document_id.in_(documents))
    )
    for number, claim, document, made_on, claimant in session.execute(query):
        found.setdefault(number, (claim, document, str(made_on), set()))[3].add(claimant)
    return {
        (claim, document, made_on, frozenset(claimants)): number
        for number, (claim, document, made_on, claimants) in found.items()
    }
