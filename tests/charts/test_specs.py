"""Chart specs: their descriptions and data, and the keys under which drawings are cached."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.samples.charts import LOOKS, NASTY, WORDED, many, samples
from support.samples.scoring import forecasts

import ledger.charts
from ledger.charts.chart import Chart, ScorecardFigures, Year
from ledger.charts.dots import MOST_DOTS, coarser
from ledger.charts.histogram import Histogram
from ledger.charts.labels import counted, lines, percent, plain, span
from ledger.charts.outcomes import Outcomes
from ledger.charts.over_time import OverTime
from ledger.charts.registry import (
    CHARTS,
    EDITION,
    chart_of,
    charts_of,
    key_of,
    read_band,
    request_of,
    written_band,
)
from ledger.charts.reliability import Reliability
from ledger.charts.theme import CONFIG, SMALL, VARIABLES, counts
from ledger.domain.outcomes import Outcome
from ledger.domain.scoring.calibration_band import BandPoint, Consistency
from ledger.domain.scoring.grouped_forecasts import Grouped, group, group_single
from ledger.domain.scoring.tally import Headline
from ledger.paths import data_dir

OF_A_SCORECARD = ["outcomes", "reliability", "histogram", "years"]
BAND = Consistency(0.031, (BandPoint(0.05, 0, 0.2), BandPoint(0.97, 0.7, 1)))


def parts(value: Any) -> Iterator[tuple[str, Any]]:
    """All names and values in a spec, at any depth."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name, one
            yield from parts(one)
    elif isinstance(value, list):
        for one in value:
            yield from parts(one)


@pytest.mark.parametrize("word", samples())
def test_every_spec_is_complete(word: str) -> None:
    """Title and one-sentence description, data inline, known colours, nothing smaller than 11 px."""
    spec = samples()[word].spec(BAND)
    json.dumps(spec, allow_nan=False)
    assert spec["title"]["text"][0] and spec["description"].endswith(".")
    assert "\x00" not in json.dumps(spec, ensure_ascii=False)
    for name, value in parts(spec):
        assert name != "url"
        assert not (name.lower().endswith("fontsize") and value < SMALL)
        for colour in re.findall(r"#[0-9a-f]{3,8}\b", str(value)) if isinstance(value, str) else ():
            assert colour in VARIABLES or name in ("text", "words", "row", "outcome")


@pytest.mark.parametrize("word", samples())
def test_a_request_gives_the_same_chart_again(word: str) -> None:
    chart = samples()[word]
    request = request_of(chart)
    again = chart_of(request)
    assert request_of(again) == request
    assert again.spec(BAND) == chart.spec(BAND)
    assert len(key_of(request)) == 64


def every_chart() -> set[type[Chart]]:
    """All chart classes, found by importing every module of the package, without the registry."""
    for module in iter_modules(ledger.charts.__path__):
        import_module(f"ledger.charts.{module.name}")
    return set(Chart.__subclasses__())


def test_every_chart_is_registered_and_has_a_section() -> None:
    assert set(CHARTS.values()) == every_chart()
    assert {chart.kind: chart for chart in CHARTS.values()} == CHARTS
    assert CHARTS.keys() == {chart.kind for chart in samples().values()}, "each has samples"
    page = (data_dir("templates") / "_card.html").read_text()
    assert [chart for chart in CHARTS.values() if f'"{chart.section.value}"' not in page] == []


def test_an_unregistered_chart_is_caught() -> None:
    class Forgotten(Chart):
        kind = "forgotten"

    assert every_chart() - set(CHARTS.values()) == {Forgotten}
    del Forgotten
    gc.collect()  # a class has reference cycles, and other tests count the subclasses, too


@pytest.mark.parametrize("scored", [0, 3])
def test_the_charts_of_a_scorecard(scored: int) -> None:
    """Outcomes wherever anything is recorded; the others where there is a score; by year only if there are years."""
    outcomes = {outcome.value: 0 for outcome in Outcome} | {"true": scored}
    figures = {"recorded": 4, "open": 4 - scored, "uncheckable": 0, "judged": scored, "early": 0, "scored": scored}
    scores = dict.fromkeys(("brier", "brier_best", "brier_worst", "base_rate", "base_rate_brier"))
    head = Headline(outcomes=outcomes, our_reading=0, events=scored, **figures, **scores)
    given = group_single([(0.7, 1)] * scored)
    years = (Year("2016", scored),)
    some = ScorecardFigures("Ada", head, given, years, 20, lambda low, high: None)
    expected = OF_A_SCORECARD if scored else ["outcomes"]
    assert [kind for kind in charts_of(some) if kind in OF_A_SCORECARD] == expected
    assert "years" not in charts_of(replace(some, years=()))
    assert charts_of(replace(some, headline=replace(head, recorded=0, scored=0))) == {}


def test_each_chart_has_a_key_of_its_own() -> None:
    keys = [key_of(request_of(chart)) for chart in samples().values()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("kind", CHARTS)
def test_a_different_look_needs_a_new_edition(kind: str) -> None:
    specs = json.dumps([chart.spec(BAND) for chart in samples().values() if chart.kind == kind], sort_keys=True)
    looks = (EDITION, sha256(specs.encode()).hexdigest()[:16])
    assert looks == LOOKS[kind], "raise EDITION, so that all charts are drawn again, and update LOOKS"


def test_the_band_survives_being_written() -> None:
    assert read_band(written_band(BAND)) == BAND


def test_a_reliability_diagram_says_what_it_shows() -> None:
    chart = Reliability.from_grouped("Ada", group(WORDED))
    description = chart.describe(BAND)
    assert description == (
        "Reliability diagram, Ada: in 95 forecasts the mean probability was 55% and 56% came about; miscalibration "
        "is 0.003, more than chance explains (p = 0.03)."
    )
    assert "p under 0.01" in chart.describe(Consistency(0.0, ()))
    assert "no more than chance explains (p = 0.40)" in chart.describe(Consistency(0.4, ()))
    assert "chance" not in chart.describe(None)


def test_many_distinct_forecasts_are_drawn_as_blocks() -> None:
    few = Reliability.from_grouped("Ada", group(WORDED))
    assert [(dot.low, dot.high, dot.n) for dot in few.dots] == [(p, p, n) for p, n, _ in WORDED]
    pooled = Reliability.from_grouped("Ada", many())
    assert len(pooled.dots) == len(pooled.blocks) < MOST_DOTS < len(many().forecasts)
    for dot, block in zip(pooled.dots, pooled.blocks, strict=True):
        assert block.low <= dot.mean <= block.high and dot.rate == block.rate


def test_dots_of_few_forecasts_are_hollow_and_links_are_optional() -> None:
    chart = Reliability.from_grouped(
        "Ada", group(WORDED), link=lambda low, _: f"https://x/{low}" if low > 0.5 else None
    )
    assert [low for low, _, _ in chart.links] == [0.7, 0.875, 0.97]
    [dots] = [layer for layer in chart.spec(None)["vconcat"][0]["layer"] if layer.get("name") == "dots"]
    assert dots["encoding"]["fill"]["condition"]["test"] == "datum.n < 5"
    assert [row["n"] for row in dots["data"]["values"]] == sorted((n for _, n, _ in WORDED), reverse=True)
    assert sum("link" in row for row in dots["data"]["values"]) == 3
    assert "hollow under 5" in " ".join(chart.spec(None)["title"]["subtitle"])


def test_a_request_stays_small_however_many_forecasts() -> None:
    million = Grouped([i / 1e5 for i in range(100_001)], [1] * 100_001, [0] * 100_001)
    chart = Reliability.from_grouped("Ada", million)
    assert len(request_of(chart)) < 30_000
    assert chart.grouped.n == 100_001
    assert coarser(many()) == many()


def test_weights_have_no_band() -> None:
    assert Reliability.from_grouped("Ada", group([(0.5, 1.5, 0.5)])).consistency() is None
    assert Reliability.from_grouped("Ada", Grouped([], [], [])).consistency() is None
    found = Reliability.from_grouped("Ada", group_single([(0.5, 1), (0.2, 0)])).consistency()
    assert found is not None and len(found.band) == 2


@settings(max_examples=40)
@given(forecasts)
def test_any_forecasts_make_specs_whose_counts_are_all_there(some: list[tuple[float, int]]) -> None:
    grouped = group_single(some)
    spec = Reliability.from_grouped("Ada", grouped).spec(BAND)
    assert sum(row["n"] for row in spec["vconcat"][1]["data"]["values"]) == len(some)
    histogram = Histogram.from_grouped("Ada", grouped)
    assert sum(histogram.counts) == sum(abs(row["n"]) for row in histogram.spec()["data"]["values"]) == len(some)


def test_years_name_the_best_and_omit_values_that_are_not_finite() -> None:
    years = (Year("2016", 3, 0.31, reference=0.22), Year("2017", 0), Year("2018", 41, 0.187, 0.1, 0.2, 0.241))
    chart = OverTime("Ada", (*years, Year("2019", 2, float("inf"), float("nan"))), few=20)
    assert chart.describe() == (
        "Brier scores by year, Ada: 46 forecasts in 4 years; the Brier score was best in 2018 (0.187) and worst in "
        "2016 (0.310); better than guessing the base rate in 1 of 2."
    )
    rows = chart.spec()["data"]["values"]
    assert [row["row"] for row in rows] == ["2016 · n 3", "2017 · n 0", "2018 · n 41", "2019 · n 2"]
    assert "brier" not in rows[1] and rows[3].keys() == {"year", "n", "row", "words"}


def test_outcomes_without_a_tint_are_dashed() -> None:
    spec = Outcomes("Ada", (("true", 3), ("too_vague", 1))).spec()
    assert spec["description"] == "Outcomes, Ada: of 4 claims, true 3, too vague 1; most often true (75%)."
    assert "Dashed" in spec["title"]["subtitle"][0]
    assert "Dashed" not in Outcomes("Ada", (("true", 3), ("too_vague", 0))).spec()["title"]["subtitle"][0]


def test_numbers_in_words() -> None:
    assert [counted(n, "forecast") for n in (0, 1, 1_200, 2.5)] == [
        "0 forecasts",
        "1 forecast",
        "1,200 forecasts",
        "2.5 forecasts",
    ]
    shown = [percent(p) for p in (0, 0.001, 0.07, 0.995, 1)]
    assert shown == ["0%", "under 1%", "7%", "over 99%", "100%"]
    assert (span(0.7, 0.7), span(0.2, 0.625)) == ("70%", "20% to 62.5%")


@given(st.floats(1, 1e9), st.integers(2, 5))
def test_axes_of_counts_have_few_round_ticks(most: float, ticks: int) -> None:
    values = counts(most, ticks)["values"]
    assert 2 <= len(values) <= ticks + 1
    assert values[-1] <= most and all(value == int(value) for value in values)
    assert counts(most, ticks, below=True)["values"] == [-value for value in values[:0:-1]] + values


@given(st.text(max_size=200), st.integers(4, 40))
def test_lines_fit_and_only_text_beyond_the_limit_is_lost(text: str, width: int) -> None:
    found = lines(text, width, most=1_000)
    assert all(len(line) <= width for line in found)
    assert "".join("".join(found).split()) == "".join(plain(text).split())
    short = lines(text, width)
    assert len(short) <= 3 and (short == found or short[-1].endswith("…"))


def test_unusual_names_are_kept() -> None:
    assert plain("a\x00b\ud800") == "a b "
    assert lines("one two three", 7) == ["one two", "three"]
    assert "🔥" in plain(NASTY) and CONFIG["font"]


def test_the_band_at_a_forecast_lies_on_the_lines_between_its_points() -> None:
    assert BAND.at(0.05) == (0, 0.2) == BAND.at(0)
    assert BAND.at(0.97) == (0.7, 1) == BAND.at(1)
    assert BAND.at(0.51) == pytest.approx((0.35, 0.6))
