"""Forecasts on choices and quantities: examples worked out by hand, and properties of their scores."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.confidence import MILLION, NumberSource
from ledger.domain.scoring.choices_and_quantities import (
    WAYS,
    Answer,
    Ends,
    Way,
    interval_score_of,
    of_choice,
    of_quantity,
    score_answers,
    scores_of,
)

OURS, SPEAKER = NumberSource.OURS, NumberSource.SPEAKER
NO_ENDS = Ends()
CITIES = Shape(ClaimKind.CHOICE, options=("Raqqa", "Mosul", "neither"))
PEOPLE = Shape(ClaimKind.QUANTITY, bounds=Bounds(5_000.0, 7_000.0), unit="people")


def ends(low: float, high: float | None = None) -> Ends:
    top = low if high is None else high
    return Ends(*(round(p * MILLION) for p in (low, (low + top) / 2, top)))


def chose(
    option: int | None, answer: int, sure: Ends = NO_ENDS, shares: tuple[float, ...] = (), *, late: bool = False
) -> Answer:
    return of_choice(CITIES, answer, reading=SPEAKER, ends=sure, option=option, shares=shares, late=late)


def measured(value: float | None, sure: Ends, bounds: Bounds = PEOPLE.bounds, *, late: bool = False) -> Answer:
    return of_quantity(Shape(ClaimKind.QUANTITY, bounds=bounds), value, reading=SPEAKER, ends=sure, late=late)


@st.composite
def spreads(draw: st.DrawFn) -> Answer:
    """Shares in whole millionths over up to twelve options, and the option that came about."""
    parts = draw(st.lists(st.integers(0, 20), min_size=2, max_size=12).filter(any))
    shares = [part * MILLION // sum(parts) for part in parts]
    shares[draw(st.integers(0, len(parts) - 1))] += MILLION - sum(shares)
    came = draw(st.integers(0, len(parts) - 1))
    return Answer(
        ClaimKind.CHOICE,
        Way.SHARED,
        draw(st.sampled_from(NumberSource)),
        shares=tuple(share / MILLION for share in shares),
        came=came,
        ordered=draw(st.booleans()),
    )


@st.composite
def named(draw: st.DrawFn) -> Answer:
    low, high = sorted((draw(st.integers(0, 100)), draw(st.integers(0, 100))))
    sure = ends(low / 100, high / 100)
    return Answer(ClaimKind.CHOICE, Way.NAMED, draw(st.sampled_from(NumberSource)), draw(st.booleans()), sure)


@st.composite
def intervals(draw: st.DrawFn) -> Answer:
    sure = ends(draw(st.integers(1, 99)) / 100)
    return Answer(ClaimKind.QUANTITY, Way.INTERVAL, draw(st.sampled_from(NumberSource)), draw(st.booleans()), sure)


everything = st.lists(st.one_of(spreads(), named(), intervals()), max_size=30)


def test_each_forecast_on_a_choice_has_one_way() -> None:
    assert chose(None, 2, shares=(0.2, 0.7, 0.1)).way is Way.SHARED
    assert chose(None, 4, shares=(0.2, 0.7, 0.1)).way is Way.UNLISTED
    assert chose(None, 2, shares=(0.2, 0.7, 0.1), late=True).way is Way.TOO_LATE
    assert [chose(1, answer, ends(0.6)).hit for answer in (1, 2)] == [True, False]
    assert (chose(1, 1).way, chose(1, 1).hit) == (Way.NO_NUMBER, True)
    assert chose(1, 1, ends(0.6), late=True) == Answer(ClaimKind.CHOICE, Way.TOO_LATE, SPEAKER)


def test_each_forecast_on_a_quantity_has_one_way() -> None:
    assert [measured(value, ends(0.6)).hit for value in (5_000, 6_000, 7_000, 4_999, 7_001)] == [True] * 3 + [False] * 2
    assert measured(7_000, ends(0.6), Bounds(5_000.0, 7_000.0, high_strict=True)).hit is False
    for answer, way in (
        (measured(6_000, ends(0.6), Bounds(low=5_000.0)), Way.ONE_SIDED),
        (measured(6_000, ends(0.6), Bounds(high=7_000.0)), Way.ONE_SIDED),
        (measured(None, ends(0.6)), Way.UNMEASURED),
        (measured(6_000, ends(0.6), late=True), Way.TOO_LATE),
        (measured(6_000, NO_ENDS), Way.NO_NUMBER),
        (measured(6_000, ends(0)), Way.CERTAIN),
        (measured(6_000, ends(1)), Way.CERTAIN),
    ):
        assert answer == Answer(ClaimKind.QUANTITY, way, SPEAKER)
        assert interval_score_of(answer, PEOPLE, 6_000) is scores_of(answer).brier is None
    assert interval_score_of(measured(7_300, ends(0.9)), PEOPLE, 7_300) == pytest.approx(8_000)


@given(everything)
def test_figures_equal_those_from_single_answers(answers: list[Answer]) -> None:
    found = score_answers(Counter(answers))
    for way, n in ((Way.SHARED, found.spread.n), (Way.NAMED, found.named.n), (Way.INTERVAL, found.held.n)):
        alike = [answer for answer in answers if answer.way is way]
        ours = [answer for answer in alike if answer.reading is OURS]
        figures = {Way.SHARED: found.spread, Way.NAMED: found.named, Way.INTERVAL: found.held}[way]
        assert (n, figures.our_reading) == (len(alike), len(ours))
    assert sum(found.choices.values()) + sum(found.quantities.values()) == len(answers)
    assert {*found.choices} == {way.value for way in WAYS[ClaimKind.CHOICE]}
    spread = [scores_of(answer) for answer in answers if answer.way is Way.SHARED]
    if spread:
        assert found.spread.brier == pytest.approx(mean([score.brier for score in spread]))
        assert found.spread.log_score == pytest.approx(mean([score.log_score for score in spread]))
        assert found.spread.impossible == sum(score.log_score == inf for score in spread)
    ordered = [score.rps for score in spread if score.rps is not None]
    assert found.spread.ordered == len(ordered)
    assert found.spread.rps == (pytest.approx(mean(ordered)) if ordered else None)
    chosen = [answer for answer in answers if answer.way is Way.NAMED]
    if chosen:
        exact = [Fraction(answer.ends.mid, MILLION) - bool(answer.hit) for answer in chosen]
        assert found.named.brier == float(sum(error * error for error in exact) / len(chosen))
        low, mid, high = found.named.brier_best, found.named.brier, found.named.brier_worst
        assert low is not None and mid is not None and high is not None and 0 <= low <= mid <= high <= 1
    held = [answer for answer in answers if answer.way is Way.INTERVAL]
    if held:
        assert found.held.coverage == sum(bool(answer.hit) for answer in held) / len(held)
        assert found.held.coverage_interval is not None
        assert found.held.coverage_interval[0] <= found.held.coverage <= found.held.coverage_interval[1]
        assert 0 < (found.held.stated or 0) < 1


@given(st.lists(spreads(), min_size=1, max_size=20))
def test_scores_of_shares_stay_in_their_ranges(answers: list[Answer]) -> None:
    found = score_answers(Counter(answers)).spread
    assert 0 <= (found.brier or 0) <= 1 and 0 <= (found.rps or 0) <= 1
    assert 0 <= (found.log_score_clipped or 0) <= 36.05 and (found.log_score or 0) >= 0
    assert (found.log_score == inf) is (found.impossible > 0)


@given(spreads())
def test_equal_shares_score_the_same_for_every_option(answer: Answer) -> None:
    k = len(answer.shares)
    found = score_answers({answer: 3}).spread
    assert found.equal_brier == pytest.approx((1 - 1 / k) / 2)
    assert found.equal_log_score == pytest.approx(log(k))
    if answer.ordered:
        borders = [(Fraction(i + 1, k) - (i >= (answer.came or 0))) ** 2 for i in range(k - 1)]
        assert found.equal_rps == pytest.approx(float(sum(borders) / (k - 1)))
    else:
        assert found.equal_rps is None


@given(spreads(), st.data())
def test_only_the_rps_depends_on_the_order_of_options(answer: Answer, data: st.DataObject) -> None:
    places = data.draw(st.permutations(range(len(answer.shares))))
    turned = answer._replace(
        shares=tuple(answer.shares[place] for place in places), came=places.index(answer.came or 0)
    )
    one, other = scores_of(answer), scores_of(turned)
    assert (one.brier, one.log_score) == pytest.approx((other.brier, other.log_score))
    back = answer._replace(shares=answer.shares[::-1], came=len(answer.shares) - 1 - (answer.came or 0))
    assert scores_of(back).rps == (pytest.approx(one.rps) if answer.ordered else None)


@given(everything)
def test_doubled_counts_change_no_mean(answers: list[Answer]) -> None:
    once, twice = score_answers(Counter(answers)), score_answers(Counter(answers * 2))
    for one, other in (
        (once.spread.brier, twice.spread.brier),
        (once.spread.rps, twice.spread.rps),
        (once.spread.log_score_clipped, twice.spread.log_score_clipped),
        (once.named.brier, twice.named.brier),
        (once.held.coverage, twice.held.coverage),
        (once.held.stated, twice.held.stated),
    ):
        assert other == (pytest.approx(one) if one is not None else None)


def test_no_answers_have_no_figures() -> None:
    found = score_answers({})
    assert (found.spread.n, found.named.named, found.held.n) == (0, 0, 0)
    figures = (found.spread.brier, found.spread.log_score, found.spread.rps, found.named.brier, found.held.coverage)
    assert figures == (None,) * 5


def mean(values: list[float | None]) -> float:
    return sum(value for value in values if value is not None) / len(values)
