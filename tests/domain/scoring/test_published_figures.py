"""Published figures of our scores, to every published digit."""

from __future__ import annotations

from dataclasses import astuple
from math import inf, isinf

import pytest
from support.samples.scoring import games, perceptions, rain

from ledger.domain.scoring.binary_scores import (
    baseline_score,
    impossible,
    mean_log_score,
    mean_log_score_clipped,
)
from ledger.domain.scoring.calibration import decompose
from ledger.domain.scoring.calibration_band import consistency
from ledger.domain.scoring.clustered_intervals import quantile
from ledger.domain.scoring.grouped_forecasts import group_single
from ledger.domain.scoring.proportion_intervals import wilson
from ledger.domain.scoring.skill import paired_difference, skill

UNCERTAINTY = ".2442107750"
RAIN = {  # Brier, MCB, DSC to ten places; as printed; log score
    # The log score is .59829743344568 in forty digits; the published .5982974335 was rounded twice.
    "Logistic": (".2057461719 .0170760574 .0555406605", ".206 .0171 .0555", ".5982974334"),
    "EMOS": (".2320251794 .0182829433 .0304685390", ".232 .0183 .0305", ".6536821486"),
    "ENS": (".2661676743 .0660722283 .0441153290", ".266 .0661 .0441", "inf"),
    # DSC is also published as .0322787770, but with that MCB - DSC + UNC is not the Brier score.
    "EPC": (".2342817554 .0223497474 .0322787670", ".234 .0223 .0323", ".6612819987"),
}
P_VALUES = {"Logistic": 0.835, "EMOS": 0.65, "EPC": 0.29, "ENS": 0.0}  # resampled: within .05


def printed(value: float | None, like: str) -> str:
    """A value with as many decimals as a published one."""
    assert value is not None
    places = len(like.partition(".")[2])
    return "inf" if isinf(value) else f"{value:.{places}f}".replace("0.", ".", 1)


@pytest.mark.parametrize("method", RAIN)
def test_rain_at_niamey(method: str) -> None:
    grouped = group_single(rain()[method])
    assert grouped.n == 92
    found = decompose(grouped)
    assert found is not None
    to_ten, as_printed, log = RAIN[method]
    for figures in (to_ten, as_printed):
        for value, figure in zip(astuple(found), figures.split(), strict=False):
            assert printed(value, figure) == figure
    assert printed(found.unc, UNCERTAINTY) == UNCERTAINTY
    assert printed(mean_log_score(grouped), log) == log


def test_an_infinite_log_score_counts_the_impossible_events() -> None:
    grouped = group_single(rain()["ENS"])
    assert mean_log_score(grouped) == inf
    assert impossible(grouped) == 6
    assert printed(mean_log_score_clipped(grouped), "2.963") == "2.963"  # the figure of libraries that clip silently


@pytest.mark.parametrize("method", P_VALUES)
def test_p_values_of_miscalibration(method: str) -> None:
    found = consistency(group_single(rain()[method]), draws=400, seed=1)
    assert found is not None
    assert found.p == pytest.approx(P_VALUES[method], abs=0.05)


def test_two_forecasters_without_a_significant_difference() -> None:
    pairs = [
        ((p - event) ** 2, (q - event) ** 2)
        for (p, event), (q, _) in zip(rain()["EMOS"], rain()["Logistic"], strict=True)
    ]
    found = paired_difference(pairs)
    assert found is not None
    assert found.interval is not None
    assert printed(found.mean, ".02628") == ".02628"
    assert [round(end, 3) for end in found.interval] == [-0.004, 0.056]


def test_games_of_the_nba() -> None:
    grouped = games()
    assert grouped.n == 8886
    found = decompose(grouped)
    assert found is not None
    assert printed(found.mean, ".21465399") == ".21465399"
    assert printed(skill(found.mean, found.unc), ".12336445") == ".12336445"
    assert printed(found.mcb, ".00407652") == ".00407652"
    assert printed(found.dsc, ".03428368") == ".03428368"


@pytest.mark.parametrize(
    ("p", "figure"), [(0.9, "84.79969066"), (0.1, "-232.19280949"), (2**-0.5, "50"), (2**-1.5, "-50")]
)
def test_baseline_scores_of_single_forecasts(p: float, figure: str) -> None:
    places = len(figure.partition(".")[2])
    assert f"{baseline_score(p, 1):.{places}f}" == figure


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(15, 16, ".7167", ".9889"), (1, 15, ".0119", ".2982"), (13, 40, ".2008", ".4798")]
)
def test_wilson_intervals(k: int, n: int, low: str, high: str) -> None:
    interval = wilson(k, n)
    assert interval is not None
    assert [printed(end, low) for end in interval] == [low, high]


@pytest.mark.parametrize(
    ("word", "median"),
    [
        ("Almost Certainly", 95),
        ("Highly Likely", 90),
        ("Very Good Chance", 80),
        ("Probably", 75),
        ("Likely", 70),
        ("About Even", 50),
        ("Unlikely", 20),
        ("Highly Unlikely", 5),
        ("Almost No Chance", 2),
    ],
)
def test_what_people_understand_by_words(word: str, median: float) -> None:
    said = perceptions()[word]
    assert len(said) == 46
    assert quantile(sorted(said), 0.5) == median
