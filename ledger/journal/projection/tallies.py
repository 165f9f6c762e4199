"""Projection of tallies: take away what a claim had added to the cells, add what it adds now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from itertools import groupby

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session

from ledger.domain.checkability import Checkability
from ledger.domain.claims import last_day, said_too_late
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Said
from ledger.domain.outcomes import Outcome
from ledger.domain.policy import POLICY
from ledger.domain.scoring.tally import LEDGER, OPEN, UNCHECKABLE, Cell, Sums, contributions, scope
from ledger.domain.wholes import JudgedFrom
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Claimant, Document
from ledger.store.reviews import Verdict
from ledger.store.tallies import Contribution, Scope, Tally
from ledger.store.upsert import insert_for

Cells = Mapping[Cell, Sums]
_AT_ONCE = 500  # claims a query

_IDS: BindParameter[Sequence[int]] = bindparam("claims", expanding=True)
_CLAIMS = select(Claim.id, Claim.horizon, Claim.outcome, Claim.state, Claim.checkability, Claim.judged_from).where(
    Claim.id.in_(_IDS)
)
_TOPICS = select(Topic.claim_id, Topic.slug, Topic.name).where(Topic.claim_id.in_(_IDS))
_VERDICTS = select(Verdict.claim_id, Verdict.adopted_at).where(
    Verdict.claim_id.in_(_IDS), Verdict.superseded_by.is_(None)
)
_CONTRIBUTIONS = select(Contribution.claim_id, Contribution.cells).where(Contribution.claim_id.in_(_IDS))
_SAID = (
    select(
        *(Forecast.id, Forecast.claim_id, Forecast.made_on, Forecast.document_id),
        *(Forecast.confidence_kind, Forecast.low, Forecast.high),
        *(Forecast.yardstick, Forecast.yardstick_version, Forecast.term),
        *(Document.outlet_slug, Document.outlet, Document.title, Claimant.id.label("claimant"), Claimant.name),
    )
    .join(Document, Document.id == Forecast.document_id)
    .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
    .join(Claimant, Claimant.id == ForecastClaimant.claimant_id)
    .where(Forecast.claim_id.in_(_IDS))
    .order_by(Forecast.id, Claimant.id)
)


def retally(session: Session, changed: Mapping[int, Sequence[int]]) -> None:
    """Bring the tallies up to date with claims as the tables now show them.

    For each claim, the numbers of the entries that changed what it adds. Several are new forecasts (nothing else
    may come together): they are counted one after another, as they would have been had each come alone.
    """
    found = _read_claims(session, list(changed))
    change: dict[Cell, Sums] = {}
    names: dict[str, tuple[int, str]] = {LEDGER: (0, "The whole ledger")}
    kept: dict[int, Cells] = {}
    for claim, numbers in changed.items():
        one = found[claim]
        before = one.before
        for number in numbers:
            said = [s for s in one.said if s.number <= number] if len(numbers) > 1 else one.said
            now = one.contributions(said)
            step = {cell: now.get(cell, Sums()) + -before.get(cell, Sums()) for cell in now.keys() | before.keys()}
            step = {cell: sums for cell, sums in step.items() if sums != Sums()}
            for cell, sums in step.items():
                change[cell] = change.get(cell, Sums()) + sums
            if step:
                before = kept[claim] = now
        # A scope is named by the first entry that counts in it, whichever claim that was about.
        first = min((s.number for s in one.said), default=0)
        for key, (rank, name) in one.names(first).items():
            if key not in names or rank < names[key][0]:
                names[key] = rank, name
    if kept:
        change = dict(sorted(change.items(), key=lambda item: item[0]))
        _add_to_scopes(session, change, {key: name for key, (_, name) in names.items()})
        _add_to_cells(session, change)
        _keep(session, kept)


@dataclass
class _Counted:
    """A claim as far as tallies go."""

    horizon: PartialDate | None
    outcome: Outcome | None
    counts: bool
    checkable: bool
    decided_on: date | None = None
    topics: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    named: list[tuple[int, str, str]] = field(default_factory=list)  # (forecast, scope, name)
    before: Cells = field(default_factory=dict)

    def contributions(self, said: Sequence[Said]) -> dict[Cell, Sums]:
        first = min(said, key=lambda s: (s.made_on.last, s.number), default=None)
        if first is not None:
            # What was said once the claim could not come about any more is counted, and has no number to score.
            said = [
                replace(one, confidence=Confidence.none())
                if said_too_late(one.made_on, self.horizon, first.made_on, POLICY)
                else one
                for one in said
            ]
        return contributions(
            said if self.counts else (),
            self.topics,
            outcome=self.outcome,
            checkable=self.checkable,
            horizon=PartialDate.of(last_day(self.horizon, first.made_on, POLICY)) if first else self.horizon,
            decided_on=self.decided_on,
        )

    def names(self, first: int) -> dict[str, tuple[int, str]]:
        """The names of the scopes it counts in, each with the entry from which it did."""
        found = {scope("topic", slug): (first, name) for slug, name in self.topics.items()}
        for number, key, name in self.named:
            found.setdefault(key, (number, name))
        return found


def _read_claims(session: Session, claims: Sequence[int]) -> dict[int, _Counted]:
    """These claims with their forecasts as scoring sees them."""
    found: dict[int, _Counted] = {}
    for start in range(0, len(claims), _AT_ONCE):
        found |= _read_some(session, claims[start : start + _AT_ONCE])
    return found


def _read_some(session: Session, claims: Sequence[int]) -> dict[int, _Counted]:
    these = {"claims": claims}
    found = {
        claim.id: _Counted(
            horizon=claim.horizon,
            outcome=claim.outcome,
            # A whole judged from its parts is counted through them; what has ended is counted nowhere.
            counts=not claim.state.ended and claim.judged_from is JudgedFrom.ITSELF,
            checkable=claim.checkability is Checkability.CHECKABLE,
        )
        for claim in session.execute(_CLAIMS, these)
    }
    for topic in session.execute(_TOPICS, these):
        found[topic.claim_id].topics[topic.slug] = topic.name
    for verdict in session.execute(_VERDICTS, these):
        found[verdict.claim_id].decided_on = verdict.adopted_at.astimezone(UTC).date()
    for kept in session.execute(_CONTRIBUTIONS, these):
        found[kept.claim_id].before = _read(kept.cells)
    for _, rows in groupby(session.execute(_SAID, these), key=lambda row: row.id):
        together = list(rows)
        one = together[0]
        counted = found[one.claim_id]
        counted.said.append(
            Said(
                one.id,
                one.made_on,
                tuple(row.claimant for row in together),
                one.outlet_slug,
                one.document_id,
                Confidence(one.confidence_kind, one.low, one.high, one.yardstick, one.yardstick_version, one.term),
            )
        )
        counted.named += [
            (one.id, scope("outlet", one.outlet_slug), one.outlet),
            (one.id, scope("document", one.document_id), one.title),
            *((one.id, scope("claimant", row.claimant), row.name) for row in together),
        ]
    return found


def rename_scope(session: Session, claimant: int, name: str) -> None:
    """Show a claimant's scorecard under a new name."""
    session.execute(update(Scope).where(Scope.key == scope("claimant", claimant)).values(name=name))


def _add_to_scopes(session: Session, change: Cells, names: Mapping[str, str]) -> None:
    counts: dict[str, tuple[int, int]] = {}
    for cell, sums in change.items():
        recorded, judged = counts.get(cell.scope, (0, 0))
        counts[cell.scope] = recorded + sums.n, judged + (sums.n if cell.standing not in (OPEN, UNCHECKABLE) else 0)
    statement = insert_for(session, Scope.table())
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
    statement = insert_for(session, Tally.table())
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


def _keep(session: Session, kept: Mapping[int, Cells]) -> None:
    statement = insert_for(session, Contribution.table())
    session.execute(
        statement.on_conflict_do_update(index_elements=["claim_id"], set_={"cells": statement.excluded.cells}),
        [{"claim_id": claim, "cells": _written(cells)} for claim, cells in kept.items()],
    )


def _written(cells: Cells) -> str:
    return json.dumps(
        [
            [cell.scope, cell.standing, cell.month, sums.n, sums.scored, sums.low, sums.mid, sums.high]
            for cell, sums in sorted(cells.items(), key=lambda item: item[0])
        ]
    )


def _read(text: str | None) -> dict[Cell, Sums]:
    return {Cell(*row[:3]): Sums(*row[3:]) for row in json.loads(text or "[]")}
