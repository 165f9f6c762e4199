"""Properties of scores: ranges, order, duplication, the decomposition, and extreme forecasters."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import inf, isinf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.samples.scoring import forecasts, probabilities

from ledger.domain.scoring import categorical
from ledger.domain.scoring.binary_scores import (
    baseline_score,
    brier,
    impossible,
    log_score,
    log_score_clipped,
    mean_brier,
    mean_log_score,
    mean_log_score_clipped,
    mean_spherical,
    spherical,
)
from ledger.domain.scoring.calibration import decompose, recalibrate
from ledger.domain.scoring.discrimination import auc, histogram
from ledger.domain.scoring.grouped_forecasts import Grouped, group, group_single
from ledger.domain.scoring.interval_scores import coverage, interval_score, range_score

EXACT = 1e-12
MEANS = {
    brier: mean_brier,
    log_score: mean_log_score,
    log_score_clipped: mean_log_score_clipped,
    spherical: mean_spherical,
}
Forecasts = list[tuple[float, int]]


@given(probabilities, st.integers(0, 1))
def test_each_score_stays_in_its_range(p: float, event: int) -> None:
    assert 0 <= brier(p, event) <= 1
    assert log_score(p, event) >= 0
    assert 0 <= log_score_clipped(p, event) < 36.05
    assert 0 <= spherical(p, event) <= 1
    assert baseline_score(p, event) <= 100


@given(probabilities, probabilities)
def test_every_score_is_proper(thought: float, said: float) -> None:
    for score, sign in ((brier, 1), (log_score_clipped, 1), (spherical, -1)):

        def expected(p: float) -> float:
            return sign * (thought * score(p, 1) + (1 - thought) * score(p, 0))  # noqa: B023 # called here only

        assert expected(thought) <= expected(said) + 1e-9


@pytest.mark.parametrize("score", MEANS)
@given(some=forecasts)
def test_a_mean_over_groups_is_the_mean_of_single_scores(score: object, some: Forecasts) -> None:
    single = [score(p, event) for p, event in some]  # type: ignore[operator] # the keys of MEANS are scores
    grouped = group_single(some)
    mean = MEANS[score](grouped)  # type: ignore[index] # they are
    if any(isinf(value) for value in single):
        assert mean == inf
        assert impossible(grouped) == sum(isinf(value) for value in single)
    else:
        assert mean == pytest.approx(sum(single) / len(single), rel=1e-9, abs=EXACT)


@given(forecasts, st.randoms(), st.integers(2, 5))
def test_order_and_repetition_of_all_change_no_mean(some: Forecasts, chance: object, times: int) -> None:
    mixed = list(some) * times
    chance.shuffle(mixed)  # type: ignore[attr-defined] # a Random of Hypothesis
    one, other = group_single(some), group_single(mixed)
    for mean in MEANS.values():
        assert mean(other) == pytest.approx(mean(one), rel=EXACT, abs=EXACT)
    assert auc(other) == (None if auc(one) is None else pytest.approx(auc(one)))
    assert [block.rate for block in recalibrate(other)] == [block.rate for block in recalibrate(one)]


@given(forecasts)
def test_the_mean_score_is_miscalibration_less_discrimination_plus_uncertainty(some: Forecasts) -> None:
    grouped = group_single(some)
    for mean_score in (mean_brier, mean_log_score_clipped):
        found = decompose(grouped, mean_score)
        assert found is not None
        assert found.mcb >= 0
        assert found.dsc >= 0
        assert found.mcb - found.dsc + found.unc == pytest.approx(found.mean, rel=EXACT, abs=EXACT)
    infinite = decompose(grouped, mean_log_score)
    assert infinite is not None
    assert isinf(infinite.mcb) == isinf(infinite.mean) == bool(impossible(grouped))
    assert not isinf(infinite.dsc)


@given(forecasts)
def test_recalibrated_rates_rise_and_are_the_best_rising_fit(some: Forecasts) -> None:
    grouped = group_single(some)
    blocks = recalibrate(grouped)
    rates = [block.rate for block in blocks]
    assert rates == sorted(set(rates))
    assert all(one.high < other.low for one, other in pairwise(blocks))
    assert [sum(block.n for block in blocks), sum(block.events for block in blocks)] == [grouped.n, grouped.happened]
    # The min-max formula of isotonic regression, in fractions, from the definition.
    rows = list(grouped.rows())
    for i, (p, _, _) in enumerate(rows):
        best = max(min(_rate(rows[a : b + 1]) for b in range(i, len(rows))) for a in range(i + 1))
        found = next(block.rate for block in blocks if block.low <= p <= block.high)
        assert found == pytest.approx(float(best), abs=1e-12)


def _rate(rows: list[tuple[float, float, float]]) -> Fraction:
    return Fraction(int(sum(k for _, _, k in rows)), int(sum(n for _, n, _ in rows)))


@given(forecasts)
def test_the_auc_is_the_chance_of_ranking_a_pair_correctly(some: Forecasts) -> None:
    pairs = [(p, q) for p, event in some for q, other in some if event and not other]
    wins = sum((p > q) + (p == q) / 2 for p, q in pairs)
    assert auc(group_single(some)) == (pytest.approx(wins / len(pairs)) if pairs else None)


@given(forecasts, st.integers(1, 20))
def test_a_histogram_counts_every_forecast(some: Forecasts, bins: int) -> None:
    drawn = histogram(group_single(some), bins)
    assert len(drawn) == bins
    assert sum(k for k, _ in drawn) == sum(event for _, event in some)
    assert sum(k + o for k, o in drawn) == len(some)


@pytest.mark.parametrize(
    ("some", "brier_", "log_", "rank", "mcb", "dsc"),
    [
        ([(1, 1), (0, 0), (1, 1)], 0, 0, 1, 0, 2 / 9),  # perfect
        ([(0, 1), (1, 0)], 1, inf, 0, 0.75, 0),  # the worst possible
        ([(0.7, 1)], 0.09, -log(0.7), None, 0.09, 0),  # a single forecast
        ([(0.5, 1), (0.5, 0)] * 3, 0.25, log(2), 0.5, 0, 0),  # all equal
        ([(0, 0), (0, 0)], 0, 0, None, 0, 0),
        ([(1, 0)], 1, inf, None, 1, 0),
    ],
)
def test_extreme_forecasters(
    some: Forecasts, brier_: float, log_: float, rank: float | None, mcb: float, dsc: float
) -> None:
    grouped = group_single(some)
    found = decompose(grouped)
    assert found is not None
    assert [found.mean, found.mcb, found.dsc] == pytest.approx([brier_, mcb, dsc])
    assert mean_log_score(grouped) == pytest.approx(log_)
    assert auc(grouped) == rank


def test_no_forecasts_have_no_scores() -> None:
    none = Grouped([], [], [])
    for measure in (*MEANS.values(), auc, decompose):
        assert measure(none) is None
    assert recalibrate(none) == []
    assert coverage([]) is None


@pytest.mark.parametrize("bad", [(-0.1, 1, 0), (1.1, 1, 0), (float("nan"), 1, 0), (0.5, 1, 2), (0.5, 1, -1)])
def test_invalid_forecasts_are_not_grouped(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="not a forecast"):
        group([bad])


@pytest.mark.parametrize("score", [*MEANS, baseline_score])
@pytest.mark.parametrize(("p", "event"), [(-0.01, 1), (1.01, 0), (float("nan"), 0), (0.5, 2)])
def test_invalid_forecasts_are_not_scored(score: object, p: float, event: int) -> None:
    with pytest.raises(ValueError, match="not a probability"):
        score(p, event)  # type: ignore[operator] # a score


shares = st.lists(st.integers(0, 20), min_size=2, max_size=6).filter(any)


@given(shares, st.data())
def test_scores_of_options(parts: list[int], data: st.DataObject) -> None:
    probabilities = [part / sum(parts) for part in parts]
    came = data.draw(st.integers(0, len(parts) - 1))
    assert 0 <= categorical.brier(probabilities, came) <= 1
    assert 0 <= categorical.ranked_probability_score(probabilities, came) <= 1
    assert categorical.log_score(probabilities, came) == pytest.approx(
        -log(probabilities[came]) if parts[came] else inf
    )
    if len(parts) == 2:
        # Two options are an event and its complement.
        for of_options in (categorical.brier, categorical.ranked_probability_score):
            assert of_options(probabilities, came) == pytest.approx(brier(probabilities[1], came))


def test_the_rps_grows_with_the_distance_of_a_miss() -> None:
    near, far = [0, 1, 0, 0], [0, 0, 0, 1]
    assert categorical.brier(near, 0) == categorical.brier(far, 0) == 1
    assert categorical.ranked_probability_score(near, 0) == pytest.approx(1 / 3)
    assert categorical.ranked_probability_score(far, 0) == 1


@pytest.mark.parametrize(("spread", "came"), [([0.5, 0.6], 0), ([0.5, 0.5], 2), ([-0.5, 1.5], 0), ([], 0)])
def test_invalid_distributions_are_not_scored(spread: list[float], came: int) -> None:
    for score in (categorical.brier, categorical.log_score, categorical.ranked_probability_score):
        with pytest.raises(ValueError, match="option"):
            score(spread, came)


def test_interval_scores_of_a_quantity() -> None:
    assert interval_score(10, 20, 0.8, 15) == 10
    assert interval_score(10, 20, 0.8, 23) == pytest.approx(10 + 10 * 3)
    assert interval_score(10, 20, 0.8, 8) == pytest.approx(10 + 10 * 2)
    assert coverage([(1, 2, 2), (1, 2, 3), (0, 0, 0)]) == pytest.approx(2 / 3)
    for level in (0, 1):
        with pytest.raises(ValueError, match="level"):
            interval_score(1, 2, level, 1)
    for act in (lambda: interval_score(2, 1, 0.8, 1), lambda: coverage([(2, 1, 1)]), lambda: range_score(0.6, 0.5, 1)):
        with pytest.raises(ValueError, match="low end"):
            act()


@given(probabilities, probabilities, st.integers(0, 1))
def test_a_range_scores_as_its_probabilities_do_on_average(one: float, other: float, event: int) -> None:
    low, high = sorted((one, other))
    # Simpson's rule is exact for a parabola.
    mean = (brier(low, event) + 4 * brier((low + high) / 2, event) + brier(high, event)) / 6
    assert range_score(low, high, event) == pytest.approx(mean, abs=1e-9)
    assert range_score(low, high, event) >= brier((low + high) / 2, event) - EXACT
