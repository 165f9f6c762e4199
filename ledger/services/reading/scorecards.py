"""Scorecards: the public record of a claimant, an outlet, a topic, a document, or the whole ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.dates import PartialDate
from ledger.domain.judging import ReviewState, VerdictBasis
from ledger.domain.outcomes import Outcome
from ledger.domain.policy import POLICY
from ledger.domain.problems import Missing
from ledger.domain.scoring.tally import Headline, headline
from ledger.domain.scoring.units import LEDGER, scope
from ledger.services.claimants import other_names
from ledger.services.finding import OPEN_STATES
from ledger.services.reading.claims import ClaimLine, ClaimList, Filters, claim_lines, list_claims
from ledger.services.reading.coverage import ReadingLine, readings_of
from ledger.services.reading.tallies import sums_of
from ledger.store.people import Author, Claimant, ClaimantKind, Document
from ledger.store.reviews import Review, Verdict
from ledger.store.tallies import Scope

KINDS = ("claimant", "topic", "outlet", "document")
SHOWN = 8


@dataclass(frozen=True)
class Standing:
    """One row of a table of scorecards."""

    kind: str
    key: str
    name: str
    figures: Headline


@dataclass(frozen=True)
class StandingList:
    """One page of a table of scorecards, most judged first."""

    kind: str
    rows: tuple[Standing, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class AboutScope:
    """What is known of a scope besides its figures; each kind fills what it has."""

    about: str = ""
    url: str = ""
    claimant_kind: ClaimantKind | None = None
    other_names: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    outlet: str = ""
    outlet_key: str = ""
    published_on: PartialDate | None = None
    published_basis: str = ""
    readings: tuple[ReadingLine, ...] = ()


@dataclass(frozen=True)
class Scorecard:
    """A scorecard page: what it is about, its figures, and the claims they come from."""

    kind: str
    key: str
    name: str
    details: AboutScope
    figures: Headline
    claims: ClaimList
    policy: str
    smallest_n: int


@dataclass(frozen=True)
class VerdictLine:
    """A verdict as a list shows it."""

    id: int
    outcome: Outcome
    basis: VerdictBasis
    adopted_at: datetime
    claim: ClaimLine


@dataclass(frozen=True)
class Home:
    """The front page."""

    figures: Headline
    standings: dict[str, StandingList]
    verdicts: tuple[VerdictLine, ...]
    due: tuple[ClaimLine, ...]
    due_total: int
    policy: str
    smallest_n: int


def home(session: Session, *, today: date) -> Home:
    """What the front page shows on `today` (UTC)."""
    due = select(Review.claim_id).where(Review.state.in_((*OPEN_STATES, ReviewState.SPLIT)), Review.due_on <= today)
    return Home(
        figures=_figures(session, [LEDGER], today)[LEDGER],
        standings={
            kind: standings(session, kind, today=today, limit=SHOWN) for kind in ("claimant", "topic", "outlet")
        },
        verdicts=latest_verdicts(session, limit=5),
        due=claim_lines(session, session.scalars(due.order_by(Review.due_on, Review.id).limit(5)).all()),
        due_total=session.scalar(select(func.count()).select_from(due.subquery())) or 0,
        policy=POLICY.version,
        smallest_n=POLICY.smallest_n,
    )


def standings(session: Session, kind: str, *, today: date, page: int = 1, limit: int = 50) -> StandingList:
    """A page of the scorecards of one kind, most judged first. Raises Missing past the last page.

    Scopes that nothing is on record for any more, as a claimant's that was merged into another, are left out.
    """
    shown = (Scope.inside == "", Scope.kind == kind, Scope.recorded > 0)
    total = session.scalar(select(func.count()).select_from(Scope).where(*shown)) or 0
    pages = max(1, -(-total // limit))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    found = session.scalars(
        select(Scope)
        .where(*shown)
        .order_by(Scope.judged.desc(), Scope.recorded.desc(), Scope.key.desc())
        .offset((page - 1) * limit)
        .limit(limit)
    ).all()
    figures = _figures(session, [row.key for row in found], today)
    rows = tuple(Standing(kind, _key(row.key), row.name, figures[row.key]) for row in found)
    return StandingList(kind, rows, total, page, pages)


def scorecard(
    session: Session, kind: str, key: str, *, today: date, before: int | None = None, filters: Filters | None = None
) -> Scorecard:
    """The scorecard of one scope. Raises Missing where the ledger has no such claimant, topic, outlet or document."""
    name, details = _describe(session, kind, key)
    whole = scope(kind, key)
    narrowed = filters or _filters_of(kind, key)
    return Scorecard(
        kind=kind,
        key=key,
        name=name,
        details=details,
        figures=_figures(session, [whole], today)[whole],
        claims=list_claims(session, narrowed, before=before),
        policy=POLICY.version,
        smallest_n=POLICY.smallest_n,
    )


def latest_verdicts(session: Session, *, limit: int) -> tuple[VerdictLine, ...]:
    """The newest standing verdicts."""
    verdicts = session.scalars(
        select(Verdict).where(Verdict.superseded_by.is_(None)).order_by(Verdict.id.desc()).limit(limit)
    ).all()
    lines = {line.id: line for line in claim_lines(session, [v.claim_id for v in verdicts])}
    return tuple(VerdictLine(v.id, v.outcome, v.basis, v.adopted_at, lines[v.claim_id]) for v in verdicts)


def name_of(session: Session, kind: str, key: str) -> str:
    """The name of a scope. Raises Missing."""
    found = select(Scope.name).where(Scope.key == scope(kind, key))
    name = session.scalar(found) if "\x00" not in key else None  # PostgreSQL cannot even be asked for that
    if name is None:
        raise Missing(f"{kind} {key}")
    return name


def _figures(session: Session, keys: list[str], today: date) -> dict[str, Headline]:
    return {key: headline(found) for key, found in sums_of(session, keys, today=today).items()}


def _key(scope_key: str) -> str:
    return scope_key.partition(":")[2]


def _filters_of(kind: str, key: str) -> Filters:
    if kind in ("claimant", "document"):
        return Filters(**{kind: int(key)})  # type: ignore[arg-type] # kind names a field of whole numbers
    return Filters(**{kind: key})  # type: ignore[arg-type] # kind names a field of text


def _describe(session: Session, kind: str, key: str) -> tuple[str, AboutScope]:
    """Claimants and documents have a page once registered; topics and outlets from their first claim."""
    if kind == "claimant" and (claimant := session.get(Claimant, int(key))):
        return claimant.name, AboutScope(
            about=claimant.about,
            url=claimant.url,
            claimant_kind=claimant.kind,
            other_names=other_names(session, claimant.id),
            links=claimant.links,
        )
    if kind == "document" and (document := session.get(Document, int(key))):
        authors = session.scalars(
            select(Author.name).where(Author.document_id == document.id).order_by(Author.position)
        )
        return document.title, AboutScope(
            url=document.url,
            authors=tuple(authors),
            outlet=document.outlet,
            outlet_key=document.outlet_slug,
            published_on=document.published_on,
            published_basis=document.published_basis,
            readings=readings_of(session, [document.id]).get(document.id, ()),
        )
    return name_of(session, kind, key), AboutScope()
