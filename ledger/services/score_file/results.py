"""The scores of each group of a file's forecasts, and their JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from math import isinf
from typing import Any

from ledger.domain.scoring.calibration_band import DRAWS, Consistency, consistency
from ledger.domain.scoring.clustered_intervals import bootstrap_interval, brier_interval
from ledger.domain.scoring.grouped_forecasts import Grouped
from ledger.domain.scoring.proportion_intervals import Interval
from ledger.domain.scoring.summary import Summary, summarise
from ledger.services.score_file.forecast_file import Columns, Source, UnreadableRow, count, read_checked
from ledger.services.score_file.groups import RowGroup, group_rows
from ledger.services.score_file.parse_cells import NotUnderstood

# Without `resamples`, the number of draws for the p-value of MCB is QUICK / distinct forecasts, at most DRAWS and at
# least FEWEST (precise to ±0.1); it is not drawn if that comes to more than SLOW distinct forecasts in all.
QUICK, SLOW, FEWEST = 150_000, 1_000_000, 100
Progress = Callable[[int], None]


@dataclass(frozen=True)
class GroupResult:
    """The scores of one group, and the numbers of skipped rows by reason; `others` are scores of ranges or options."""

    group: str | None
    skipped: dict[str, int]
    grouped: Grouped
    summary: Summary
    consistency: Consistency | None
    draws: int
    others: dict[str, float | None]


def score_file(
    source: Source,
    columns: Columns,
    *,
    resamples: int | None = None,
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> list[GroupResult]:
    """Score a file's forecasts, one result a group, in the order of their names.

    With `resamples`, Brier intervals are bootstrapped by cluster and the p-value of MCB is drawn as often. Without, the
    intervals are cluster-robust, and the p-value is drawn if that is quick. Raises Refused.
    """
    counted = count(source, columns)
    try:
        groups = group_rows(counted, columns)
    except NotUnderstood:
        _refuse_first_bad_row(source, columns)
        raise
    del counted
    return [
        _score(name if columns.by else None, group, columns, resamples, seed, progress)
        for name, group in sorted(groups.items())
    ]


def _refuse_first_bad_row(source: Source, columns: Columns) -> None:
    """Read the file again up to the first row that cannot be parsed. Raises UnreadableRow for it."""
    with closing(read_checked(source, columns)) as rows:
        for row, raw in rows:
            try:
                group_rows(Counter([raw]), columns)
            except NotUnderstood as fault:
                raise UnreadableRow(row, str(fault)) from fault


def _score(
    name: str | None, group: RowGroup, columns: Columns, resamples: int | None, seed: int, progress: Progress
) -> GroupResult:
    grouped, interval = group.grouped, brier_interval(group.sums())
    draws = _default_draws(len(grouped.forecasts)) if resamples is None else resamples
    if resamples is not None:
        interval = bootstrap_interval(group.each_cluster(), resamples=resamples, seed=seed)
    drawn = draws and not columns.weight and not columns.options
    return GroupResult(
        name,
        dict(group.skipped),
        grouped,
        _of_options(group, interval) if columns.options else summarise(grouped, interval),
        consistency(grouped, draws=draws, seed=seed, progress=progress) if drawn else None,
        draws if drawn else 0,
        {"rps": group.mean("rps")} if columns.options else {other: group.mean(other) for other in group.other_scores},
    )


def _default_draws(groups: int) -> int:
    """The number of draws for the p-value of MCB, by the number of distinct forecasts."""
    draws = min(DRAWS, max(FEWEST, QUICK // max(groups, 1)))
    return draws if draws * groups <= SLOW else 0


def _of_options(group: RowGroup, interval: Interval | None) -> Summary:
    """The scores of forecasts over options; those of calibration, which are for single events, stay empty."""
    return replace(
        summarise(group.grouped, interval),
        n=group.weight,
        brier=group.mean("brier"),
        log_score=group.mean("log_score"),
        log_score_clipped=group.mean("log_score_clipped"),
        impossible=group.impossible,
    )


def as_json(scored: GroupResult) -> dict[str, Any]:
    """A result as JSON. An infinite score is the text "Infinity", since JSON has no such number."""
    summary, band = scored.summary, scored.consistency
    return {
        "group": scored.group,
        "n": _whole(summary.n),
        "skipped": sum(scored.skipped.values()),
        "skipped_because": scored.skipped,
        "base_rate": summary.base_rate,
        "brier": summary.brier,
        "log_score": _finite(summary.log_score),
        "log_score_clipped": summary.log_score_clipped,
        "impossible": _whole(summary.impossible),
        "spherical": summary.spherical,
        "mcb": summary.mcb,
        "dsc": summary.dsc,
        "unc": summary.unc,
        "mcb_p": band and band.p,
        "mcb_p_draws": scored.draws,
        "auc": summary.auc,
        "skill": summary.skill,
        "ci": summary.ci and list(summary.ci),
        **scored.others,
        "calibration": [
            {"low": b.low, "high": b.high, "n": _whole(b.n), "events": _whole(b.events), "rate": b.rate}
            for b in summary.calibration
        ],
    }


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _finite(value: float | None) -> float | str | None:
    return "Infinity" if value is not None and isinf(value) else value
