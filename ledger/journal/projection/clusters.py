"""Projection of running sums: the changes of claims are added to, or subtracted from, the sums of their clusters.

A cluster's state is read before it is changed: the sums of its parts from `part_tally`, those of the whole from the
whole's units. Most claims are no part of a whole, and their units are already known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from ledger.domain.confidence import MILLION
from ledger.domain.scoring.running_sums import ClusterScores, RunningSums, by_month, score
from ledger.domain.scoring.units import NO_NUMBER, Unit, event_of, scopes
from ledger.journal.projection.scoring_inputs import read_units_before
from ledger.journal.projection.statements import add_up
from ledger.store.tallies import FOREVER, ClusterTally, PartTally

InScope = tuple[int, str]  # a cluster and a scope, which has only some of the cluster's forecasts
Clusters = dict[InScope, dict[str, ClusterScores]]  # by month

_WHOLES: BindParameter[Sequence[int]] = bindparam("wholes", expanding=True)
_PARTS = select(PartTally.whole_id, PartTally.scope, PartTally.month, PartTally.n, PartTally.scores).where(
    PartTally.whole_id.in_(_WHOLES)
)


@dataclass(frozen=True)
class CountedChange:
    """A claim's units and topics before and after a change."""

    before: Sequence[Unit]
    topics_before: Sequence[str]
    now: Sequence[Unit]
    topics: Sequence[str]

    @property
    def any(self) -> bool:
        """Whether anything counts differently."""
        if len(self.before) != len(self.now) or set(self.before) != set(self.now):
            return True
        return bool(self.now) and set(self.topics_before) != set(self.topics)


def update_clusters(session: Session, changes: Mapping[int, CountedChange]) -> None:
    """Bring the running sums up to date with the changes of these claims."""
    added: Clusters = {}
    of_parts: Clusters = {}
    for claim, change in changes.items():
        for cluster, month, scored in _differences(change):
            _add(added, cluster, month, scored)
            if cluster[0] != claim:
                _add(of_parts, cluster, month, scored)
    if not added:
        return
    before = _read(session, {cluster for cluster, _ in added}, changes)
    sums: dict[tuple[str, str], list[int]] = {}
    for cluster, months in added.items():
        was = before.get(cluster, {})
        now = dict(was)
        for month, scored in months.items():
            now[month] = now.get(month, ClusterScores()) + scored
        for sign, profile in ((1, now), (-1, was)):
            for month, running in by_month({m: s for m, s in profile.items() if s.n}).items():
                total = sums.setdefault((cluster[1], month), [0] * len(_COLUMNS))
                for place, number in enumerate(_columns(running)):
                    total[place] += sign * number
    add_up(
        session,
        ClusterTally.table(),
        [
            {"scope": scope, "month": month, **dict(zip(_COLUMNS, total, strict=True))}
            for (scope, month), total in sorted(sums.items())
            if any(total)
        ],
    )
    add_up(
        session,
        PartTally.table(),
        [
            {"whole_id": whole, "scope": scope, "month": month, "n": scored.n, "scores": scored.scores}
            for (whole, scope), months in sorted(of_parts.items())
            for month, scored in sorted(months.items())
            if scored != ClusterScores()
        ],
    )


_COLUMNS = ("clusters", "n", "scores", "squares", "rest", "products", "sizes")


def _columns(sums: RunningSums) -> tuple[int, ...]:
    squares, rest = divmod(sums.squares, MILLION)
    return sums.clusters, sums.n, sums.scores, squares, rest, sums.products, sums.sizes


def columns_of(sums: RunningSums) -> dict[str, int]:
    """Running sums as the columns of a row."""
    return dict(zip(_COLUMNS, _columns(sums), strict=True))


def _differences(change: CountedChange) -> list[tuple[InScope, str, ClusterScores]]:
    """The change in what a claim adds to each cluster and month; negative where it adds less than before."""
    found: Clusters = {}
    for cluster, month, scored in _scored(change.now, change.topics):
        _add(found, cluster, month, scored)
    for cluster, month, scored in _scored(change.before, change.topics_before):
        _add(found, cluster, month, ClusterScores() - scored)
    return [
        (cluster, month, scored)
        for cluster, months in found.items()
        for month, scored in months.items()
        if scored != ClusterScores()
    ]


def _scored(units: Sequence[Unit], topics: Sequence[str]) -> list[tuple[InScope, str, ClusterScores]]:
    """The scored units, once for each scope in which they count."""
    found = []
    for unit in units:
        event = event_of(unit.status)
        if event is not None and unit.mid != NO_NUMBER:
            scored = ClusterScores(1, score(unit.mid, event))
            found += [((unit.cluster, key), unit.month, scored) for key in scopes(unit, topics)]
    return found


def _read(session: Session, clusters: Collection[int], changes: Mapping[int, CountedChange]) -> Clusters:
    """The state of these clusters before the changes."""
    found: Clusters = {}
    for row in session.execute(_PARTS, {"wholes": sorted(clusters)}):
        _add(found, (row.whole_id, row.scope), row.month, ClusterScores(row.n, row.scores))
    own = {claim: (change.before, change.topics_before) for claim, change in changes.items() if claim in clusters}
    others = {claim: FOREVER for claim in clusters if claim not in changes}
    for claim, whole in read_units_before(session, others).items():
        own[claim] = [unit for _, unit in whole.units], whole.topics
    for claim, (units, topics) in own.items():
        for cluster, month, scored in _scored(units, topics):
            if cluster[0] == claim:
                _add(found, cluster, month, scored)
    return found


def _add(clusters: Clusters, cluster: InScope, month: str, scored: ClusterScores) -> None:
    months = clusters.setdefault(cluster, {})
    months[month] = months.get(month, ClusterScores()) + scored
