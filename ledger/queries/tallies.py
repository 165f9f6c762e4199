"""Tallies as scorecards read them: a scope's, from its counts; narrowed, or as of an entry, from the units behind them.

Both come to the same value, so that one function makes a scorecard of either. What counts later than `today` keeps
its month; everything else has none, however many months ago it came to count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.domain.confidence import MILLION
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import EVENTS, HAPPENED
from ledger.domain.scoring.running_sums import RunningSums
from ledger.domain.scoring.tally import EARLY, Cell, Sums, Tally
from ledger.domain.scoring.tally_builder import TallyBuilders
from ledger.domain.scoring.units import EVERYBODY, NO_NUMBER, month_of
from ledger.queries.filters import Selection
from ledger.queries.periods import within
from ledger.store.entries import EntryRow, HeadRow
from ledger.store.people import Document
from ledger.store.tallies import ClusterTally, Filing, SumTally, TallyRow, UnitRow

TOGETHER = 1_000  # claims whose topics are asked for at once
SCORED = tuple(outcome.value for outcome in EVENTS)


def tally_of(session: Session, scope: str, *, today: date) -> Tally:
    """The tally of a scope as it stands."""
    return Tally(_cells(session, _kept(scope), today), clusters_of(session, [scope], today=today)[scope])


def cells_worded(session: Session, scope: str, modality: Modality, *, today: date) -> dict[Cell, int]:
    """The cells of a scope as it stands, narrowed to a modality: they are kept by it."""
    return _cells(session, _kept(scope).where(TallyRow.modality == modality), today)


def clusters_of(session: Session, scopes: Sequence[str], *, today: date) -> dict[str, RunningSums]:
    """The running sums over the clusters of scopes, as they count by now."""
    found = dict.fromkeys(scopes, RunningSums())
    for row in session.scalars(
        select(ClusterTally).where(ClusterTally.scope.in_(scopes), ClusterTally.month <= month_of(today))
    ):
        squares = row.squares * MILLION + row.rest
        found[row.scope] += RunningSums(row.clusters, row.n, row.scores, squares, row.products, row.sizes)
    return found


def tally_as_of(session: Session, entry: int, selection: Selection, *, today: date) -> Tally:
    """The tally of whatever is selected, as the journal stood with this entry its newest."""
    cells = cells_as_of(session, entry, selection, today=today)
    return Tally(cells, clusters_as_of(session, entry, selection, today=today))


def cells_as_of(session: Session, entry: int, selection: Selection, *, today: date) -> dict[Cell, int]:
    """How many stand in each cell of whatever is selected, at an entry."""
    keys = tuple(getattr(UnitRow, name) for name in Cell._fields)  # in the order they are kept in
    counted = select(*keys, func.count().label("n")).where(*valid_at(entry, selection)).group_by(*keys)
    return _cells(session, counted, today)


def piles_as_of(session: Session, entry: int, selection: Selection, *, today: date) -> TallyBuilders:
    """Whatever is selected, at an entry, unit by unit, and with that by year and by topic: for few of them.

    Each way of grouping would take the database another look at every unit there is.
    """
    keys = (getattr(UnitRow, name) for name in Cell._fields)
    wanted = select(*keys, UnitRow.cluster, UnitRow.claim_id, UnitRow.made_on).where(*valid_at(entry, selection))
    rows, now, piles = session.execute(wanted).all(), month_of(today), TallyBuilders()
    claims, topics = sorted({row.claim_id for row in rows}), defaultdict[int, list[str]](list)
    for start in range(0, len(claims), TOGETHER):
        filed = select(Filing.claim_id, Filing.slug).where(
            Filing.claim_id.in_(claims[start : start + TOGETHER]),
            *(Filing.valid_from <= entry, Filing.valid_to > entry),
        )
        for claim, topic in session.execute(filed):
            topics[claim].append(topic)
    for *key, cluster, claim, made_on in rows:
        cell = Cell._make(key)
        cell = cell._replace(month="") if cell.month and cell.month <= now else cell
        piles.add(cell, cluster, str(made_on.year), topics.get(claim, ()))
    return piles


def sums_of(session: Session, scopes: Sequence[str], *, today: date) -> dict[str, dict[str, Sums]]:
    """The cells of scopes, summed by status; a scope that nothing counts in has no sums."""
    found: dict[str, dict[str, Sums]] = {scope: {} for scope in scopes}
    now = month_of(today)
    for row in session.execute(select(SumTally.table()).where(SumTally.scope.in_(scopes))):
        stands = row.status if row.month <= now else EARLY
        ends = ((row.low, row.low_rest), (row.mid, row.mid_rest), (row.high, row.high_rest))
        squares = (whole * MILLION + rest for whole, rest in ends)
        found[row.scope][stands] = found[row.scope].get(stands, Sums()) + Sums(row.n, row.scored, row.ours, *squares)
    return found


def newest_entry(session: Session, day: date) -> int:
    """The number of the last entry at or before the end of a day, UTC; 0 where the journal began later.

    The journal's time never runs backwards, so its entries are searched by halves.
    """
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    before, after = 0, session.scalars(select(HeadRow.size)).one() + 1
    while after - before > 1:
        middle = (before + after) // 2
        at = session.scalars(select(EntryRow.at).where(EntryRow.number == middle)).one()
        before, after = (middle, after) if at < end else (before, middle)
    return before


def _kept(scope: str) -> Select[*tuple[Any, ...]]:
    """The cells that are kept of a scope, with their counts."""
    columns = (getattr(TallyRow, name) for name in Cell._fields)
    return select(*columns, TallyRow.n.label("n")).where(TallyRow.scope == scope)


def _cells(session: Session, counts: Select[*tuple[Any, ...]], today: date) -> dict[Cell, int]:
    """The cells that counts come to, whatever counts by now put together."""
    kept = counts.subquery().c
    month = case((kept.month <= month_of(today), ""), else_=kept.month)
    keys = [month if name == "month" else kept[name] for name in Cell._fields]
    found = session.execute(select(*keys, func.sum(kept.n)).group_by(*keys))
    return {Cell._make(row[:-1]): int(row[-1]) for row in found}


def clusters_as_of(session: Session, entry: int, selection: Selection, *, today: date) -> RunningSums:
    """The running sums over the clusters of whatever is selected, at an entry."""
    # As small a number as it is: PostgreSQL sums those without going by way of its slow decimals.
    score = cast((squared_error(UnitRow.mid, UnitRow.status) + MILLION // 2) // MILLION, Integer)
    one = (
        select(func.count().label("m"), cast(func.sum(score), BigInteger).label("s"))
        .where(*valid_at(entry, selection))
        .where(UnitRow.status.in_(SCORED), UnitRow.mid != NO_NUMBER, UnitRow.month <= month_of(today))
        .group_by(UnitRow.cluster)
        .subquery()
    )
    m, s = one.c.m, one.c.s
    whole, rest = s // MILLION, s % MILLION  # s² = whole²·1e12 + 2·whole·rest·1e6 + rest², none of it above 2**63
    squares = (whole * whole, 2 * whole * rest, rest * rest // MILLION, rest * rest % MILLION)
    found = session.execute(select(func.count(), *(func.sum(x) for x in (m, s, *squares, s * m, m * m)))).one()
    clusters, n, scores, wholes, mixed, rests, last, products, sizes = (int(x or 0) for x in found)
    exact = (wholes * MILLION + mixed + rests) * MILLION + last
    return RunningSums(clusters, n, scores, exact, products, sizes)


def valid_at(entry: int, selection: Selection, *, one_by_one: bool = False) -> list[ColumnElement[bool]]:
    """What makes a unit one that counted, among those selected, with this entry the newest.

    Whether its claim was filed under a topic is looked up for all claims at once, or for each unit as it comes: that is
    quicker where the first that fits will do.
    """
    whose = UnitRow.claimant_id == (selection.claimant or EVERYBODY)
    return [whose, *fitting_at(entry, selection, one_by_one=one_by_one)]


def fitting_at(entry: int, selection: Selection, *, one_by_one: bool = False) -> list[ColumnElement[bool]]:
    """What makes a unit one that counted and fits what is selected, whoever's it is."""
    found = [
        *(UnitRow.valid_from <= entry, UnitRow.valid_to > entry),
        *within(UnitRow.made_on, selection.made_from, selection.made_to),
    ]
    if selection.topic:
        filed = select(Filing.claim_id).where(
            Filing.slug == selection.topic, Filing.valid_from <= entry, Filing.valid_to > entry
        )
        among = filed.where(Filing.claim_id == UnitRow.claim_id).correlate(UnitRow).exists()
        found.append(among if one_by_one else UnitRow.claim_id.in_(filed))
    if selection.outlet:
        found.append(UnitRow.document_id.in_(select(Document.id).where(Document.outlet_slug == selection.outlet)))
    exactly: tuple[tuple[InstrumentedAttribute[Any], object], ...] = (
        (UnitRow.document_id, selection.document),
        (UnitRow.modality, selection.modality),
        (UnitRow.kind, selection.kind),
        (UnitRow.basis, selection.basis),
        (UnitRow.checkability, selection.checkability),
    )
    return [*found, *(column == wanted for column, wanted in exactly if wanted is not None)]


def squared_error(column: InstrumentedAttribute[int], status: InstrumentedAttribute[str]) -> ColumnElement[int]:
    """In units of 1e-12, as ledger.domain.scoring.brier has it, of a status that is scored."""
    error = cast(column, BigInteger) - case((status.in_([outcome.value for outcome in HAPPENED]), MILLION), else_=0)
    return error * error
