"""Grouping the rows of a file, with the sums that scores are computed from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, compress, repeat
from operator import not_

from ledger.domain.scoring import categorical
from ledger.domain.scoring.binary_scores import brier, log_score_clipped
from ledger.domain.scoring.clustered_intervals import ClusterSums, sum_clusters
from ledger.domain.scoring.grouped_forecasts import Grouped, from_counts, from_values
from ledger.domain.scoring.interval_scores import range_score
from ledger.domain.scoring.summary import unclustered_sums
from ledger.services.score_file.forecast_file import Columns, PlainColumns, RawRow
from ledger.services.score_file.parse_cells import (
    event_of,
    option_of,
    probabilities_of,
    range_of,
    spread_of,
    weight_of,
)

# Why a row is left out.
NO_OUTCOME, NO_FORECAST, NO_WEIGHT = "no outcome", "no forecast", "weight 0"


@dataclass
class RowGroup:
    """The sums over the rows of one group. Weights are 1 if the file has none."""

    happened: dict[float, float] = field(default_factory=dict)  # weight of events by forecast probability
    did_not_happen: dict[float, float] = field(default_factory=dict)
    # Sums of Brier scores and of weights, by cluster; and the numbers of rows without a cluster, by score and weight.
    clusters: dict[str, tuple[float, float]] = field(default_factory=dict)
    unclustered: Counter[tuple[float, float]] = field(default_factory=Counter)
    other_scores: dict[str, float] = field(default_factory=dict)  # sums of the scores that only ranges or options have
    weight: float = 0.0
    impossible: float = 0.0  # of options only: other impossible outcomes are counted from `grouped`
    skipped: Counter[str] = field(default_factory=Counter)

    @cached_property
    def grouped(self) -> Grouped:
        """The grouped forecasts, ranges at their middles. Read it only after all rows were added."""
        return from_counts(self.happened, self.did_not_happen)

    def add(self, p: float, event: int, weight: float) -> None:
        """Add a forecast of an event."""
        side = self.happened if event else self.did_not_happen
        side[p] = side.get(p, 0.0) + weight

    def add_scores(self, weight: float, **scores: float) -> None:
        """Add scores to the sums of other scores."""
        for name, score in scores.items():
            self.other_scores[name] = self.other_scores.get(name, 0.0) + weight * score

    def mean(self, name: str) -> float | None:
        """The mean of one of the other scores, or None."""
        return self.other_scores[name] / self.weight if name in self.other_scores else None

    def sums(self) -> ClusterSums:
        """The sums over clusters."""
        if not self.clusters and not self.unclustered:
            return unclustered_sums(self.grouped)
        singles = [
            ClusterSums(times, times * m, times * s, times * s * s, times * s * m, times * m * m)
            for (s, m), times in self.unclustered.items()
        ]
        return sum(singles, sum_clusters(list(self.clusters.values())))

    def each_cluster(self) -> list[tuple[float, float]]:
        """The sum of scores and the sum of weights of every cluster; a row without a cluster is one of its own."""
        if self.clusters or self.unclustered:
            return [*self.clusters.values(), *chain(*(repeat(one, times) for one, times in self.unclustered.items()))]
        of_rows = (((brier(p, 1), k), (brier(p, 0), n - k)) for p, n, k in self.grouped.rows())
        return [(score, 1.0) for score, times in chain(*of_rows) for _ in range(int(times))]


def group_rows(counted: Counter[RawRow] | PlainColumns, columns: Columns) -> dict[str, RowGroup]:
    """Group counted rows by the `by` column, or into one group "" if there is none. Raises NotUnderstood."""
    if isinstance(counted, PlainColumns):
        return {"": _plain_group(counted.forecasts, counted.outcomes)}
    if columns.plain:
        return {"": _plain_group([raw[0] for raw in counted], [raw[1] for raw in counted], list(counted.values()))}
    groups: dict[str, RowGroup] = {}
    width = len(columns.forecasts)
    for raw, times in counted.items():
        extras = dict(zip(columns.extras, raw[width + 1 :], strict=True))
        group = groups.setdefault(extras.get("by", "").strip(), RowGroup())
        weight = weight_of(extras["weight"]) if columns.weight else 1.0
        if not weight:
            group.skipped[NO_WEIGHT] += times
            continue
        score = _add_row(group, raw[:width], raw[width], columns, weight * times)
        if isinstance(score, str):
            group.skipped[score] += times
        elif name := extras.get("cluster", "").strip():
            s, m = group.clusters.get(name, (0.0, 0.0))
            group.clusters[name] = s + times * weight * score, m + times * weight
        else:
            group.unclustered[weight * score, weight] += times
    return groups


def _add_row(group: RowGroup, texts: RawRow, outcome: str, columns: Columns, weight: float) -> float | str:
    """Add a row to its group. Returns its Brier score (of a range, that of the middle), or why it is left out."""
    if columns.options:
        came, spread = option_of(outcome, columns.options), spread_of(texts)
        if came is None or spread is None:
            return NO_OUTCOME if came is None else NO_FORECAST
        score = categorical.brier(spread, came)
        group.add_scores(weight, brier=score, rps=categorical.ranked_probability_score(spread, came))
        group.add_scores(weight, log_score=categorical.log_score(spread, came))
        group.add_scores(weight, log_score_clipped=log_score_clipped(spread[came], 1))
        group.impossible += 0 if spread[came] else weight
        group.weight += weight
        return score
    event, (low, high) = event_of(outcome), range_of(texts)
    if event is None or low is None or high is None:
        return NO_OUTCOME if event is None else NO_FORECAST
    mid = _middle(low, high)
    group.add(mid, event, weight)
    group.weight += weight
    if columns.low:
        ends = brier(low, event), brier(high, event)
        group.add_scores(weight, brier_best=min(ends), brier_worst=max(ends), range_score=range_score(low, high, event))
    return brier(mid, event)


def _middle(low: float, high: float) -> float:
    """The middle of a range in decimals: 0.2 to 0.4 gives 0.3, which is pooled with other forecasts of 0.3.

    The float (0.2 + 0.4) / 2 differs from 0.3, so it would be ranked and pooled separately.
    """
    return low if low == high else float(f"{(low + high) / 2:.15g}")


def _plain_group(texts: list[str], outcomes: list[str], times: list[int] | None = None) -> RowGroup:
    """The group of a file with only probabilities and outcomes: by column, as it may have millions of rows."""
    group = RowGroup()
    given = probabilities_of(texts)
    settled = {text: event_of(text) for text in set(outcomes)}
    events = list(map(settled.__getitem__, outcomes))
    if None not in settled.values() and None not in given and (times is None or sum(times) == len(times)):
        probabilities = [p for p in given if p is not None]
        group.grouped = from_values(
            list(compress(probabilities, events)), list(compress(probabilities, map(not_, events)))
        )
        return group
    for p, event, n in zip(given, events, times or repeat(1), strict=times is not None):
        if p is None or event is None:
            group.skipped[NO_OUTCOME if event is None else NO_FORECAST] += n
        else:
            group.add(p, event, n)
    return group
