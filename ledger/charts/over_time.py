"""The chart of Brier scores by year, with intervals and the score of always guessing the base rate.

Each year is a row, so that forty years fit a phone as well as four.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ledger.charts.chart import Chart, ScorecardFigures, Section, Year
from ledger.charts.labels import counted
from ledger.charts.theme import FALSE, INK, PAPER, TRUE, WIDTH, Spec, empty, frame
from ledger.domain.scoring.calibration_band import Consistency


@dataclass(frozen=True)
class OverTime(Chart):
    """The chart. `years` are in drawing order; a year with fewer than `few` forecasts has a hollow mark."""

    kind: ClassVar[str] = "years"
    section: ClassVar[Section] = Section.YEARS
    name: str
    years: tuple[Year, ...]
    few: int

    @classmethod
    def of(cls, scorecard: ScorecardFigures) -> OverTime | None:
        """The chart of the scorecard's years; None without scored forecasts or without years to compare."""
        if not scorecard.headline.scored or not scorecard.years:
            return None
        return cls(scorecard.name, scorecard.years, scorecard.smallest_n)

    def data(self) -> dict[str, Any]:
        """All data of the chart, as JSON values."""
        return {"name": self.name, "years": [year.known() for year in self.years], "few": self.few}

    @classmethod
    def read(cls, data: dict[str, Any]) -> OverTime:
        """The chart with this data, as `data` returns it."""
        return cls(data["name"], tuple(Year(**year) for year in data["years"]), data["few"])

    def describe(self, band: Consistency | None = None) -> str:
        """A description of the chart in one sentence."""
        scored = [(year.year, year.known()["brier"]) for year in self.years if "brier" in year.known()]
        best, worst = (extreme(scored, key=lambda pair: pair[1]) for extreme in (min, max))
        found = f"the Brier score was best in {best[0]} ({best[1]:.3f}) and worst in {worst[0]} ({worst[1]:.3f})"
        if len(scored) == 1:
            found = f"only {best[0]} has a Brier score ({best[1]:.3f})"
        beaten = sum(1 for year in map(Year.known, self.years) if year.get("brier", 9) < year.get("reference", -1))
        n = sum(year.n for year in self.years)
        return (
            f"Brier scores by year, {self.name}: {counted(n, 'forecast')} in {counted(len(self.years), 'year')}; "
            f"{found}; better than guessing the base rate in {beaten} of {len(scored)}."
        )

    def spec(self, band: Consistency | None = None) -> Spec:
        """The spec: one row for each year."""
        title = f"Brier score by year: {self.name}"
        if not any("brier" in year.known() for year in self.years):
            return empty(title, f"{title}. There are no scored forecasts yet.")
        rows = [{**year.known(), "row": f"{year.year} · n {year.n:,}", "words": _words(year)} for year in self.years]
        axis, scale = {"title": None, "grid": True}, {"domain": [row["row"] for row in rows]}
        hollow = any(year.n < self.few and "brier" in year.known() for year in self.years)
        body = {
            "width": WIDTH,
            "height": {"step": 24},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": rows},
            "encoding": {"y": {"field": "row", "type": "ordinal", "sort": None, "axis": axis, "scale": scale}},
            "layer": [_interval(), _reference(), _point(self.few)],
        }
        return frame(title, _note(self.years, self.few if hollow else 0), self.describe(), body)


def _note(years: tuple[Year, ...], few: int) -> str:
    known = [year.known() for year in years]
    sentences = ["Dots: Brier score, lower is better" + (f", hollow for fewer than {few} forecasts." if few else ".")]
    if any("low" in year for year in known):
        sentences.append("Lines: 95% interval.")
    if any("reference" in year for year in known):
        sentences.append("Upright strokes: always guessing the base rate.")
    return " ".join(sentences)


def _words(year: Year) -> str:
    known = year.known()
    figures = [f"{year.year}: {counted(year.n, 'forecast')}"]
    if "brier" in known:
        figures.append(f"Brier score {known['brier']:.3f}")
    if "low" in known and "high" in known:
        figures.append(f"95% interval {known['low']:.3f} to {known['high']:.3f}")
    if "reference" in known:
        figures.append(f"base-rate guess {known['reference']:.3f}")
    return ", ".join(figures)


def _interval() -> Spec:
    both = "isValid(datum.low) && isValid(datum.high)"
    return {
        "transform": [{"filter": both}],
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.75, "aria": False},
        "encoding": {"x": _x("low"), "x2": {"field": "high"}},
    }


def _reference() -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.reference)"}],
        "mark": {"type": "tick", "color": FALSE, "thickness": 3, "size": 18, "opacity": 1, "aria": False},
        "encoding": {"x": _x("reference")},
    }


def _point(few: int) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.brier)"}],
        "mark": {"type": "point", "stroke": TRUE, "strokeWidth": 1.75, "size": 75, "opacity": 1},
        "encoding": {
            "x": _x("brier"),
            "fill": {"condition": {"test": f"datum.n < {few}", "value": PAPER}, "value": TRUE},
            "description": {"field": "words"},
            "tooltip": {"field": "words"},
        },
    }


def _x(field: str) -> Spec:
    axis = {"title": "Brier score (0 is best)", "tickCount": 5, "format": "~r"}
    return {"field": field, "type": "quantitative", "scale": {"zero": True}, "axis": axis}
