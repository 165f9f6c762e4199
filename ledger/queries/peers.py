"""Peers: a claimant compared with others, on the claims that both forecast.

Scores over different claims cannot be compared: some claims are easier than others. The filters of the claimant's
scorecard apply to their own forecasts; the peers' forecasts on the same claims are taken whether they fit or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ledger.domain.confidence import MILLION, NumberSource
from ledger.domain.errors import Missing
from ledger.domain.outcomes import Outcome
from ledger.domain.scoring.binary_scores import brier
from ledger.domain.scoring.skill import Difference, paired_difference
from ledger.domain.scoring.units import EVERYBODY, NO_NUMBER, event_of, month_of
from ledger.queries.as_of import claimant_as_of, statements_as_of
from ledger.queries.call_status import SCORED
from ledger.queries.claim_list import PageLink
from ledger.queries.paging import page_count
from ledger.queries.scorecard_query import ScorecardQuery
from ledger.queries.tallies import valid_at
from ledger.store.people import Claimant
from ledger.store.policies import policy_at
from ledger.store.tallies import UnitRow

PAGE = 100


@dataclass(frozen=True)
class PairComparison:
    """Two claimants on the claims that both forecast with a number: their mean Brier scores (0-1, lower is better).

    `difference` is `own` minus `theirs`; its interval counts the parts of one whole as one cluster.
    """

    claimant: PageLink
    own: float
    theirs: float
    difference: Difference


@dataclass(frozen=True)
class Peers:
    """A claimant compared with each other claimant of the same claims, most claims in common first.

    `together` compares the claimant with the mean score of all others on each claim: the peer skill.
    """

    claimant: PageLink
    together: PairComparison | None
    others: tuple[PairComparison, ...]
    total: int
    page: int
    pages: int
    policy: str
    smallest_n: int


@dataclass(frozen=True)
class SharedClaim:
    """A claim that two claimants forecast: for each, the probability (0-1), its source, and the Brier score."""

    claim: int
    statement: str
    outcome: Outcome
    own: float
    theirs: float
    own_reading: NumberSource
    their_reading: NumberSource
    own_score: float
    their_score: float


@dataclass(frozen=True)
class Pair:
    """Two claimants compared on all claims that both forecast, with one page of these claims, newest first."""

    claimant: PageLink
    beside: PairComparison | None
    other: PageLink
    claims: tuple[SharedClaim, ...]
    page: int
    pages: int
    policy: str
    smallest_n: int


@dataclass(frozen=True)
class _Row:
    other: int
    claim: int
    cluster: int
    own: float
    theirs: float
    own_reading: NumberSource
    their_reading: NumberSource
    event: int

    @property
    def scores(self) -> tuple[float, float]:
        return brier(self.own, self.event), brier(self.theirs, self.event)


def peers(session: Session, claimant: int, query: ScorecardQuery, *, page: int = 1) -> Peers:
    """A claimant compared with their peers, over the forecasts that their scorecard counts.

    Raises Missing for a claimant not on record or merged into another, and past the last page.
    """
    name = _claimant_link(session, claimant, query)
    rows = _shared_claims(session, query, None)
    by_other: dict[int, list[_Row]] = {}
    for row in rows:
        by_other.setdefault(row.other, []).append(row)
    pages = page_count(len(by_other), PAGE, page)
    most = sorted(by_other.items(), key=lambda item: (-len(item[1]), item[0]))[(page - 1) * PAGE : page * PAGE]
    names = {
        row.id: row.name
        for row in session.execute(select(Claimant.id, Claimant.name).where(Claimant.id.in_([n for n, _ in most])))
    }
    others = [_comparison(PageLink(number, names[number]), _scores(found)) for number, found in most]
    policy = policy_at(session, query.entry)
    return Peers(
        claimant=name,
        together=_comparison(PageLink(EVERYBODY, "All others"), _of_all_others(rows)),
        others=tuple(one for one in others if one),
        total=len(by_other),
        page=page,
        pages=pages,
        policy=policy.version,
        smallest_n=policy.smallest_n,
    )


def compare_pair(session: Session, claimant: int, other: int, query: ScorecardQuery, *, page: int = 1) -> Pair:
    """Two claimants compared on the claims both forecast, over the forecasts that the first one's scorecard counts.

    Raises Missing as `peers` does, and where both are the same claimant.
    """
    one, two = _claimant_link(session, claimant, query), _claimant_link(session, other, query)
    if claimant == other:
        raise Missing("a claimant compared with themselves")
    rows = sorted(_shared_claims(session, query, other), key=lambda row: -row.claim)
    pages = page_count(len(rows), PAGE, page)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    statements = statements_as_of(session, [row.claim for row in shown], query.entry)
    claims = tuple(
        SharedClaim(
            row.claim,
            statements[row.claim],
            Outcome.TRUE if row.event else Outcome.FALSE,
            *(row.own, row.theirs, row.own_reading, row.their_reading),
            *row.scores,
        )
        for row in shown
    )
    policy = policy_at(session, query.entry)
    return Pair(one, _comparison(two, _scores(rows)), two, claims, page, pages, policy.version, policy.smallest_n)


def _claimant_link(session: Session, claimant: int, query: ScorecardQuery) -> PageLink:
    found = session.get(Claimant, claimant)
    unmerged = found is not None and (
        found.merged_into is None or claimant_as_of(session, claimant, query.entry) == claimant
    )
    if found is None or not unmerged:
        raise Missing(f"claimant {claimant}")
    return PageLink(found.id, found.name)


def _shared_claims(session: Session, query: ScorecardQuery, other: int | None) -> list[_Row]:
    """The scored forecasts of a claimant, each with that of `other` (None: of every other) on the same claim."""
    own, theirs, selection = UnitRow, aliased(UnitRow), query.scoped_filters
    numbers = own.mid, theirs.mid.label("others"), own.reading, theirs.reading.label("their_reading")
    pairs = (
        select(theirs.claimant_id, own.claim_id, own.cluster, own.status, *numbers)
        .join(theirs, theirs.claim_id == own.claim_id)
        .where(*valid_at(query.entry, selection), own.month <= month_of(query.day))
        .where(theirs.claimant_id.not_in((EVERYBODY, selection.claimant)))
        .where(theirs.valid_from <= query.entry, theirs.valid_to > query.entry)
        .where(own.status.in_(SCORED), own.mid != NO_NUMBER, theirs.mid != NO_NUMBER)
    )
    if other is not None:
        pairs = pairs.where(theirs.claimant_id == other)
    return [
        _Row(
            *(row.claimant_id, row.claim_id, row.cluster, row.mid / MILLION, row.others / MILLION),
            *(row.reading, row.their_reading, event),
        )
        for row in session.execute(pairs)
        if (event := event_of(row.status)) is not None
    ]


_Scores = tuple[float, float, int]  # on one claim: the claimant's score, the other's, and the cluster


def _scores(rows: Iterable[_Row]) -> list[_Scores]:
    return [(*row.scores, row.cluster) for row in rows]


def _comparison(claimant: PageLink, scores: list[_Scores]) -> PairComparison | None:
    difference = paired_difference([(own, theirs) for own, theirs, _ in scores], [cluster for _, _, cluster in scores])
    if difference is None:
        return None
    n = len(scores)
    return PairComparison(
        claimant, fsum(own for own, _, _ in scores) / n, fsum(two for _, two, _ in scores) / n, difference
    )


def _of_all_others(rows: Iterable[_Row]) -> list[_Scores]:
    """For each claim the claimant's score, the mean of all others', and the cluster."""
    by_claim: dict[int, list[_Row]] = {}
    for row in rows:
        by_claim.setdefault(row.claim, []).append(row)
    return [
        (found[0].scores[0], fsum(row.scores[1] for row in found) / len(found), found[0].cluster)
        for found in by_claim.values()
    ]
