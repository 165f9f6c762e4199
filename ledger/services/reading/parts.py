"""Parts: what a scorecard counts, by year and by topic; kept for whole scorecards, counted for narrowed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.scoring.card import as_floats
from ledger.domain.scoring.clusters import brier_interval
from ledger.domain.scoring.proportions import Interval
from ledger.domain.scoring.running import RunningSums
from ledger.domain.scoring.tally import Headline, Sums, headline
from ledger.domain.scoring.units import LEDGER, inner, scope
from ledger.services.reading.selecting import Counted
from ledger.services.reading.tallies import By, clusters_of, sums_by, sums_of
from ledger.store.tallies import Scope

MOST = 60  # years or topics shown
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

    `aside`: there are so many forecasts that they are told apart on a page of their own.
    """

    by: By
    rows: tuple[Part, ...]
    total: int
    aside: bool = False


Found = dict[str, tuple[dict[str, Sums], RunningSums]]  # by the key of the year or topic


def told_apart(counted: Counted, by: By) -> bool:
    """Whether what is counted can have more than one part, by what it is of and narrowed to."""
    return inner(counted.scope)[0] not in NOT_TOLD_APART[by] and not (by is By.TOPIC and counted.narrowed.topic)


def parts_of(session: Session, counted: Counted, by: By) -> Parts:
    """What is counted, told apart."""
    if counted.whole:
        total, found = _kept(session, counted, by)
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


def _kept(session: Session, counted: Counted, by: By) -> tuple[int, Found]:
    """How many parts a scope has, and those to be shown; the ledger's are the scopes of that kind."""
    outer = counted.scope if counted.scope != LEDGER else ""
    shown = (Scope.inside == outer, Scope.kind == by.value, Scope.recorded > 0)
    order = (Scope.key.desc(),) if by is By.YEAR else (Scope.judged.desc(), Scope.recorded.desc(), Scope.key)
    keys = list(session.scalars(select(Scope.key).where(*shown).order_by(*order).limit(MOST)))
    total = len(keys)
    if total == MOST:
        total = session.scalar(select(func.count()).select_from(Scope).where(*shown)) or 0
    sums, clusters = sums_of(session, keys, today=counted.day), clusters_of(session, keys, today=counted.day)
    return total, {inner(key)[1]: (sums[key], clusters[key]) for key in keys}


def _names(session: Session, by: By, keys: Sequence[str]) -> dict[str, str]:
    """What years and topics are called."""
    found = session.execute(select(Scope.key, Scope.name).where(Scope.key.in_([scope(by.value, key) for key in keys])))
    return {inner(row.key)[1]: row.name for row in found}
