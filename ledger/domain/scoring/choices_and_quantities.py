"""Scores of forecasts on choices and quantities.

The outcome of a choice is an option and that of a quantity a number, so they have scores of their own. Equal answers
are counted, not listed, so that the cost of a page hardly depends on the number of forecasts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import fsum
from typing import NamedTuple

from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.confidence import MILLION, NumberSource
from ledger.domain.scoring import categorical
from ledger.domain.scoring.brier import mean_squared_error, squared_error
from ledger.domain.scoring.exact_log import mean_log_scores
from ledger.domain.scoring.interval_scores import interval_score
from ledger.domain.scoring.proportion_intervals import Interval, wilson
from ledger.domain.scoring.units import NO_NUMBER


class Way(StrEnum):
    """How a forecast on a choice or a quantity is scored, or why it has no score."""

    SHARED = "shared"  # choice: every option had a probability
    NAMED = "named"  # choice: one option was named, with a probability
    INTERVAL = "interval"  # quantity: two bounds, a probability, and a measured value
    NO_NUMBER = "no_number"
    TOO_LATE = "too_late"  # made after the last day on which the claim could come true
    UNLISTED = "unlisted"  # choice: the option that came about was added after the forecast
    ONE_SIDED = "one_sided"  # quantity: one of the bounds is open
    UNMEASURED = "unmeasured"  # quantity: the verdict has no value
    CERTAIN = "certain"  # quantity: a probability of 0 or 1 is not an interval's level


class Ends(NamedTuple):
    """A probability in millionths: the ends of its range and its middle, equal for a point; NO_NUMBER for none."""

    low: int = NO_NUMBER
    mid: int = NO_NUMBER
    high: int = NO_NUMBER


class Answer(NamedTuple):
    """What the scores of one forecast are computed from. Other fields stay empty, so that many answers are equal.

    `hit` says whether the named option came about, or the value was within the interval; None where neither applies.
    `came` is the index, from 0, of the option that came about.
    """

    kind: ClaimKind
    way: Way
    reading: NumberSource
    hit: bool | None = None
    ends: Ends = Ends()
    shares: tuple[float, ...] = ()
    came: int | None = None
    ordered: bool = False


@dataclass(frozen=True)
class AnswerScores:
    """The scores of one answer, None where it has none. Lower is better in all.

    `brier` is 0-1: the multi-category score where every option has a probability, else that of the event that the named
    option came about or the value was in the interval. `log_score` is in nats, infinite where the option that came
    about had a probability of 0. `rps` is 0-1.
    """

    brier: float | None = None
    log_score: float | None = None
    rps: float | None = None


@dataclass(frozen=True)
class DistributionScores:
    """Mean scores of forecasts that gave every option a probability, and the scores of equal probabilities (`equal_`).

    Brier (multi-category) and RPS are 0-1, log scores in nats; lower is better in all. `rps` and `equal_rps` are means
    over the `ordered` choices. `impossible` counts forecasts that gave 0 to the option that came about; one of them
    makes `log_score` infinite.
    """

    n: int
    our_reading: int
    brier: float | None
    equal_brier: float | None
    log_score: float | None
    log_score_clipped: float | None
    impossible: int
    equal_log_score: float | None
    ordered: int
    rps: float | None
    equal_rps: float | None


@dataclass(frozen=True)
class NamedOptionScores:
    """Forecasts that named one option: how many of the `named` came about, and the Brier score (0-1) of `n` of them.

    `n` counts those with a probability. `brier_best` and `brier_worst` take each range at its better and its worse end.
    """

    named: int
    came: int
    came_interval: Interval | None
    n: int
    our_reading: int
    brier: float | None
    brier_best: float | None
    brier_worst: float | None


@dataclass(frozen=True)
class IntervalCoverage:
    """Intervals of quantities: the share that contained the measured value, and the mean `stated` probability.

    In a well calibrated record `coverage` and `stated` agree.
    """

    n: int
    our_reading: int
    held: int
    coverage: float | None
    coverage_interval: Interval | None
    stated: float | None


@dataclass(frozen=True)
class Answers:
    """All figures of choices and quantities; `choices` and `quantities` count the judged forecasts by `Way`."""

    spread: DistributionScores
    named: NamedOptionScores
    held: IntervalCoverage
    choices: dict[str, int]
    quantities: dict[str, int]


def of_choice(
    shape: Shape,
    answer: int,
    *,
    reading: NumberSource,
    ends: Ends,
    option: int | None,
    shares: tuple[float, ...],
    late: bool,
) -> Answer:
    """The answer of a forecast on a choice; `answer` is the option that came about, counted from 1 like `option`."""
    if late:
        return Answer(ClaimKind.CHOICE, Way.TOO_LATE, reading)
    if shares:
        # An option may be added at the end later; earlier forecasts have no probability for it.
        if answer > len(shares):
            return Answer(ClaimKind.CHOICE, Way.UNLISTED, reading)
        return Answer(
            ClaimKind.CHOICE, Way.SHARED, reading, shares=tuple(shares), came=answer - 1, ordered=shape.ordered
        )
    way = Way.NO_NUMBER if ends.mid == NO_NUMBER else Way.NAMED
    return Answer(ClaimKind.CHOICE, way, reading, hit=option == answer, ends=ends)


def of_quantity(shape: Shape, value: float | None, *, reading: NumberSource, ends: Ends, late: bool) -> Answer:
    """The answer of a forecast on a quantity with the measured `value`. The first obstacle to a score is its `way`."""
    bounds = shape.bounds
    if bounds.low is None or bounds.high is None:
        way = Way.ONE_SIDED
    elif value is None:
        way = Way.UNMEASURED
    elif late:
        way = Way.TOO_LATE
    elif ends.mid == NO_NUMBER:
        way = Way.NO_NUMBER
    elif ends.mid in (0, MILLION):
        way = Way.CERTAIN
    else:
        return Answer(ClaimKind.QUANTITY, Way.INTERVAL, reading, hit=bounds.hold(value), ends=ends)
    return Answer(ClaimKind.QUANTITY, way, reading)


@lru_cache(maxsize=1 << 14)  # called often, with few different answers
def scores_of(answer: Answer) -> AnswerScores:
    """The scores of one answer, without the interval score, which is in the claim's unit."""
    if answer.way is Way.SHARED and answer.came is not None:
        return AnswerScores(
            brier=categorical.brier(answer.shares, answer.came),
            log_score=categorical.log_score(answer.shares, answer.came) + 0.0,  # not -0.0
            rps=categorical.ranked_probability_score(answer.shares, answer.came) if answer.ordered else None,
        )
    if answer.way in (Way.NAMED, Way.INTERVAL):
        return AnswerScores(brier=mean_squared_error(squared_error(answer.ends.mid, int(bool(answer.hit))), 1))
    return AnswerScores()


def interval_score_of(answer: Answer, shape: Shape, value: float | None) -> float | None:
    """The interval score of an answer on a claim of this shape: in the claim's unit, 0 or more, lower is better.

    None for all but intervals. The level of the interval is the middle of the stated probability.
    """
    low, high = shape.bounds.low, shape.bounds.high
    if answer.way is not Way.INTERVAL or low is None or high is None or value is None:
        return None
    return interval_score(low, high, answer.ends.mid / MILLION, value)


def score_answers(counts: Mapping[Answer, int]) -> Answers:
    """All figures of these answers, given as counts of equal answers."""
    ways = {kind: {way.value: 0 for way in listed} for kind, listed in WAYS.items()}
    for answer, n in counts.items():
        ways[answer.kind][answer.way.value] += n
    by_way = {way: {answer: n for answer, n in counts.items() if answer.way is way and n} for way in Way}
    named = {answer: n for answer, n in counts.items() if answer.kind is ClaimKind.CHOICE and answer.hit is not None}
    return Answers(
        spread=_spread(by_way[Way.SHARED]),
        named=_named(named),
        held=_held(by_way[Way.INTERVAL]),
        choices=ways[ClaimKind.CHOICE],
        quantities=ways[ClaimKind.QUANTITY],
    )


# The ways that each kind of claim can have, scored ones first.
WAYS = {
    ClaimKind.CHOICE: (Way.SHARED, Way.NAMED, Way.NO_NUMBER, Way.TOO_LATE, Way.UNLISTED),
    ClaimKind.QUANTITY: (
        *(Way.INTERVAL, Way.ONE_SIDED, Way.UNMEASURED, Way.NO_NUMBER, Way.TOO_LATE),
        Way.CERTAIN,
    ),
}


def _spread(counts: Mapping[Answer, int]) -> DistributionScores:
    given: Counter[int] = Counter()  # by the probability given to the option that came about
    equal: Counter[Answer] = Counter()
    for answer, n in counts.items():
        given[round(answer.shares[answer.came or 0] * MILLION)] += n
        options = len(answer.shares)
        equal[answer._replace(shares=(1 / options,) * options)] += n
    ordered = {answer: n for answer, n in counts.items() if answer.ordered}
    log_score, clipped = mean_log_scores(given, {})
    return DistributionScores(
        n=sum(counts.values()),
        our_reading=_ours(counts),
        brier=_mean(counts, _brier),
        equal_brier=_mean(equal, _brier),
        log_score=log_score,
        log_score_clipped=clipped,
        impossible=given[0],
        equal_log_score=_mean(equal, lambda answer: scores_of(answer).log_score),
        ordered=sum(ordered.values()),
        rps=_mean(ordered, _rps),
        equal_rps=_mean({answer: n for answer, n in equal.items() if answer.ordered}, _rps),
    )


def _named(counts: Mapping[Answer, int]) -> NamedOptionScores:
    numbered = {answer: n for answer, n in counts.items() if answer.way is Way.NAMED}
    n, named = sum(numbered.values()), sum(counts.values())
    came = sum(k for answer, k in counts.items() if answer.hit)

    def mean(read: Callable[[tuple[int, ...]], int], *ends: str) -> float | None:
        errors = (
            k * read(tuple(squared_error(getattr(answer.ends, end), int(bool(answer.hit))) for end in ends))
            for answer, k in numbered.items()
        )
        return mean_squared_error(sum(errors), n)

    return NamedOptionScores(
        named=named,
        came=came,
        came_interval=wilson(came, named),
        n=n,
        our_reading=_ours(numbered),
        brier=mean(min, "mid"),
        brier_best=mean(min, "low", "high"),
        brier_worst=mean(max, "low", "high"),
    )


def _held(counts: Mapping[Answer, int]) -> IntervalCoverage:
    n, held = sum(counts.values()), sum(k for answer, k in counts.items() if answer.hit)
    stated = sum(k * answer.ends.mid for answer, k in counts.items())
    return IntervalCoverage(
        n=n,
        our_reading=_ours(counts),
        held=held,
        coverage=held / n if n else None,
        coverage_interval=wilson(held, n),
        stated=stated / (n * MILLION) if n else None,
    )


def _ours(counts: Mapping[Answer, int]) -> int:
    return sum(n for answer, n in counts.items() if answer.reading is NumberSource.OURS)


def _brier(answer: Answer) -> float | None:
    return scores_of(answer).brier


def _rps(answer: Answer) -> float | None:
    return scores_of(answer).rps


def _mean(counts: Mapping[Answer, int], score: Callable[[Answer], float | None]) -> float | None:
    scored: Iterable[tuple[float, int]] = [
        (found, n) for answer, n in counts.items() if (found := score(answer)) is not None
    ]
    total = sum(n for _, n in scored)
    return fsum(found * n for found, n in scored) / total if total else None
