"""Projection of tallies: units are closed and opened, and the counts of their scopes change by the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ledger.domain.confidence import MILLION
from ledger.domain.scoring.restatements import Restatement
from ledger.domain.scoring.tally import Cell, cell_of, sums_of_cell
from ledger.domain.scoring.units import LEDGER, OPEN, UNCHECKABLE, Unit, inner, scope, scopes, stands_alone
from ledger.journal.projection.clusters import CountedChange, cluster_anew
from ledger.journal.projection.scoring_inputs import (
    OUTLET,
    UNIT_COLUMNS,
    ScoringInput,
    read_claims,
    read_restatements,
    read_units_before,
)
from ledger.journal.projection.statements import add_up
from ledger.journal.projection.validity import History
from ledger.store.tallies import RestatementRow, Scope, SumTally, TallyRow, UnitRow
from ledger.store.upsert import insert_in


def retally(session: Session, changed: Mapping[int, Sequence[int]]) -> None:
    """Bring units and tallies up to date with claims as the tables now show them.

    For each claim, the numbers of the entries that changed what it adds. Several are new forecasts (nothing else
    may come together): they are counted one after another, as they would have been had each come alone.
    """
    claims = read_claims(session, changed)
    units_before = read_units_before(session, {claim: numbers[0] for claim, numbers in changed.items()})
    restated = read_restatements(session, changed)
    units = History[Unit](UnitRow.table(), lambda unit: (unit.forecast, unit.claimant), unit_row)
    restatements = History[Restatement](RestatementRow.table(), lambda one: one.claimant, restatement_row)
    begun: _Begun = {}
    cells: Counter[tuple[str, Cell]] = Counter()
    changes: dict[int, CountedChange] = {}
    for claim, numbers in changed.items():
        one, before = claims[claim], units_before[claim]
        upto = [(number, number if len(numbers) > 1 else None) for number in numbers]
        now, come = units.follow(claim, before.units, ((number, one.units(last)) for number, last in upto))
        restatements.follow(claim, restated[claim], ((number, one.restatements(last)) for number, last in upto))
        for number, unit in come:
            for key in scopes(unit, one.topics):
                if key not in begun or number < begun[key][0]:
                    begun[key] = number, one
        change = CountedChange([unit for _, unit in before.units], before.topics, now, list(one.topics))
        if change.any:
            changes[claim] = change
            cells.update(_cells(change.now, change.topics))
            cells.subtract(_cells(change.before, change.topics_before))
    units.write(session)
    restatements.write(session)
    if changes:
        _count_anew(session, {key: n for key, n in sorted(cells.items()) if n}, begun, claims.values())
        cluster_anew(session, changes)


_Begun = dict[str, tuple[int, ScoringInput]]  # scopes, with the first of these entries to count in it, and its claim


def unit_row(claim: int, unit: Unit, valid_from: int, valid_to: int) -> dict[str, object]:
    """A unit of a claim, from one entry to another, as its row."""
    row: dict[str, object] = dict(zip(UNIT_COLUMNS, unit, strict=True))
    del row[OUTLET]
    row.update(claim_id=claim, valid_from=valid_from, valid_to=valid_to)
    return row


def restatement_row(claim: int, restatement: Restatement, valid_from: int, valid_to: int) -> dict[str, object]:
    """A restatement of a claim, from one entry to another, as its row."""
    return {
        "claim_id": claim,
        "claimant_id": restatement.claimant,
        "times": restatement.times,
        "latest_id": restatement.latest,
        "mid": restatement.mid,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def _cells(units: Iterable[Unit], topics: Sequence[str]) -> list[tuple[str, Cell]]:
    return [(key, cell_of(unit)) for unit in units for key in scopes(unit, topics)]


def _count_anew(
    session: Session,
    cells: Mapping[tuple[str, Cell], int],
    begun: _Begun,
    claims: Iterable[ScoringInput],
) -> None:
    """Add to the cells and their scopes. A scope is named by the first entry that counts in it, whichever claim's."""
    counts: dict[str, list[int]] = {key: [0, 0] for key in sorted(begun)}
    for (key, cell), n in cells.items():
        found = counts.setdefault(key, [0, 0])
        found[0] += n
        found[1] += n if cell.status not in (OPEN, UNCHECKABLE) else 0
    of_claim = {one.claim.number: one.names() for one in claims}
    # A claim that is filed under another topic counts there with units that have not changed: nothing begins.
    names = {key: name for found in of_claim.values() for key, name in found.items()}
    names |= {key: of_claim[one.claim.number].get(key, "") for key, (_, one) in begun.items()}
    _add_to_scopes(session, counts, {**names, LEDGER: "The whole ledger"})
    kept = [{"scope": key, **cell._asdict(), "n": n} for (key, cell), n in cells.items() if stands_alone(key)]
    add_up(session, TallyRow.table(), kept)
    add_up(session, SumTally.table(), sum_rows(cells))


def sum_rows(cells: Mapping[tuple[str, Cell], int]) -> list[dict[str, Any]]:
    """Cells of scopes, or what is added to them, summed by status and month: what `SumTally` keeps of them."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for (key, cell), n in cells.items():
        total = found.setdefault((key, cell.status, cell.month), [0] * len(_SUMMED))
        for place, number in enumerate(_summed(cell)):
            total[place] += n * number
    return [
        {"scope": key, "status": status, "month": month, **dict(zip(_SUMMED, total, strict=True))}
        for (key, status, month), total in sorted(found.items())
        if any(total)
    ]


_SUMMED = ("n", "scored", "ours", "low", "low_rest", "mid", "mid_rest", "high", "high_rest")


@lru_cache(maxsize=1 << 12)
def _summed(cell: Cell) -> tuple[int, ...]:
    """What one forecast of a cell adds, by column."""
    one = sums_of_cell(cell)
    ends = (one.low, one.mid, one.high)
    return (one.n, one.scored, one.ours, *(part for end in ends for part in divmod(end, MILLION)))


def _add_to_scopes(session: Session, counts: Mapping[str, Sequence[int]], names: Mapping[str, str]) -> None:
    """Scopes stay when nothing counts in them any more: their pages have an address."""
    if counts:
        session.execute(
            _adding_to_scopes(session.get_bind().dialect.name),
            [
                {
                    **{"key": key, "inside": key.rpartition("/")[0], "kind": inner(key)[0]},
                    **{"name": names.get(key, ""), "recorded": r, "judged": j},
                }
                for key, (r, j) in counts.items()
            ],
        )


@cache
def _adding_to_scopes(dialect: str) -> Any:
    statement = insert_in(dialect, Scope.table())
    added = {name: Scope.table().c[name] + statement.excluded[name] for name in ("recorded", "judged")}
    return statement.on_conflict_do_update(index_elements=["key"], set_=added)


def rename_scope(session: Session, claimant: int, name: str) -> None:
    """Show a claimant's scorecard under a new name."""
    session.execute(update(Scope).where(Scope.key == scope("claimant", claimant)).values(name=name))
