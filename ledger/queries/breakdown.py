"""Parts: what a scorecard counts, by year and by topic; kept for whole scorecards, counted for narrowed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.scoring.clusters import brier_interval
from ledger.domain.scoring.proportion_intervals import Interval
from ledger.domain.scoring.scorecard import as_floats
from ledger.domain.scoring.tally import Cell, Headline, Tally, headline, sums
from ledger.domain.scoring.tally_parts import Pile
from ledger.domain.scoring.units import LEDGER, inner, scope, within
from ledger.queries.claim_list import Named
from ledger.queries.filters import Counted, Selection
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
    """What the forecasts of a scorecard are told apart by."""

    YEAR = "year"
    TOPIC = "topic"


MOST = 60  # years or topics shown
AT_ONCE = 10_000  # forecasts that are told apart one by one while a page is waited for
# What there is but one of, by what the scorecard is of.
NOT_TOLD_APART = {By.YEAR: ("document", "year"), By.TOPIC: ("topic",)}


@dataclass(frozen=True)
class Part:
    """What a scorecard has in common with a year or a topic: its figures, and the 95% interval of its score."""

    key: str
    name: str
    figures: Headline
    ci: Interval | None


@dataclass(frozen=True)
class Parts:
    """The parts of a scorecard: years in their order, or topics with most judged first, and how many there are in all.

    Of very many forecasts that are narrowed, no rows are counted: `each` names what may be narrowed to one by one.
    """

    by: By
    rows: tuple[Part, ...]
    total: int
    each: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Apart:
    """What a scorecard counts, and the same told apart; None where there is but one year, or topic."""

    tally: Tally
    years: Parts | None
    topics: Parts | None


def counted_apart(session: Session, counted: Counted) -> Apart:
    """All of what is counted, by year and by topic: as it is kept, or put together from the units behind it."""
    if counted.whole:
        tally = tally_of(session, counted.scope, today=counted.day)
        return Apart(tally, *(_kept_parts(session, counted, by) if told_apart(counted, by) else None for by in By))
    cells = _cells(session, counted)
    if sum(cells.values()) > AT_ONCE:
        clusters = clusters_as_of(session, counted.entry, counted.selection, today=counted.day)
        each = (_each(session, counted, by) if told_apart(counted, by) else None for by in By)
        return Apart(Tally(cells, clusters), *each)
    piles = piles_as_of(session, counted.entry, counted.selection, today=counted.day)
    found = {By.YEAR: piles.years, By.TOPIC: piles.topics}
    parts = (_put_together(session, counted, by, found[by]) if told_apart(counted, by) else None for by in By)
    return Apart(Tally(cells, piles.whole.tally.clusters), *parts)


def told_apart(counted: Counted, by: By) -> bool:
    """Whether there can be more than one part, by what the scorecard is of and narrowed to."""
    return inner(counted.scope)[0] not in NOT_TOLD_APART[by] and not (by is By.TOPIC and counted.narrowed.topic)


def _cells(session: Session, counted: Counted) -> dict[Cell, int]:
    modality = counted.narrowed.modality
    if counted.at is None and modality is not None and counted.narrowed == Selection(modality=modality):
        return cells_worded(session, counted.scope, modality, today=counted.day)
    return cells_as_of(session, counted.entry, counted.selection, today=counted.day)


def _put_together(session: Session, counted: Counted, by: By, piles: Mapping[str, Pile]) -> Parts:
    names, rows = _names(session, by, list(piles)), []
    for key, pile in piles.items():
        tally = pile.tally
        figures = headline(sums(tally.cells, counted.day))
        rows.append(Part(key, names[key], figures, brier_interval(as_floats(tally.clusters))))
    if by is By.YEAR:
        return Parts(by, tuple(sorted(rows, key=lambda part: int(part.key))[-MOST:]), len(rows))
    rows.sort(key=lambda part: (-part.figures.judged - part.figures.early, -part.figures.recorded, part.key))
    return Parts(by, tuple(rows[:MOST]), len(rows))


def _kept_parts(session: Session, counted: Counted, by: By) -> Parts:
    total, keys = _kept(session, counted, by)
    scopes = [_within(counted.scope, by, key) for key in keys]
    kept = sums_of(session, scopes, today=counted.day)
    clusters = clusters_of(session, scopes, today=counted.day)
    names = _names(session, by, keys)
    rows = (
        Part(key, names[key], headline(kept[scope]), brier_interval(as_floats(clusters[scope])))
        for key, scope in zip(keys, scopes, strict=True)
    )
    return Parts(by, tuple(rows), total)


def _each(session: Session, counted: Counted, by: By) -> Parts:
    total, keys = _kept(session, counted, by)
    if by is By.YEAR:
        first, last = counted.selection.made_from, counted.selection.made_to
        keys = [key for key in keys if (not first or first.year <= int(key)) and (not last or int(key) <= last.year)]
        total = len(keys)
    names = _names(session, by, keys)
    return Parts(by, (), total, tuple(Named(key, names[key]) for key in keys))


def _kept(session: Session, counted: Counted, by: By) -> tuple[int, list[str]]:
    """How many parts a scope has, and those to be shown: the latest years in their order, or the topics most judged."""
    outer = counted.scope if counted.scope != LEDGER else ""
    shown = (Scope.inside == outer, Scope.kind == by.value, Scope.recorded > 0)
    order = (Scope.key.desc(),) if by is By.YEAR else (Scope.judged.desc(), Scope.recorded.desc(), Scope.key)
    keys = [inner(key)[1] for key in session.scalars(select(Scope.key).where(*shown).order_by(*order).limit(MOST))]
    total = len(keys)
    if total == MOST:
        total = session.scalar(select(func.count()).select_from(Scope).where(*shown)) or 0
    return total, keys[::-1] if by is By.YEAR else keys


def _within(outer: str, by: By, key: str) -> str:
    """The scope that a year or a topic is within another; the ledger's are scopes of their own."""
    part = scope(by.value, key)
    return part if outer == LEDGER else within(outer, part)


def _names(session: Session, by: By, keys: Sequence[str]) -> dict[str, str]:
    """What years and topics are called."""
    if by is By.YEAR:
        return {key: key for key in keys}
    found = session.execute(select(Scope.key, Scope.name).where(Scope.key.in_([scope(by.value, key) for key in keys])))
    return {inner(row.key)[1]: row.name for row in found}
