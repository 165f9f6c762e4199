"""Sample charts: with no forecast, one, many, at the extremes, and with awkward names."""

from __future__ import annotations

from functools import cache
from math import inf
from random import Random

from support.samples.scoring import games, rain

from ledger.charts.chart import Chart, Year
from ledger.charts.histogram import Histogram
from ledger.charts.outcomes import Outcomes
from ledger.charts.over_time import OverTime
from ledger.charts.reliability import Reliability
from ledger.domain.scoring.grouped_forecasts import Grouped, group, group_single

NASTY = "<b>Ö’Brien & “Söhne”</b> \"'</svg><script>alert(1)</script> 🔥 \x00 سيعود المقاتلون 超長名稱"
# By kind, the edition and a hash of the specs of its samples. When the hash changes, the chart looks different.
LOOKS = {
    "outcomes": (3, "678d05b4e83e654a"),
    "reliability": (3, "47fcb825c7328c56"),
    "histogram": (3, "d82ef86486e542df"),
    "years": (3, "55487e17827ffe43"),
}
WORDED = [(0.05, 9, 0), (0.2, 4, 1), (0.325, 14, 5), (0.5, 21, 9), (0.7, 33, 25), (0.875, 12, 11), (0.97, 2, 2)]


def many() -> Grouped:
    """A thousand distinct forecasts."""
    random = Random(7)
    drawn = [random.random() for _ in range(1_000)]
    return group_single((p, int(random.random() < 0.15 + 0.7 * p)) for p in drawn)


def _page(low: float, high: float) -> str:
    return f"https://ledger.example.org/claims?from={low}&to={high}&who=<Ada>"


@cache
def samples() -> dict[str, Chart]:
    """The charts, by what is special about each."""
    sets = {
        "none": Grouped([], [], []),
        "one": group_single([(0.7, 1)]),
        "alike": group([(0.6, 40, 23)]),
        "ends": group([(0, 12, 1), (1, 9, 9)]),
        "weights": group([(0.2, 2.5, 0.5), (0.9, 1.25, 1.25)]),
        "worded": group(WORDED),
        "rain": group_single(rain()["EMOS"]),
        "games": games(),
        "many": many(),
    }
    charts: dict[str, Chart] = {}
    for word, grouped in sets.items():
        charts[f"reliability, {word}"] = Reliability.from_grouped("Ada", grouped, link=_page)
        if word not in ("alike", "rain", "games"):  # they add no new case
            charts[f"histogram, {word}"] = Histogram.from_grouped("Ada", grouped)
    charts["reliability, nasty"] = Reliability.from_grouped(NASTY, group(WORDED), link=_page)
    charts["reliability, no links"] = Reliability.from_grouped("the whole ledger", group(WORDED), few=20)
    charts["histogram, nasty"] = Histogram.from_grouped(NASTY, group(WORDED))
    return charts | _years() | _outcomes()


def _years() -> dict[str, Chart]:
    some = (
        Year("2016", 3, 0.31, 0.02, 0.6, 0.22),
        Year("2017", 0),
        Year("2018", 41, 0.187, 0.141, 0.233, 0.241),
        Year("2019", 1_204, 0.162, 0.151, 0.173, 0.249),
        Year("2020", 28, 0.2, None, None, 0.2),
        Year("2021", 2, inf, 0.1, inf, None),
    )
    long = tuple(Year(str(1980 + i), 10 + i, 0.1 + (i % 7) / 40, None, None, 0.25) for i in range(40))
    return {
        "years": OverTime("Ada", some, few=20),
        "years, none": OverTime("Ada", (), few=20),
        "years, nothing scored": OverTime("Ada", (Year("2016", 0),), few=20),
        "years, one": OverTime("Ada", (Year("2016", 30, 0.25),), few=20),
        "years, perfect": OverTime("Ada", (Year("2016", 30, 0.0, 0.0, 0.0, 0.0),), few=20),
        "years, forty": OverTime("Ada", long, few=20),
        "years, nasty": OverTime(NASTY, (Year(NASTY, 30, 0.25),), few=20),
    }


def _outcomes() -> dict[str, Chart]:
    graded = {"true": 34, "mostly_true": 11, "partly_true": 6, "mostly_false": 3, "false": 25}
    others = {"answered": 2, "unresolvable": 7, "condition_not_met": 1, "too_vague": 0, "open": 12}
    return {
        "outcomes": Outcomes("Ada", tuple({**graded, **others}.items())),
        "outcomes, none": Outcomes("Ada", ()),
        "outcomes, all 0": Outcomes("Ada", (("true", 0), ("false", 0))),
        "outcomes, one": Outcomes("Ada", (("true", 0), ("false", 1))),
        "outcomes, millions": Outcomes("Ada", (("true", 1_234_567), ("false", 3))),
        "outcomes, nasty": Outcomes(NASTY, ((NASTY, 3), ("false", 1))),
    }
