"""Scorecards: the public record of a claimant, an outlet, a topic, a document, a year, or the whole ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.confidence import MILLION
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import Grades, Policy
from ledger.domain.reviews import OPEN_STATES, ReviewState, VerdictBasis
from ledger.domain.scoring.discrimination import histogram
from ledger.domain.scoring.grouped_forecasts import Grouped
from ledger.domain.scoring.scorecard import Card, card, scored_now
from ledger.domain.scoring.tally import Headline, headline
from ledger.domain.scoring.units import LEDGER, scope
from ledger.journal.read import read_head
from ledger.queries.as_of import claimant_then
from ledger.queries.breakdown import Parts, counted_apart
from ledger.queries.calls import Call, best_and_worst
from ledger.queries.claim_list import ClaimLine, ClaimList, Filters, Named, claim_lines, newest_claims
from ledger.queries.claimants import merged_into, other_names
from ledger.queries.coverage import ReadingLine, Totals, corpus_totals, readings_of
from ledger.queries.filters import Counted, Selection
from ledger.queries.tallies import newest_entry, sums_of
from ledger.store.people import Author, Claimant, ClaimantKind, Document
from ledger.store.policies import policy_at, policy_in_force
from ledger.store.reviews import Review, Verdict
from ledger.store.tallies import Scope

KINDS = (LEDGER, "claimant", "topic", "outlet", "document", "year")
SHOWN = 8
BINS = 10


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
    policy: str
    smallest_n: int


@dataclass(frozen=True)
class AboutScope:
    """What is known of a scope besides its figures; each kind fills what it has."""

    about: str = ""
    url: str = ""
    claimant_kind: ClaimantKind | None = None
    other_names: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    merged_into: Named | None = None  # who this claimant has turned out to be; a past day may come before that
    authors: tuple[str, ...] = ()
    outlet: str = ""
    outlet_key: str = ""  # none where nothing counts for the outlet, which then has no page
    published_on: PartialDate | None = None
    published_basis: str = ""
    readings: tuple[ReadingLine, ...] = ()


@dataclass(frozen=True)
class Bin:
    """Scored forecasts from one probability up to another: how many events followed, and how many did not."""

    low: float
    high: float
    events: int
    others: int

    @property
    def last(self) -> float:
        """The highest probability that belongs here: one on a border belongs to the bin above."""
        return self.high if self.high == 1 else round(self.high - 1 / MILLION, 6)


@dataclass(frozen=True)
class Scorecard:
    """A scorecard page: what it is about, its figures, and the claims they come from.

    `over_time` and `by_topic` are None where there is but one year, or one topic, by what the scorecard is of.
    """

    kind: str
    key: str
    name: str
    details: AboutScope
    counted: Counted
    card: Card
    given: Grouped  # the forecasts scored, by the probability given
    spread: tuple[Bin, ...]
    over_time: Parts | None
    by_topic: Parts | None
    best: Call | None
    worst: Call | None
    claims: ClaimList
    corpus: Totals
    policy: str  # the version that stood at the entry it is of, with what it says of figures
    smallest_n: int
    grades: Grades


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
    policy = policy_in_force(session)
    due = select(Review.claim_id).where(Review.state.in_((*OPEN_STATES, ReviewState.SPLIT)), Review.due_on <= today)
    return Home(
        figures=_figures(session, [LEDGER], today)[LEDGER],
        standings={
            kind: _standings(session, kind, policy, today=today, limit=SHOWN)
            for kind in ("claimant", "topic", "outlet")
        },
        verdicts=latest_verdicts(session, limit=5),
        due=claim_lines(session, session.scalars(due.order_by(Review.due_on, Review.id).limit(5)).all()),
        due_total=session.scalar(select(func.count()).select_from(due.subquery())) or 0,
        policy=policy.version,
        smallest_n=policy.smallest_n,
    )


def standings(session: Session, kind: str, *, today: date, page: int = 1, limit: int = 50) -> StandingList:
    """A page of the scorecards of one kind, most judged first. Raises Missing past the last page.

    Scopes that nothing is on record for any more, as a claimant's that was merged into another, are left out.
    """
    return _standings(session, kind, policy_in_force(session), today=today, page=page, limit=limit)


def _standings(
    session: Session, kind: str, policy: Policy, *, today: date, page: int = 1, limit: int = 50
) -> StandingList:
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
    return StandingList(kind, rows, total, page, pages, policy.version, policy.smallest_n)


def what_counts(
    session: Session, kind: str, key: str, *, today: date, narrowed: Selection | None = None, at: date | None = None
) -> Counted:
    """What a scorecard of this scope counts on `today`, or counted at the end of the day `at` (UTC)."""
    entry = read_head(session).size if at is None else newest_entry(session, at)
    return Counted(scope(kind, key), narrowed or Selection(), entry, at or today, at)


def _named(session: Session, claimant: int | None) -> Named | None:
    found = session.get(Claimant, claimant) if claimant is not None else None
    return Named(found.id, found.name) if found else None


def known_as(session: Session, claimant: int, at: date | None) -> int:
    """Who a claimant is known to be, or was at the end of a day (UTC): another, where it was merged by then.

    Raises Missing for nobody on record.
    """
    into = merged_into(session, claimant)
    if into is None or at is None:
        return into or claimant
    return claimant_then(session, claimant, newest_entry(session, at))


def scorecard(session: Session, kind: str, key: str, counted: Counted, *, before: int | None = None) -> Scorecard:
    """The scorecard of one scope. Raises Missing where the ledger has no such claimant, topic, outlet or document."""
    name, details = describe_scope(session, kind, key)
    if counted.at:
        read = tuple(reading for reading in details.readings if reading.id <= counted.entry)
        details = replace(details, readings=read)
    policy = policy_at(session, counted.entry)
    apart = counted_apart(session, counted)
    best, worst = best_and_worst(session, counted.entry, counted.selection, apart.tally, today=counted.day)
    figures, given = card(apart.tally, counted.day, policy.grades), scored_now(apart.tally)
    filters = Filters(**vars(counted.selection))
    return Scorecard(
        kind=kind,
        key=key,
        name=name,
        details=details,
        counted=counted,
        card=figures,
        given=given,
        spread=_spread(given),
        over_time=apart.years,
        by_topic=apart.topics,
        best=best,
        worst=worst,
        claims=newest_claims(session, filters, known=figures.headline.recorded, of=_recorded(session), before=before),
        corpus=corpus_totals(session, kind, key, entry=counted.entry if counted.at else None),
        policy=policy.version,
        smallest_n=policy.smallest_n,
        grades=policy.grades,
    )


def _recorded(session: Session) -> int:
    """How many forecasts the whole ledger counts."""
    return session.scalar(select(Scope.recorded).where(Scope.key == LEDGER)) or 0


def _spread(given: Grouped) -> tuple[Bin, ...]:
    return tuple(
        Bin(place / BINS, (place + 1) / BINS, int(events), int(others))
        for place, (events, others) in enumerate(histogram(given, BINS))
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


def most_judged(session: Session, kind: str, limit: int) -> tuple[str, ...]:
    """The names of the scopes of one kind that most was judged of."""
    found = select(Scope.name).where(Scope.inside == "", Scope.kind == kind, Scope.recorded > 0)
    return tuple(session.scalars(found.order_by(Scope.judged.desc(), Scope.recorded.desc(), Scope.key).limit(limit)))


def _figures(session: Session, keys: list[str], today: date) -> dict[str, Headline]:
    return {key: headline(found) for key, found in sums_of(session, keys, today=today).items()}


def _key(scope_key: str) -> str:
    return scope_key.partition(":")[2]


def describe_scope(session: Session, kind: str, key: str) -> tuple[str, AboutScope]:
    """The name of what a scorecard is about, and what else is known of it. Raises Missing.

    Claimants and documents have a page once registered; topics, outlets and years from their first claim.
    """
    if kind == LEDGER:
        return "The whole ledger", AboutScope()
    if kind == "claimant" and (claimant := session.get(Claimant, int(key))):
        return claimant.name, AboutScope(
            about=claimant.about,
            url=claimant.url,
            claimant_kind=claimant.kind,
            other_names=other_names(session, claimant.id),
            links=claimant.links,
            merged_into=_named(session, claimant.merged_into),
        )
    if kind == "document" and (document := session.get(Document, int(key))):
        authors = session.scalars(
            select(Author.name).where(Author.document_id == document.id).order_by(Author.position)
        )
        return document.title, AboutScope(
            url=document.url,
            authors=tuple(authors),
            outlet=document.outlet,
            outlet_key=document.outlet_slug if session.get(Scope, scope("outlet", document.outlet_slug)) else "",
            published_on=document.published_on,
            published_basis=document.published_basis,
            readings=readings_of(session, [document.id]).get(document.id, ()),
        )
    return name_of(session, kind, key), AboutScope()
