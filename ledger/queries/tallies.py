"""Tallies of scorecards: stored counts for a whole scope; counted from the units when filtered or as of an entry.

Both give the same type of value, from which one function computes a scorecard. A cell keeps its month only if it counts
later than `today`; all earlier months become "".
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
from ledger.domain.outcomes import HAPPENED
from ledger.domain.scoring.running_sums import RunningSums
from ledger.domain.scoring.tally import EARLY, Cell, Sums, Tally
from ledger.domain.scoring.tally_builder import TallyBuilders
from ledger.domain.scoring.units import EVERYBODY, NO_NUMBER, month_of
from ledger.queries.call_status import SCORED
from ledger.queries.filters import ScorecardFilters, unit_conditions
from ledger.store.entries import EntryRow, HeadRow
from ledger.store.tallies import ClusterTally, Filing, SumTally, TallyRow, UnitRow

TOGETHER = 1_000  # claims whose topics are read in one query


def tally_of(session: Session, scope: str, *, today: date) -> Tally:
    """The tally of a scope as of the newest entry."""
    return Tally(_cells(session, _stored_cells(scope), today), clusters_of(session, [scope], today=today)[scope])


def cells_of_modality(session: Session, scope: str, modality: Modality, *, today: date) -> dict[Cell, int]:
    """The cells of a scope with one modality, as of the newest entry."""
    return _cells(session, _stored_cells(scope).where(TallyRow.modality == modality), today)


def clusters_of(session: Session, scopes: Sequence[str], *, today: date) -> dict[str, RunningSums]:
    """The running sums over the clusters of each scope, of what counts by `today`."""
    found = dict.fromkeys(scopes, RunningSums())
    for row in session.scalars(
        select(ClusterTally).where(ClusterTally.scope.in_(scopes), ClusterTally.month <= month_of(today))
    ):
        squares = row.squares * MILLION + row.rest
        found[row.scope] += RunningSums(row.clusters, row.n, row.scores, squares, row.products, row.sizes)
    return found


def tally_as_of(session: Session, entry: int, filters: ScorecardFilters, *, today: date) -> Tally:
    """The tally of the units that fit the filters, as of an entry."""
    cells = cells_as_of(session, entry, filters, today=today)
    return Tally(cells, clusters_as_of(session, entry, filters, today=today))


def cells_as_of(session: Session, entry: int, filters: ScorecardFilters, *, today: date) -> dict[Cell, int]:
    """The number of units in each cell, of those that fit the filters, as of an entry."""
    keys = tuple(getattr(UnitRow, name) for name in Cell._fields)  # in the order of the index
    counted = select(*keys, func.count().label("n")).where(*valid_at(entry, filters)).group_by(*keys)
    return _cells(session, counted, today)


def builders_as_of(session: Session, entry: int, filters: ScorecardFilters, *, today: date) -> TallyBuilders:
    """Tallies of the units that fit the filters as of an entry: of all, by year and by topic.

    Units are read one by one, so this is for few. Grouping in the database would read each unit once a grouping.
    """
    keys = (getattr(UnitRow, name) for name in Cell._fields)
    wanted = select(*keys, UnitRow.cluster, UnitRow.claim_id, UnitRow.made_on).where(*valid_at(entry, filters))
    rows, now, builders = session.execute(wanted).all(), month_of(today), TallyBuilders()
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
        builders.add(cell, cluster, str(made_on.year), topics.get(claim, ()))
    return builders


def sums_of(session: Session, scopes: Sequence[str], *, today: date) -> dict[str, dict[str, Sums]]:
    """The cells of each scope, summed by status; a scope without forecasts has no sums."""
    found: dict[str, dict[str, Sums]] = {scope: {} for scope in scopes}
    now = month_of(today)
    for row in session.execute(select(SumTally.table()).where(SumTally.scope.in_(scopes))):
        status = row.status if row.month <= now else EARLY
        ends = ((row.low, row.low_rest), (row.mid, row.mid_rest), (row.high, row.high_rest))
        squares = (whole * MILLION + rest for whole, rest in ends)
        found[row.scope][status] = found[row.scope].get(status, Sums()) + Sums(row.n, row.scored, row.ours, *squares)
    return found


def newest_entry(session: Session, day: date) -> int:
    """The number of the last entry before the end of a day, UTC; 0 if the journal began later.

    Entries are in the order of their times, so this is a binary search.
    """
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    before, after = 0, session.scalars(select(HeadRow.size)).one() + 1
    while after - before > 1:
        middle = (before + after) // 2
        at = session.scalars(select(EntryRow.at).where(EntryRow.number == middle)).one()
        before, after = (middle, after) if at < end else (before, middle)
    return before


def _stored_cells(scope: str) -> Select[*tuple[Any, ...]]:
    """The stored cells of a scope, with their counts."""
    columns = (getattr(TallyRow, name) for name in Cell._fields)
    return select(*columns, TallyRow.n.label("n")).where(TallyRow.scope == scope)


def _cells(session: Session, counts: Select[*tuple[Any, ...]], today: date) -> dict[Cell, int]:
    """The cells of a query of counts, with the months up to today merged."""
    counted = counts.subquery().c
    month = case((counted.month <= month_of(today), ""), else_=counted.month)
    keys = [month if name == "month" else counted[name] for name in Cell._fields]
    found = session.execute(select(*keys, func.sum(counted.n)).group_by(*keys))
    return {Cell._make(row[:-1]): int(row[-1]) for row in found}


def clusters_as_of(session: Session, entry: int, filters: ScorecardFilters, *, today: date) -> RunningSums:
    """The running sums over the clusters of the units that fit the filters, as of an entry."""
    # Cast to Integer: PostgreSQL sums larger types as decimals, which is slow.
    score = cast((squared_error(UnitRow.mid, UnitRow.status) + MILLION // 2) // MILLION, Integer)
    one = (
        select(func.count().label("m"), cast(func.sum(score), BigInteger).label("s"))
        .where(*valid_at(entry, filters))
        .where(UnitRow.status.in_(SCORED), UnitRow.mid != NO_NUMBER, UnitRow.month <= month_of(today))
        .group_by(UnitRow.cluster)
        .subquery()
    )
    m, s = one.c.m, one.c.s
    whole, rest = s // MILLION, s % MILLION  # s² = whole²·1e12 + 2·whole·rest·1e6 + rest²; no sum exceeds 2**63
    squares = (whole * whole, 2 * whole * rest, rest * rest // MILLION, rest * rest % MILLION)
    found = session.execute(select(func.count(), *(func.sum(x) for x in (m, s, *squares, s * m, m * m)))).one()
    clusters, n, scores, wholes, mixed, rests, last, products, sizes = (int(x or 0) for x in found)
    exact = (wholes * MILLION + mixed + rests) * MILLION + last
    return RunningSums(clusters, n, scores, exact, products, sizes)


def valid_at(entry: int, filters: ScorecardFilters, *, one_by_one: bool = False) -> list[ColumnElement[bool]]:
    """Conditions on a unit: it counts as of an entry and fits the filters.

    Topics are looked up for all claims at once or, with `one_by_one`, for each unit: that is quicker where the first
    unit that fits is enough.
    """
    whose = UnitRow.claimant_id == (filters.claimant or EVERYBODY)
    return [whose, *fitting_at(entry, filters, one_by_one=one_by_one)]


def fitting_at(entry: int, filters: ScorecardFilters, *, one_by_one: bool = False) -> list[ColumnElement[bool]]:
    """The same conditions without the claimant's."""
    valid = (UnitRow.valid_from <= entry, UnitRow.valid_to > entry)
    return [*valid, *unit_conditions(filters, entry, one_by_one=one_by_one)]


def squared_error(column: InstrumentedAttribute[int], status: InstrumentedAttribute[str]) -> ColumnElement[int]:
    """The squared error of a scored unit, in units of 1e-12: see ledger.domain.scoring.probabilities.brier."""
    error = cast(column, BigInteger) - case((status.in_([outcome.value for outcome in HAPPENED]), MILLION), else_=0)
    return error * error
