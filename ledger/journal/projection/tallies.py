"""Projection of tallies: take away what a claim had added to the cells, add what it adds now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ledger.domain.checkability import Checkability
from ledger.domain.claims import last_day
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Said
from ledger.domain.policy import POLICY
from ledger.domain.scoring.tally import LEDGER, OPEN, UNCHECKABLE, Cell, Sums, contributions, scope
from ledger.domain.wholes import JudgedFrom
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Claimant, Document
from ledger.store.reviews import Verdict
from ledger.store.tallies import Contribution, Scope, Tally
from ledger.store.upsert import insert_for

Cells = Mapping[Cell, Sums]


def retally(session: Session, claim_id: int) -> None:
    """Bring the tallies up to date with one claim as the tables now show it."""
    claim = session.execute(
        select(Claim.horizon, Claim.outcome, Claim.state, Claim.checkability, Claim.judged_from).where(
            Claim.id == claim_id
        )
    ).one()
    topics = {
        row.slug: row.name for row in session.execute(select(Topic.slug, Topic.name).where(Topic.claim_id == claim_id))
    }
    decided_at = session.scalar(
        select(Verdict.adopted_at).where(Verdict.claim_id == claim_id, Verdict.superseded_by.is_(None))
    )
    said, names = _said(session, claim_id)
    first = min(said, key=lambda s: (s.made_on.last, s.number), default=None)
    names |= {scope("topic", slug): name for slug, name in topics.items()}
    # A whole judged from its parts is counted through them; what has ended is counted nowhere.
    counts = not claim.state.ended and claim.judged_from is JudgedFrom.ITSELF
    now = contributions(
        said if counts else (),
        topics,
        outcome=claim.outcome,
        checkable=claim.checkability is Checkability.CHECKABLE,
        horizon=PartialDate.of(last_day(claim.horizon, first.made_on, POLICY)) if first else claim.horizon,
        decided_on=decided_at.astimezone(UTC).date() if decided_at else None,
    )
    before = _read(session.scalar(select(Contribution.cells).where(Contribution.claim_id == claim_id)))
    change = {cell: now.get(cell, Sums()) + -before.get(cell, Sums()) for cell in sorted(now.keys() | before.keys())}
    change = {cell: sums for cell, sums in change.items() if sums != Sums()}
    if change:
        _add_to_scopes(session, change, names)
        _add_to_cells(session, change)
        _keep(session, claim_id, now)


def rename_scope(session: Session, claimant: int, name: str) -> None:
    """Show a claimant's scorecard under a new name."""
    session.execute(update(Scope).where(Scope.key == scope("claimant", claimant)).values(name=name))


def _said(session: Session, claim_id: int) -> tuple[list[Said], dict[str, str]]:
    """The claim's forecasts as scoring sees them, and the names of the scopes they count in."""
    rows = session.execute(
        select(Forecast, Document, Claimant.id, Claimant.name)
        .join(Document, Document.id == Forecast.document_id)
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
        .where(Forecast.claim_id == claim_id)
        .order_by(Forecast.id, Claimant.id)
    ).all()
    names = {LEDGER: "The whole ledger"}
    claimants: dict[int, list[int]] = {}
    found: dict[int, tuple[Forecast, Document]] = {}
    for forecast, document, claimant, name in rows:
        found[forecast.id] = forecast, document
        claimants.setdefault(forecast.id, []).append(claimant)
        names[scope("claimant", claimant)] = name
        names[scope("outlet", document.outlet_slug)] = document.outlet
        names[scope("document", document.id)] = document.title
    return [
        Said(number, f.made_on, tuple(claimants[number]), d.outlet_slug, d.id, f.confidence)
        for number, (f, d) in found.items()
    ], names


def _add_to_scopes(session: Session, change: Cells, names: Mapping[str, str]) -> None:
    counts: dict[str, tuple[int, int]] = {}
    for cell, sums in change.items():
        recorded, judged = counts.get(cell.scope, (0, 0))
        counts[cell.scope] = recorded + sums.n, judged + (sums.n if cell.standing not in (OPEN, UNCHECKABLE) else 0)
    statement = insert_for(session, Scope)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "recorded": Scope.recorded + statement.excluded.recorded,
                "judged": Scope.judged + statement.excluded.judged,
            },
        ),
        [
            {"key": key, "kind": key.partition(":")[0], "name": names.get(key, key), "recorded": r, "judged": j}
            for key, (r, j) in counts.items()
        ],
    )


def _add_to_cells(session: Session, change: Cells) -> None:
    statement = insert_for(session, Tally)
    sums = ("n", "scored", "low", "mid", "high")
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["scope", "standing", "month"],
            set_={name: getattr(Tally, name) + statement.excluded[name] for name in sums},
        ),
        [
            {"scope": cell.scope, "standing": cell.standing, "month": cell.month}
            | {name: getattr(added, name) for name in sums}
            for cell, added in change.items()
        ],
    )


def _keep(session: Session, claim_id: int, cells: Cells) -> None:
    rows = [
        [cell.scope, cell.standing, cell.month, sums.n, sums.scored, sums.low, sums.mid, sums.high]
        for cell, sums in sorted(cells.items(), key=lambda c: c[0])
    ]
    text = json.dumps(rows)
    statement = insert_for(session, Contribution)
    session.execute(
        statement.on_conflict_do_update(index_elements=["claim_id"], set_={"cells": statement.excluded.cells}),
        {"claim_id": claim_id, "cells": text},
    )


def _read(text: str | None) -> dict[Cell, Sums]:
    return {Cell(*row[:3]): Sums(*row[3:]) for row in json.loads(text or "[]")}
