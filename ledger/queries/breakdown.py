"""Breakdown of a scorecard by year and by topic.

An unfiltered scorecard of today is broken down from stored tallies; any other is counted from its units.
"""

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
    builders_as_of,
    cells_as_of,
    cells_of_modality,
    clusters_as_of,
    clusters_of,
    sums_of,
    tally_of,
)
from ledger.store.tallies import Scope


class By(StrEnum):
    """The dimension of a breakdown."""

    YEAR = "year"
    TOPIC = "topic"


MOST = 60  # years or topics shown
AT_ONCE = 10_000  # the most forecasts that are counted one by one while a page loads
# Kinds of scorecards whose breakdown would have a single slice.
NOT_SLICED = {By.YEAR: ("document", "year"), By.TOPIC: ("topic",)}


@dataclass(frozen=True)
class Slice:
    """A scorecard's forecasts of one year or topic: their figures, and the 95% interval of their Brier score."""

    key: str
    name: str
    figures: Headline
    ci: Interval | None


@dataclass(frozen=True)
class Slices:
    """The slices of a scorecard: years in order, or topics with most judged first.

    `total` includes the slices not shown. Above a limit, filtered forecasts are not counted by slice: then `rows` is
    empty, and `links` has the years or topics that the scorecard can be filtered by.
    """

    by: By
    rows: tuple[Slice, ...]
    total: int
    links: tuple[PageLink, ...] = ()


@dataclass(frozen=True)
class SlicedTally:
    """The tally of a scorecard with its slices; None where only one year or topic is possible."""

    tally: Tally
    years: Slices | None
    topics: Slices | None


def sliced_tally(session: Session, query: ScorecardQuery) -> SlicedTally:
    """The tally of a query with its slices: read from tallies, or counted from the units behind it."""
    if query.whole:
        tally = tally_of(session, query.scope, today=query.day)
        return SlicedTally(tally, *(_read_slices(session, query, by) if is_sliced(query, by) else None for by in By))
    cells = _cells(session, query)
    if sum(cells.values()) > AT_ONCE:
        clusters = clusters_as_of(session, query.entry, query.scoped_filters, today=query.day)
        links = (_links(session, query, by) if is_sliced(query, by) else None for by in By)
        return SlicedTally(Tally(cells, clusters), *links)
    builders = builders_as_of(session, query.entry, query.scoped_filters, today=query.day)
    found = {By.YEAR: builders.years, By.TOPIC: builders.topics}
    slices = (_count_slices(session, query, by, found[by]) if is_sliced(query, by) else None for by in By)
    return SlicedTally(Tally(cells, builders.whole.tally.clusters), *slices)


def is_sliced(query: ScorecardQuery, by: By) -> bool:
    """Whether a scorecard with this scope and these filters can have more than one slice."""
    return inner(query.scope)[0] not in NOT_SLICED[by] and not (by is By.TOPIC and query.filters.topic)


def _cells(session: Session, query: ScorecardQuery) -> dict[Cell, int]:
    modality = query.filters.modality
    if query.as_of is None and modality is not None and query.filters == ScorecardFilters(modality=modality):
        return cells_of_modality(session, query.scope, modality, today=query.day)
    return cells_as_of(session, query.entry, query.scoped_filters, today=query.day)


def _count_slices(session: Session, query: ScorecardQuery, by: By, builders: Mapping[str, TallyBuilder]) -> Slices:
    names, rows = _names(session, by, list(builders)), []
    for key, builder in builders.items():
        tally = builder.tally
        figures = headline(sums(tally.cells, query.day))
        rows.append(Slice(key, names[key], figures, brier_interval(as_floats(tally.clusters))))
    if by is By.YEAR:
        return Slices(by, tuple(sorted(rows, key=lambda one: int(one.key))[-MOST:]), len(rows))
    rows.sort(key=lambda one: (-one.figures.judged - one.figures.early, -one.figures.recorded, one.key))
    return Slices(by, tuple(rows[:MOST]), len(rows))


def _read_slices(session: Session, query: ScorecardQuery, by: By) -> Slices:
    total, keys = _shown_keys(session, query, by)
    scopes = [_inner_scope(query.scope, by, key) for key in keys]
    stored = sums_of(session, scopes, today=query.day)
    clusters = clusters_of(session, scopes, today=query.day)
    names = _names(session, by, keys)
    rows = (
        Slice(key, names[key], headline(stored[scope]), brier_interval(as_floats(clusters[scope])))
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
    """The number of slices of a scope, and the keys of those shown: the latest years, or the most judged topics."""
    outer = query.scope if query.scope != LEDGER else ""
    shown = (Scope.inside == outer, Scope.kind == by.value, Scope.recorded > 0)
    order = (Scope.key.desc(),) if by is By.YEAR else (Scope.judged.desc(), Scope.recorded.desc(), Scope.key)
    keys = [inner(key)[1] for key in session.scalars(select(Scope.key).where(*shown).order_by(*order).limit(MOST))]
    total = len(keys)
    if total == MOST:
        total = session.scalar(select(func.count()).select_from(Scope).where(*shown)) or 0
    return total, keys[::-1] if by is By.YEAR else keys


def _inner_scope(outer: str, by: By, key: str) -> str:
    """The scope of a year or topic within another scope; within the ledger, the scope of the year or topic itself."""
    part = scope(by.value, key)
    return part if outer == LEDGER else within(outer, part)


def _names(session: Session, by: By, keys: Sequence[str]) -> dict[str, str]:
    """The names of years or topics, by key."""
    if by is By.YEAR:
        return {key: key for key in keys}
    found = session.execute(select(Scope.key, Scope.name).where(Scope.key.in_([scope(by.value, key) for key in keys])))
    return {inner(row.key)[1]: row.name for row in found}
