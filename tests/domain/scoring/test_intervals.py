"""Intervals and bands: properties, reproducibility by seed, and coverage."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.samples.scoring import forecasts, rain

from ledger.domain.scoring.calibration_band import NORMAL_FROM, binomial, consistency
from ledger.domain.scoring.clustered_intervals import (
    ClusterSums,
    bootstrap_interval,
    brier_interval,
    quantile,
    robust_interval,
    sum_clusters,
)
from ledger.domain.scoring.grouped_forecasts import group, group_single
from ledger.domain.scoring.proportion_intervals import jeffreys, wilson
from ledger.domain.scoring.skill import paired_difference, peer_skill, skill


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_contains_its_proportion_and_stays_within_0_and_1(k: int, n: int) -> None:
    k = min(k, n)
    for method in (wilson, jeffreys):
        found = method(k, n)
        assert found is not None
        low, high = found
        assert 0 <= low <= k / n <= high <= 1
        assert (low == 0) == (k == 0)
        assert (high == 1) == (k == n)
        wider = method(k, n, 0.99)
        assert wider is not None
        assert wider[0] <= low
        assert wider[1] >= high
        mirrored = method(n - k, n)
        assert mirrored is not None
        assert mirrored == (pytest.approx(1 - high, abs=1e-12), pytest.approx(1 - low, abs=1e-12))


def test_wilson_never_exceeds_1() -> None:
    assert all(wilson(n, n)[1] == 1.0 for n in range(1, 2_000))  # type: ignore[index] # there is one where n is not 0


@pytest.mark.parametrize("method", [wilson, jeffreys])
def test_invalid_proportions_are_refused(method: object) -> None:
    assert method(0, 0) is None  # type: ignore[operator] # both are functions
    for bad in ((2, 1), (-1, 1), (1, 2, 0), (1, 2, 1)):
        with pytest.raises(ValueError, match="not a proportion"):
            method(*bad)  # type: ignore[operator]


clusters = st.lists(st.tuples(st.floats(0, 5), st.integers(1, 5)), min_size=1, max_size=30)


@given(clusters, clusters)
def test_sums_of_clusters_add_up(some: list[tuple[float, int]], more: list[tuple[float, int]]) -> None:
    together, apart = sum_clusters(some + more), sum_clusters(some) + sum_clusters(more)
    assert (together.clusters, together.n) == (apart.clusters, apart.n)
    assert together.squares == pytest.approx(apart.squares)
    one, other = robust_interval(together), robust_interval(apart)
    assume(one is not None and other is not None)  # not all alike
    assert other == pytest.approx(one, abs=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5)), min_size=2, max_size=30))
def test_a_brier_interval_contains_the_score_and_stays_within_0_and_1(means: list[tuple[float, int]]) -> None:
    sums = sum_clusters([(mean * m, m) for mean, m in means])
    uncut, cut = robust_interval(sums), brier_interval(sums)
    assume(uncut is not None)
    assert uncut is not None
    assert cut is not None
    assert 0 <= cut[0] <= sums.scores / sums.n + 1e-12
    assert sums.scores / sums.n - 1e-12 <= cut[1] <= 1
    for end, other in zip(cut, uncut, strict=True):
        assert end == other or (end in (0, 1) and not 0 <= other <= 1)


def test_one_cluster_has_no_interval() -> None:
    assert robust_interval(sum_clusters([(1.0, 3)])) is None
    assert robust_interval(ClusterSums()) is None
    assert bootstrap_interval([(1.0, 3)], resamples=10, seed=1) is None
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_interval([(1.0, 3), (1.0, 3)], resamples=0, seed=1)


@given(st.floats(0, 1), st.lists(st.integers(1, 5), min_size=2, max_size=300))
def test_equal_scores_have_no_interval(score: float, sizes: list[int]) -> None:
    """Equal scores say nothing about the error of their mean. One score that differs gives an interval."""
    alike = [(score * m, m) for m in sizes]
    assert robust_interval(sum_clusters(alike)) is None
    assert robust_interval(sum_clusters([*alike, (score + 0.01, 1)])) is not None


def test_clusters_widen_an_interval() -> None:
    """40 scores, each three times: as independent rows they would give an interval that is too narrow by √3."""
    draw = Random(1)
    scores = [draw.random() for _ in range(40)]
    rows = robust_interval(sum_clusters([(score, 1) for score in scores for _ in range(3)]))
    whole = robust_interval(sum_clusters([(3 * score, 3) for score in scores]))
    assert rows is not None
    assert whole is not None
    assert (whole[1] - whole[0]) / (rows[1] - rows[0]) == pytest.approx(3**0.5, rel=0.01)
    drawn = bootstrap_interval([(3 * score, 3) for score in scores], resamples=2_000, seed=1)
    assert drawn == pytest.approx(whole, abs=0.01)
    assert bootstrap_interval([(3 * score, 3) for score in scores], resamples=2_000, seed=1) == drawn
    assert bootstrap_interval([(3 * score, 3) for score in scores], resamples=2_000, seed=2) != drawn


def test_quantiles() -> None:
    assert [quantile([1, 2, 4], share) for share in (0, 0.25, 0.5, 1)] == [1, 1.5, 2, 4]


@pytest.mark.parametrize(
    ("n", "p"), [(1, 0.3), (7, 0.5), (50, 0.9), (400, 0.02), (400, 0.5), (2_000, 0.5), (30, 0), (30, 1), (5_000, 0.999)]
)
def test_binomial_draws_have_the_right_mean_and_variance(n: int, p: float) -> None:
    random, times = Random(n), 4_000
    drawn = [binomial(n, p, random) for _ in range(times)]
    assert all(0 <= k <= n for k in drawn)
    spread = n * p * (1 - p)
    mean = sum(drawn) / times
    assert mean == pytest.approx(n * p, abs=5 * (spread / times) ** 0.5)
    assert sum((k - mean) ** 2 for k in drawn) / times == pytest.approx(spread, rel=0.15)


def test_large_counts_are_drawn_from_the_normal_distribution_and_small_ones_are_not() -> None:
    class Counted(Random):
        normal = 0

        def gauss(self, mu: float = 0, sigma: float = 1) -> float:
            self.normal += 1
            return super().gauss(mu, sigma)

    for n, normal in ((4 * NORMAL_FROM, 0), (4 * NORMAL_FROM + 1, 1)):
        random = Counted(1)
        binomial(n, 0.5, random)
        assert random.normal == normal


def test_the_same_seed_gives_the_same_band() -> None:
    grouped = group_single(rain()["EMOS"])
    first = consistency(grouped, draws=50, seed=7)
    assert consistency(grouped, draws=50, seed=7) == first
    assert consistency(grouped, draws=50, seed=8) != first


@given(forecasts)
def test_a_band_rises_with_the_forecast_and_stays_within_bounds(some: list[tuple[float, int]]) -> None:
    found = consistency(group_single(some), draws=20)
    assert found is not None
    assert 0 <= found.p <= 1
    assert [point.forecast for point in found.band] == sorted({p for p, _ in some})
    for ends in ([point.low for point in found.band], [point.high for point in found.band]):
        assert all(one <= other + 1e-12 for one, other in pairwise(ends))
        assert all(0 <= end <= 1 for end in ends)


def test_the_p_value_rejects_calibrated_forecasts_seldom_and_others_mostly() -> None:
    draw = Random(5)
    right = wrong = 0
    for seed in range(40):
        said = [draw.randint(1, 9) / 10 for _ in range(150)]
        for shift, fault in ((0.0, False), (0.25, True)):
            some = [(p, int(draw.random() < min(p + shift, 1))) for p in said]
            found = consistency(group_single(some), draws=60, seed=seed)
            assert found is not None
            if fault:
                wrong += found.p < 0.1
            else:
                right += found.p < 0.1
    assert right <= 10
    assert wrong >= 35


@pytest.mark.parametrize(
    ("some", "p"),
    [
        ([(1.0, 1), (0.0, 0), (1.0, 1)], 1.0),  # perfect: all draws have the same MCB
        ([(1.0, 1)] * 30, 1.0),
        ([(0.5, 1)], 1.0),  # both outcomes have the same MCB
        ([(0.5, 1), (0.5, 1)], 0.5),  # two equal outcomes, as in half of all draws
    ],
)
def test_draws_with_an_equal_mcb_count_for_the_p_value(some: list[tuple[float, int]], p: float) -> None:
    found = consistency(group_single(some), draws=400, seed=1)
    assert found is not None
    assert found.p == pytest.approx(p, abs=0.06)


def test_weights_cannot_be_resampled() -> None:
    with pytest.raises(ValueError, match="whole counts"):
        consistency(group([(0.5, 1.5, 1)]))
    with pytest.raises(ValueError, match="at least one draw"):
        consistency(group([(0.5, 1, 1)]), draws=0)
    assert consistency(group([])) is None


def test_skill() -> None:
    assert skill(0.1, 0.2) == 0.5
    assert skill(0.3, 0.2) == pytest.approx(-0.5)
    assert skill(0.1, 0) is None
    assert skill(None, 0.2) is None
    assert peer_skill(0.1, {"b": 0.3, "c": 0.2}) == pytest.approx(0.15)
    assert peer_skill(0.1, {}) is None


def test_pairs_of_one_cluster_count_as_one_observation() -> None:
    pairs = [(0.1, 0.2), (0.3, 0.1), (0.5, 0.2), (0.2, 0.4)]
    alone, twice = paired_difference(pairs), paired_difference(pairs * 2, list("abcd") * 2)
    assert alone is not None
    assert twice is not None
    assert twice.mean == pytest.approx(alone.mean)
    assert twice.interval == pytest.approx(alone.interval)
    assert paired_difference([]) is None
    with pytest.raises(ValueError, match="argument"):
        paired_difference(pairs, ["a"])
