"""All figures of a scorecard, computed from its tally alone, so that the cost does not grow with the claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ledger.domain.confidence import MILLION
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import DID_NOT_HAPPEN, EVENTS, HAPPENED, Outcome
from ledger.domain.policies import Grades
from ledger.domain.scoring.brier import mean_squared_error, squared_error
from ledger.domain.scoring.clustered_intervals import ClusterSums, brier_interval
from ledger.domain.scoring.exact_log import mean_log_scores
from ledger.domain.scoring.grouped_forecasts import Grouped, from_counts
from ledger.domain.scoring.proportion_intervals import Interval, wilson
from ledger.domain.scoring.running_sums import RunningSums
from ledger.domain.scoring.summary import Summary, summarise
from ledger.domain.scoring.tally import EARLY, Cell, Headline, Sums, Tally, headline, summed, sums
from ledger.domain.scoring.units import NO_NUMBER, OPEN, UNCHECKABLE, month_of


@dataclass(frozen=True)
class Score:
    """A mean Brier score (0-1, lower is better) over n forecasts; None where n is 0."""

    n: int
    brier: float | None


@dataclass(frozen=True)
class RangeScores:
    """The Brier score with every range taken at its lower end, its middle, and its upper end."""

    low: float | None
    mid: float | None
    high: float | None


@dataclass(frozen=True)
class GradedScores:
    """Scores with outcomes between true and false counted by the policy's grades, all as true, or all as false."""

    by_grade: Score
    as_true: Score
    as_false: Score


@dataclass(frozen=True)
class EarlyComparison:
    """The headline score, which waits for the horizon, and the score that counts early verdicts as well."""

    headline: Score
    headline_base_rate: float | None
    with_early: Score
    with_early_base_rate: float | None


@dataclass(frozen=True)
class Profile:
    """How all recorded forecasts are worded; `hedged` are bare possibilities without a number."""

    recorded: int
    worded: dict[str, int]  # by modality
    hedged: int
    hedge_rate: float | None
    hedge_interval: Interval | None
    uncheckable: int  # too vague or not a forecast, decided before any evidence


@dataclass(frozen=True)
class Card:
    """All figures of a scorecard; `unscored` counts forecasts without a score, by reason."""

    headline: Headline
    scores: Summary
    readings: RangeScores
    graded: GradedScores
    early: EarlyComparison
    profile: Profile
    unscored: dict[str, int]


def card(tally: Tally, today: date, grades: Grades) -> Card:
    """All figures of a tally as of a day (UTC), with the grades of a policy."""
    by_status = sums(tally.cells, today)
    head = headline(by_status)
    counted = {cell: n for cell, n in tally.cells.items() if cell.month <= month_of(today)}
    return Card(
        headline=head,
        scores=_summary(head, counted, tally.clusters),
        readings=_readings(by_status),
        graded=_graded(counted, grades),
        early=_early_guard(head, tally.cells),
        profile=_profile(head.recorded, tally.cells),
        unscored=_unscored(head, counted),
    )


def scored_now(tally: Tally) -> Grouped:
    """The forecasts of a tally that the headline scores, by the middle of their range."""
    return grouped({cell: n for cell, n in tally.cells.items() if not cell.month})


def grouped(cells: Mapping[Cell, int]) -> Grouped:
    """The scored forecasts of these cells, by the middle of their range."""
    happened, did_not = ({mid / MILLION: n for mid, n in side.items()} for side in _sides(cells))
    return from_counts(happened, did_not)


def _sides(cells: Mapping[Cell, int]) -> tuple[Counter[int], Counter[int]]:
    """The number of scored forecasts that came true, and of those that did not, by the middle of their range."""
    happened: Counter[int] = Counter()
    did_not: Counter[int] = Counter()
    for cell, n in _scored(cells):
        (happened if cell.status in HAPPENED else did_not)[cell.mid] += n
    return happened, did_not


def _summary(head: Headline, counted: Mapping[Cell, int], clusters: RunningSums) -> Summary:
    """The scores. Sums are in whole numbers where possible, because sums of floats may differ between machines."""
    scores = summarise(grouped(counted), brier_interval(as_floats(clusters)))
    log_score, clipped = mean_log_scores(*_sides(counted))
    return replace(
        scores,
        n=head.scored,
        brier=head.brier,
        log_score=log_score,
        log_score_clipped=clipped,
        impossible=int(scores.impossible),
        calibration=tuple(replace(block, n=int(block.n), events=int(block.events)) for block in scores.calibration),
    )


def as_floats(running: RunningSums) -> ClusterSums:
    """Running sums converted to the units of the score."""
    return ClusterSums(
        clusters=running.clusters,
        n=running.n,
        scores=running.scores / MILLION,
        squares=running.squares / (MILLION * MILLION),
        products=running.products / MILLION,
        sizes=running.sizes,
    )


def _with_number(cells: Mapping[Cell, int]) -> Iterator[tuple[Cell, int]]:
    return ((cell, n) for cell, n in cells.items() if cell.mid != NO_NUMBER)


def _readings(by_status: Mapping[str, Sums]) -> RangeScores:
    total = summed(by_status, EVENTS)
    return RangeScores(*(mean_squared_error(end, total.scored) for end in (total.low, total.mid, total.high)))


def _graded(counted: Mapping[Cell, int], grades: Grades) -> GradedScores:
    n = 0
    totals = [0, 0, 0]
    for cell, count in _with_number(counted):
        grade = grades.millionths(Outcome(cell.status)) if cell.status not in (OPEN, UNCHECKABLE) else None
        if grade is None:
            continue
        n += count
        totals[0] += count * (cell.mid - grade) ** 2
        totals[1] += count * squared_error(cell.mid, int(cell.status not in DID_NOT_HAPPEN))
        totals[2] += count * squared_error(cell.mid, int(cell.status in HAPPENED))
    return GradedScores(*(Score(n, mean_squared_error(total, n)) for total in totals))


def _early_guard(head: Headline, cells: Mapping[Cell, int]) -> EarlyComparison:
    at_once = headline(_sums_with_early(cells))
    return EarlyComparison(
        headline=Score(head.scored, head.brier),
        headline_base_rate=head.base_rate,
        with_early=Score(at_once.scored, at_once.brier),
        with_early_base_rate=at_once.base_rate,
    )


def _sums_with_early(cells: Mapping[Cell, int]) -> dict[str, Sums]:
    """Cells summed by status, with early verdicts counted at once."""
    found: Counter[Cell] = Counter()
    for cell, n in cells.items():
        found[cell._replace(month="")] += n
    return sums(found, date.max)


def _profile(recorded: int, cells: Mapping[Cell, int]) -> Profile:
    worded = dict.fromkeys((modality.value for modality in Modality), 0)
    hedged = uncheckable = 0
    for cell, n in cells.items():
        worded[cell.modality.value] += n
        hedged += n if cell.modality is Modality.COULD and cell.mid == NO_NUMBER else 0
        uncheckable += n if cell.status == UNCHECKABLE else 0
    return Profile(
        recorded=recorded,
        worded=worded,
        hedged=hedged,
        hedge_rate=hedged / recorded if recorded else None,
        hedge_interval=wilson(hedged, recorded),
        uncheckable=uncheckable,
    )


def _scored(counted: Mapping[Cell, int]) -> Iterator[tuple[Cell, int]]:
    return ((cell, n) for cell, n in _with_number(counted) if cell.status in EVENTS)


def _unscored(head: Headline, counted: Mapping[Cell, int]) -> dict[str, int]:
    """The number of forecasts without a score, by reason. With the scored ones they are all recorded forecasts."""
    no_number = sum(n for cell, n in counted.items() if cell.status in EVENTS and cell.mid == NO_NUMBER)
    others = {outcome.value: head.outcomes[outcome.value] for outcome in Outcome if outcome.event is None}
    return {OPEN: head.open, EARLY: head.early, "no_number": no_number, **others, UNCHECKABLE: head.uncheckable}
