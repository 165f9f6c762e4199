"""Breakdown of a scorecard by year and by topic: from tallies where it is whole, else counted from its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.scoring.clustered_intervals import brier_interval
from ledger.domain.scoring.proportion_intervals import Interval
from ledger.domain.scoring.scorecard import as_floats
from ledger.domain.scoring.tally import Cell, Headline, Tally, headline, sums
from ledger.domain.scoring.tally_builder import TallyBuilder
from ledger.domain.scoring.units import LEDGER, inner, scope, within
from ledger.queries.claim_list import PageLink
from ledger.queries.filters import ScorecardFilters
from ledger.queries.scorecard_query import ScorecardQuery
from ledger.queries.tallies import (
    cells_as_of,
    cells_worded,
    clusters_as_of,
    clusters_of,
    piles_as_of,
    sums_of,
    tally_of,
)
from ledger.store.tallies import Scope


class By(StrEnum):
    """What a breakdown is by."""

    YEAR = "year"
    TOPIC = "topic"


MOST = 60  # years or topics shown
AT_ONCE = 10_000  # forecasts that are looked at one by one while a page is waited for
# Kinds of scorecards that a breakdown would have a single slice of.
NOT_SLICED = {By.YEAR: ("document", "year"), By.TOPIC: ("topic",)}


@dataclass(frozen=True)
class Slice:
    """The forecasts of a scorecard of one year or topic: their figures, and the 95% interval of their Brier score."""

    key: str
    name: str
    figures: Headline
    ci: Interval | None


@dataclass(frozen=True)
class Slices:
    """The slices of a scorecard: years in their order, or topics with most judged first.

    `total` counts those not shown too.
    Very many filtered forecasts are not counted by slice: then `rows` is empty, and `links` names the years or topics
    that the scorecard can be filtered by.
    """

    by: By
    rows: tuple[Slice, ...]
    total: int
    links: tuple[PageLink, ...] = ()


@dataclass(frozen=True)
class SlicedTally:
    """The tally of a scorecard with its slices; None where there can be only one year, or topic."""

    tally: Tally
    years: Slices | None
    topics: Slices | None


def sliced_tally(session: Session, query: ScorecardQuery) -> SlicedTally:
    """The tally of a query with its slices: read from tallies, or counted from the units behind it."""
    if query.whole:
        tally = tally_of(session, query.scope, today=query.day)
        return SlicedTally(
            tally, *(_slices_of_tallies(session, query, by) if is_sliced(query, by) else None for by in By)
        )
    cells = _cells(session, query)
    if sum(cells.values()) > AT_ONCE:
        clusters = clusters_as_of(session, query.entry, query.scoped_filters, today=query.day)
        links = (_links(session, query, by) if is_sliced(query, by) else None for by in By)
        return SlicedTally(Tally(cells, clusters), *links)
    piles = piles_as_of(session, query.entry, query.scoped_filters, today=query.day)
    found = {By.YEAR: piles.years, By.TOPIC: piles.topics}
    slices = (_slices_of_piles(session, query, by, found[by]) if is_sliced(query, by) else None for by in By)
    return SlicedTally(Tally(cells, piles.whole.tally.clusters), *slices)


def is_sliced(query: ScorecardQuery, by: By) -> bool:
    """Whether there can be more than one slice, by the scope and the filters of a scorecard."""
    return inner(query.scope)[0] not in NOT_SLICED[by] and not (by is By.TOPIC and query.filters.topic)


def _cells(session: Session, query: ScorecardQuery) -> dict[Cell, int]:
    modality = query.filters.modality
    if query.as_of is None and modality is not None and query.filters == ScorecardFilters(modality=modality):
        return cells_worded(session, query.scope, modality, today=query.day)
    return cells_as_of(session, query.entry, query.scoped_filters, today=query.day)


def _slices_of_piles(session: Session, query: ScorecardQuery, by: By, piles: Mapping[str, TallyBuilder]) -> Slices:
    names, rows = _names(session, by, list(piles)), []
    for key, pile in piles.items():
        tally = pile.tally
        figures = headline(sums(tally.cells, query.day))
        rows.append(Slice(key, names[key], figures, brier_interval(as_floats(tally.clusters))))
    if by is By.YEAR:
        return Slices(by, tuple(sorted(rows, key=lambda one: int(one.key))[-MOST:]), len(rows))
    rows.sort(key=lambda one: (-one.figures.judged - one.figures.early, -one.figures.recorded, one.key))
    return Slices(by, tuple(rows[:MOST]), len(rows))


def _slices_of_tallies(session: Session, query: ScorecardQuery, by: By) -> Slices:
    total, keys = _shown_keys(session, query, by)
    scopes = [_inner_scope(query.scope, by, key) for key in keys]
    kept = sums_of(session, scopes, today=query.day)
    clusters = clusters_of(session, scopes, today=query.day)
    names = _names(session, by, keys)
    rows = (
        Slice(key, names[key], headline(kept[scope]), brier_interval(as_floats(clusters[scope])))
        for key, scope in zip(keys, scopes, strict=True)
    )
    return Slices(by, tuple(rows), total)


def _links(session: Session, query: ScorecardQuery, by: By) -> Slices:
    total, keys = _shown_keys(session, query, by)
    if by is By.YEAR:
        first, last = query.scoped_filters.made_from, query.scoped_filters.made_to
        keys = [key for key in keys if (not first or first.year <= int(key)) and (not last or int(key) <= last.year)]
        total = len(keys)
    names = _names(session, by, keys)
    return Slices(by, (), total, tuple(PageLink(key, names[key]) for key in keys))


def _shown_keys(session: Session, query: ScorecardQuery, by: By) -> tuple[int, list[str]]:
    """How many slices a scope has, and the keys of those shown: the latest years, or the topics most judged."""
    outer = query.scope if query.scope != LEDGER else ""
    shown = (Scope.inside == outer, Scope.kind == by.value, Scope.recorded > 0)
    order = (Scope.key.desc(),) if by is By.YEAR else (Scope.judged.desc(), Scope.recorded.desc(), Scope.key)
    keys = [inner(key)[1] for key in session.scalars(select(Scope.key).where(*shown).order_by(*order).limit(MOST))]
    total = len(keys)
    if total == MOST:
        total = session.scalar(select(func.count()).select_from(Scope).where(*shown)) or 0
    return total, keys[::-1] if by is By.YEAR else keys


def _inner_scope(outer: str, by: By, key: str) -> str:
    """The scope of a year or a topic within another; within the ledger, it is the scope of the year or topic itself."""
    part = scope(by.value, key)
    return part if outer == LEDGER else within(outer, part)


def _names(session: Session, by: By, keys: Sequence[str]) -> dict[str, str]:
    """What years and topics are called."""
    if by is By.YEAR:
        return {key: key for key in keys}
    found = session.execute(select(Scope.key, Scope.name).where(Scope.key.in_([scope(by.value, key) for key in keys])))
    return {inner(row.key)[1]: row.name for row in found}
