"""The scores against other people's libraries, to 1e-9; where one means something else on purpose, it says what.

Run by `make oracles`.
"""

from __future__ import annotations

from math import inf
from random import Random

import krippendorff
import numpy as np
import pytest
import scoringrules
import statsmodels.api as statsmodels
from model_diagnostics.scoring import LogLoss, SquaredError
from model_diagnostics.scoring import decompose as model_diagnostics_decompose
from scipy import stats
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression
from statsmodels.stats.inter_rater import cohens_kappa, to_table
from statsmodels.stats.proportion import proportion_confint
from support.samples.scoring import METHODS, games, rain

from ledger.domain.scoring import categorical
from ledger.domain.scoring.agreement import cohen_kappa, krippendorff_alpha
from ledger.domain.scoring.binary_scores import (
    baseline_score,
    mean_brier,
    mean_log_score,
    mean_log_score_clipped,
    mean_spherical,
)
from ledger.domain.scoring.calibration import decompose, recalibrate
from ledger.domain.scoring.clustered_intervals import quantile, robust_interval, sum_clusters
from ledger.domain.scoring.discrimination import auc
from ledger.domain.scoring.grouped_forecasts import group_single
from ledger.domain.scoring.interval_scores import interval_score
from ledger.domain.scoring.proportion_intervals import jeffreys, wilson

TO = 1e-9


def drawn(seed: int, n: int, digits: int | None) -> list[tuple[float, int]]:
    """Random forecasts, rounded where `digits` are given, and events that are correlated with them."""
    draw = Random(seed)
    said = [draw.random() if digits is None else round(draw.random(), digits) for _ in range(n)]
    return [(p, int(draw.random() < (p + 0.3) / 1.6)) for p in said]


SAMPLES = {
    **{method: list(rain()[method]) for method in METHODS},
    **{f"{n} of chance, {digits} digits": drawn(n, n, digits) for n in (5, 50, 500) for digits in (1, 2, None)},
}
samples = pytest.mark.parametrize("some", SAMPLES.values(), ids=SAMPLES)
Forecasts = list[tuple[float, int]]


def arrays(some: Forecasts) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p for p, _ in some]), np.array([y for _, y in some])


@samples
def test_scikit_learn(some: Forecasts) -> None:
    p, y = arrays(some)
    grouped = group_single(some)
    assert mean_brier(grouped) == pytest.approx(metrics.brier_score_loss(y, p), abs=TO)
    # scikit-learn clips silently, so its value equals our clipped score.
    assert mean_log_score_clipped(grouped) == pytest.approx(metrics.log_loss(y, p, labels=[0, 1]), abs=TO)
    if mean_log_score(grouped) != inf:
        assert mean_log_score(grouped) == pytest.approx(metrics.log_loss(y, p, labels=[0, 1]), abs=TO)
    assert auc(grouped) == pytest.approx(metrics.roc_auc_score(y, p), abs=TO)
    fitted = IsotonicRegression().fit_transform(p, y)  # groups equal forecasts first, as we do
    blocks = recalibrate(grouped)
    ours = [next(block.rate for block in blocks if block.low <= one <= block.high) for one in p]
    assert ours == pytest.approx(list(fitted), abs=TO)


@samples
def test_model_diagnostics(some: Forecasts) -> None:
    p, y = arrays(some)
    grouped = group_single(some)
    for scoring, mean_score in ((SquaredError(), mean_brier), (LogLoss(), mean_log_score)):
        ours = decompose(grouped, mean_score)
        assert ours is not None
        if ours.mean == inf:
            continue  # theirs is nan there, and ours is infinite
        theirs = model_diagnostics_decompose(y_obs=y.astype(float), y_pred=p, scoring_function=scoring)
        names = ("score", "miscalibration", "discrimination", "uncertainty")
        values = [theirs[name][0] for name in names]
        assert [ours.mean, ours.mcb, ours.dsc, ours.unc] == pytest.approx(values, abs=TO)


@samples
def test_scoringrules(some: Forecasts) -> None:
    p, y = arrays(some)
    grouped = group_single(some)
    assert mean_brier(grouped) == pytest.approx(float(np.mean(scoringrules.brier_score(y, p))), abs=TO)
    if mean_log_score(grouped) != inf:
        assert mean_log_score(grouped) == pytest.approx(float(np.mean(scoringrules.log_score(y, p))), abs=TO)


def test_scoringrules_of_options_and_intervals() -> None:
    draw = np.random.default_rng(3)
    for size in (2, 3, 7):
        for _ in range(20):
            p = draw.dirichlet(np.ones(size))
            came = int(draw.integers(size))
            theirs = float(scoringrules.rps_score(came + 1, p))
            # Theirs is the sum over the borders between options, ours the mean, which stays within 0-1.
            assert categorical.ranked_probability_score(list(p), came) == pytest.approx(theirs / (size - 1), abs=TO)
            one_hot = np.eye(size)[came]
            assert categorical.brier(list(p), came) == pytest.approx(float(((p - one_hot) ** 2).sum()) / 2, abs=TO)
            log = metrics.log_loss([came], [p], labels=list(range(size)))
            assert categorical.log_score(list(p), came) == pytest.approx(log, abs=TO)
    for _ in range(50):
        low, high = sorted(draw.normal(0, 10, 2))
        value, level = float(draw.normal(0, 15)), float(draw.choice([0.5, 0.8, 0.9]))
        theirs = float(scoringrules.interval_score(value, low, high, 1 - level))
        assert interval_score(low, high, level, value) == pytest.approx(theirs, abs=TO)


@samples
def test_numpy_by_the_definition(some: Forecasts) -> None:
    """By definition, because no library here has the spherical score of a single event, or the baseline score."""
    p, y = arrays(some)
    chance = np.where(y == 1, p, 1 - p)
    assert mean_spherical(group_single(some)) == pytest.approx(float(np.mean(chance / np.hypot(p, 1 - p))), abs=TO)
    for one, event in some[:20]:
        of_it = one if event else 1 - one
        if of_it:
            assert baseline_score(one, event) == pytest.approx(100 * (1 + float(np.log2(of_it))), abs=TO)


@pytest.mark.parametrize("n", [1, 7, 40, 1_000, 8_886])
def test_statsmodels_and_scipy_on_proportions(n: int) -> None:
    for k in {0, 1, n // 3, n // 2, n - 1, n}:
        for level in (0.9, 0.95):
            theirs = proportion_confint(k, n, 1 - level, method="wilson")
            assert wilson(k, n, level) == pytest.approx(theirs, abs=TO)
            low, high = stats.beta.ppf([(1 - level) / 2, (1 + level) / 2], k + 0.5, n - k + 0.5)
            # After Brown, Cai and DasGupta, the low end is 0 where k is 0, and the high end 1 where k is n.
            assert jeffreys(k, n, level) == pytest.approx((low if k else 0, high if k < n else 1), abs=TO)


def test_statsmodels_on_clusters() -> None:
    draw = np.random.default_rng(4)
    cluster = draw.integers(0, 30, 200)
    scores = draw.random(200) + cluster / 30
    fitted = statsmodels.OLS(scores, np.ones(200)).fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=False)
    sums = sum_clusters([(float(scores[cluster == c].sum()), int((cluster == c).sum())) for c in np.unique(cluster)])
    assert robust_interval(sums) == pytest.approx(tuple(fitted.conf_int(0.05)[0]), abs=TO)


def test_quantiles_are_numpys() -> None:
    values = sorted(Random(6).random() for _ in range(37))
    for share in (0, 0.025, 0.3, 0.975, 1):
        assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)), abs=TO)


def test_agreement() -> None:
    draw = Random(7)
    labels = [1, 2, 3, 4, 5]
    for judges in (2, 3, 5):
        units = [
            [draw.choice([*labels, truth, truth, truth, None]) for _ in range(judges)]
            for truth in draw.choices(labels, k=60)
        ]
        ratings = [[np.nan if said is None else said for said in judge] for judge in zip(*units, strict=True)]
        for level, order in (("nominal", None), ("ordinal", labels)):
            theirs = krippendorff.alpha(ratings, level_of_measurement=level, value_domain=labels)
            assert krippendorff_alpha(units, order) == pytest.approx(theirs, abs=TO)
    pairs = [(one, other) for one, other in (unit[:2] for unit in units) if one and other]
    table = to_table(np.array(pairs))[0]
    assert cohen_kappa(pairs) == pytest.approx(cohens_kappa(table).kappa, abs=TO)
    ones, others = zip(*pairs, strict=True)
    assert cohen_kappa(pairs) == pytest.approx(metrics.cohen_kappa_score(ones, others), abs=TO)


def test_all_the_games() -> None:
    grouped = games()
    p = np.repeat(grouped.forecasts, np.array(grouped.counts, dtype=int))
    y = np.concatenate([[1] * int(k) + [0] * int(n - k) for _, n, k in grouped.rows()])
    theirs = model_diagnostics_decompose(y_obs=y.astype(float), y_pred=p, scoring_function=SquaredError())
    ours = decompose(grouped)
    assert ours is not None
    assert [ours.mcb, ours.dsc] == pytest.approx([theirs["miscalibration"][0], theirs["discrimination"][0]], abs=TO)
    assert auc(grouped) == pytest.approx(metrics.roc_auc_score(y, p), abs=TO)
