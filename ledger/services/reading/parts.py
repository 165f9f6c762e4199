"""Parts: what a scorecard counts, by year and by topic; kept for whole scorecards, counted for narrowed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.scoring.card import as_floats
from ledger.domain.scoring.clusters import brier_interval
from ledger.domain.scoring.proportions import Interval
from ledger.domain.scoring.tally import Headline, headline
from ledger.domain.scoring.units import LEDGER, inner, scope, within
from ledger.services.reading.claims import Named
from ledger.services.reading.selecting import Counted
from ledger.services.reading.tallies import By, clusters_of, sums_by, sums_of
from ledger.store.tallies import Scope

MOST = 60  # years or topics shown
AT_ONCE = 50_000  # forecasts that are told apart while a page is waited for, where that is not kept
# What there is but one of, by what the scorecard is of.
NOT_TOLD_APART = {By.YEAR: ("document", "year"), By.TOPIC: ("topic",)}


@dataclass(frozen=True)
class Part:
    """What a scorecard has in common with a year or a topic: its figures, and the 95 % interval of its score."""

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


def parts_of(session: Session, counted: Counted, by: By, recorded: int) -> Parts | None:
    """What is counted, told apart; `recorded` is how many forecasts that are.

    None where there is but one part, by what the scorecard is of and narrowed to.
    """
    if inner(counted.scope)[0] in NOT_TOLD_APART[by] or (by is By.TOPIC and counted.narrowed.topic):
        return None
    if not counted.whole and recorded > AT_ONCE:
        total, keys = _kept(session, counted, by)
        names = _names(session, by, keys)
        return Parts(by, (), total, tuple(Named(key, names[key]) for key in keys))
    if counted.whole:
        total, keys = _kept(session, counted, by)
        scopes = {key: _within(counted.scope, by, key) for key in keys}
        sums = sums_of(session, list(scopes.values()), today=counted.day)
        clusters = clusters_of(session, list(scopes.values()), today=counted.day)
        found = {key: (sums[scope], clusters[scope]) for key, scope in scopes.items()}
    else:
        found = sums_by(session, counted.entry, counted.selection, by, today=counted.day)
        total = len(found)
    names = _names(session, by, list(found))
    rows = [
        Part(key, names[key], headline(sums), brier_interval(as_floats(clusters)))
        for key, (sums, clusters) in found.items()
    ]
    if by is By.YEAR:
        return Parts(by, tuple(sorted(rows, key=lambda part: int(part.key))[-MOST:]), total)
    rows.sort(key=lambda part: (-part.figures.judged - part.figures.early, -part.figures.recorded, part.key))
    return Parts(by, tuple(rows[:MOST]), total)


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
