"""Projection of tallies: units are closed and opened, and the difference is added to the counts of their scopes."""

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
from ledger.domain.scoring.units import LEDGER, OPEN, UNCHECKABLE, Unit, has_scorecard, inner, scope, scopes
from ledger.journal.projection.clusters import CountedChange, update_clusters
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
    """Bring units and tallies up to date with the present tables.

    `changed` has, for each claim, the numbers of the entries that changed what it adds. Several entries on one claim
    must all be new forecasts; they are counted one after another, as if each had been projected alone.
    """
    claims = read_claims(session, changed)
    units_before = read_units_before(session, {claim: numbers[0] for claim, numbers in changed.items()})
    restated = read_restatements(session, changed)
    units = History[Unit](UnitRow.table(), lambda unit: (unit.forecast, unit.claimant), unit_row)
    restatements = History[Restatement](RestatementRow.table(), lambda one: one.claimant, restatement_row)
    new_scopes: _NewScopes = {}
    cells: Counter[tuple[str, Cell]] = Counter()
    changes: dict[int, CountedChange] = {}
    for claim, numbers in changed.items():
        one, before = claims[claim], units_before[claim]
        upto = [(number, number if len(numbers) > 1 else None) for number in numbers]
        now, added = units.follow(claim, before.units, ((number, one.units(last)) for number, last in upto))
        restatements.follow(claim, restated[claim], ((number, one.restatements(last)) for number, last in upto))
        for number, unit in added:
            for key in scopes(unit, one.topics):
                if key not in new_scopes or number < new_scopes[key][0]:
                    new_scopes[key] = number, one
        change = CountedChange([unit for _, unit in before.units], before.topics, now, list(one.topics))
        if change.any:
            changes[claim] = change
            cells.update(_cells(change.now, change.topics))
            cells.subtract(_cells(change.before, change.topics_before))
    units.write(session)
    restatements.write(session)
    if changes:
        _update_counts(session, {key: n for key, n in sorted(cells.items()) if n}, new_scopes, claims.values())
        update_clusters(session, changes)


# Scopes of new units, with the first of these entries that counts in each, and the claim of that entry.
_NewScopes = dict[str, tuple[int, ScoringInput]]


def unit_row(claim: int, unit: Unit, valid_from: int, valid_to: int) -> dict[str, object]:
    """The row of a claim's unit that is valid from one entry to another."""
    row: dict[str, object] = dict(zip(UNIT_COLUMNS, unit, strict=True))
    del row[OUTLET]
    row.update(claim_id=claim, valid_from=valid_from, valid_to=valid_to)
    return row


def restatement_row(claim: int, restatement: Restatement, valid_from: int, valid_to: int) -> dict[str, object]:
    """The row of a claim's restatement that is valid from one entry to another."""
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


def _update_counts(
    session: Session,
    cells: Mapping[tuple[str, Cell], int],
    new_scopes: _NewScopes,
    claims: Iterable[ScoringInput],
) -> None:
    """Add to the cells and their scopes. The first entry that counts in a scope gives it its name."""
    counts: dict[str, list[int]] = {key: [0, 0] for key in sorted(new_scopes)}
    for (key, cell), n in cells.items():
        found = counts.setdefault(key, [0, 0])
        found[0] += n
        found[1] += n if cell.status not in (OPEN, UNCHECKABLE) else 0
    of_claim = {one.claim.number: one.names() for one in claims}
    # A claim that is filed under another topic counts there with old units, so that scope is not in `new_scopes`.
    names = {key: name for found in of_claim.values() for key, name in found.items()}
    names |= {key: of_claim[one.claim.number].get(key, "") for key, (_, one) in new_scopes.items()}
    _add_to_scopes(session, counts, {**names, LEDGER: "The whole ledger"})
    rows = [{"scope": key, **cell._asdict(), "n": n} for (key, cell), n in cells.items() if has_scorecard(key)]
    add_up(session, TallyRow.table(), rows)
    add_up(session, SumTally.table(), sum_rows(cells))


def sum_rows(cells: Mapping[tuple[str, Cell], int]) -> list[dict[str, Any]]:
    """The rows of `SumTally`: cells of scopes, or changes of them, summed by status and month."""
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
    """What one forecast of a cell adds to each column of _SUMMED."""
    one = sums_of_cell(cell)
    ends = (one.low, one.mid, one.high)
    return (one.n, one.scored, one.ours, *(part for end in ends for part in divmod(end, MILLION)))


def _add_to_scopes(session: Session, counts: Mapping[str, Sequence[int]], names: Mapping[str, str]) -> None:
    """Add to the counts of scopes. A scope stays even if nothing counts in it any more: its page has an address."""
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
    """Change the name of a claimant's scope."""
    session.execute(update(Scope).where(Scope.key == scope("claimant", claimant)).values(name=name))
