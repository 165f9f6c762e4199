"""Scorecards: the public record of a claimant, an outlet, a topic, a document, a year, or the whole ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.confidence import MILLION
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import Grades, Policy
from ledger.domain.reviews import OPEN_STATES, ReviewState, VerdictBasis
from ledger.domain.scoring.discrimination import histogram
from ledger.domain.scoring.grouped_forecasts import Grouped
from ledger.domain.scoring.scorecard import Card, card, scored_now
from ledger.domain.scoring.tally import Headline, headline
from ledger.domain.scoring.units import LEDGER
from ledger.queries.breakdown import Slices, sliced_tally
from ledger.queries.calls import Call, best_and_worst
from ledger.queries.claim_list import ClaimLine, ClaimList, claim_lines, newest_claims
from ledger.queries.coverage import Totals, corpus_totals
from ledger.queries.filters import ClaimFilters
from ledger.queries.paging import page_count
from ledger.queries.scopes import AboutScope, describe_scope
from ledger.queries.scorecard_query import ScorecardQuery
from ledger.queries.tallies import sums_of
from ledger.store.policies import policy_at, policy_in_force
from ledger.store.reviews import Review, Verdict
from ledger.store.tallies import Scope

KINDS = (LEDGER, "claimant", "topic", "outlet", "document", "year")
SHOWN = 8
BINS = 10


@dataclass(frozen=True)
class ScorecardRow:
    """One row of a table of scorecards."""

    kind: str
    key: str
    name: str
    figures: Headline


@dataclass(frozen=True)
class ScorecardTable:
    """One page of a table of scorecards, most judged first."""

    kind: str
    rows: tuple[ScorecardRow, ...]
    total: int
    page: int
    pages: int
    policy: str
    smallest_n: int


@dataclass(frozen=True)
class Bin:
    """A bin of scored forecasts by probability: the number that came true (`events`) and that did not (`others`)."""

    low: float
    high: float
    events: int
    others: int

    @property
    def last(self) -> float:
        """The highest probability in this bin: one on a border belongs to the bin above."""
        return self.high if self.high == 1 else round(self.high - 1 / MILLION, 6)


@dataclass(frozen=True)
class Scorecard:
    """A scorecard page: its scope, its figures, and the claims behind them.

    `over_time` and `by_topic` are None where the scope or a filter allows only one year, or one topic.
    """

    kind: str
    key: str
    name: str
    details: AboutScope
    query: ScorecardQuery
    card: Card
    given: Grouped  # the scored forecasts, grouped by probability
    spread: tuple[Bin, ...]
    over_time: Slices | None
    by_topic: Slices | None
    best: Call | None
    worst: Call | None
    claims: ClaimList
    corpus: Totals
    policy: str  # the version in force at the entry of the query; the next two fields are from it
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
    tables: dict[str, ScorecardTable]
    verdicts: tuple[VerdictLine, ...]
    due: tuple[ClaimLine, ...]
    due_total: int
    policy: str
    smallest_n: int


def home(session: Session, *, today: date) -> Home:
    """The front page on `today` (UTC)."""
    policy = policy_in_force(session)
    due = select(Review.claim_id).where(Review.state.in_((*OPEN_STATES, ReviewState.SPLIT)), Review.due_on <= today)
    return Home(
        figures=_figures(session, [LEDGER], today)[LEDGER],
        tables={
            kind: _table(session, kind, policy, today=today, limit=SHOWN) for kind in ("claimant", "topic", "outlet")
        },
        verdicts=latest_verdicts(session, limit=5),
        due=claim_lines(session, session.scalars(due.order_by(Review.due_on, Review.id).limit(5)).all()),
        due_total=session.scalar(select(func.count()).select_from(due.subquery())) or 0,
        policy=policy.version,
        smallest_n=policy.smallest_n,
    )


def scorecard_table(session: Session, kind: str, *, today: date, page: int = 1, limit: int = 50) -> ScorecardTable:
    """A page of the scorecards of one kind, most judged first. Raises Missing past the last page.

    Scopes that have no forecasts any more, such as a merged claimant's, are left out.
    """
    return _table(session, kind, policy_in_force(session), today=today, page=page, limit=limit)


def _table(
    session: Session, kind: str, policy: Policy, *, today: date, page: int = 1, limit: int = 50
) -> ScorecardTable:
    shown = (Scope.inside == "", Scope.kind == kind, Scope.recorded > 0)
    total = session.scalar(select(func.count()).select_from(Scope).where(*shown)) or 0
    pages = page_count(total, limit, page)
    found = session.scalars(
        select(Scope)
        .where(*shown)
        .order_by(Scope.judged.desc(), Scope.recorded.desc(), Scope.key.desc())
        .offset((page - 1) * limit)
        .limit(limit)
    ).all()
    figures = _figures(session, [row.key for row in found], today)
    rows = tuple(ScorecardRow(kind, _key(row.key), row.name, figures[row.key]) for row in found)
    return ScorecardTable(kind, rows, total, page, pages, policy.version, policy.smallest_n)


def scorecard(session: Session, kind: str, key: str, query: ScorecardQuery, *, before: int | None = None) -> Scorecard:
    """The scorecard of one scope. Raises Missing."""
    name, details = describe_scope(session, kind, key)
    if query.as_of:
        read = tuple(reading for reading in details.readings if reading.id <= query.entry)
        details = replace(details, readings=read)
    policy = policy_at(session, query.entry)
    sliced = sliced_tally(session, query)
    best, worst = best_and_worst(session, query.entry, query.scoped_filters, sliced.tally, today=query.day)
    figures, given = card(sliced.tally, query.day, policy.grades), scored_now(sliced.tally)
    filters = ClaimFilters(**vars(query.scoped_filters))
    return Scorecard(
        kind=kind,
        key=key,
        name=name,
        details=details,
        query=query,
        card=figures,
        given=given,
        spread=_spread(given),
        over_time=sliced.years,
        by_topic=sliced.topics,
        best=best,
        worst=worst,
        claims=newest_claims(session, filters, known=figures.headline.recorded, of=_recorded(session), before=before),
        corpus=corpus_totals(session, kind, key, entry=query.entry if query.as_of else None),
        policy=policy.version,
        smallest_n=policy.smallest_n,
        grades=policy.grades,
    )


def _recorded(session: Session) -> int:
    """The number of forecasts that the whole ledger counts."""
    return session.scalar(select(Scope.recorded).where(Scope.key == LEDGER)) or 0


def _spread(given: Grouped) -> tuple[Bin, ...]:
    return tuple(
        Bin(place / BINS, (place + 1) / BINS, int(events), int(others))
        for place, (events, others) in enumerate(histogram(given, BINS))
    )


def latest_verdicts(session: Session, *, limit: int) -> tuple[VerdictLine, ...]:
    """The newest verdicts that are not superseded."""
    verdicts = session.scalars(
        select(Verdict).where(Verdict.superseded_by.is_(None)).order_by(Verdict.id.desc()).limit(limit)
    ).all()
    lines = {line.id: line for line in claim_lines(session, [v.claim_id for v in verdicts])}
    return tuple(VerdictLine(v.id, v.outcome, v.basis, v.adopted_at, lines[v.claim_id]) for v in verdicts)


def _figures(session: Session, keys: list[str], today: date) -> dict[str, Headline]:
    return {key: headline(found) for key, found in sums_of(session, keys, today=today).items()}


def _key(scope_key: str) -> str:
    return scope_key.partition(":")[2]
