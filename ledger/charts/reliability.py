"""The reliability diagram: the share of forecasts that came true, by their probability.

The line is the forecasts recalibrated by pooling adjacent violators, and the shade shows where that line lies for
calibrated forecasts. Source: Dimitriadis, Gneiting and Jordan 2021, PNAS 118 (e2016191118).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Any, ClassVar

from ledger.charts.chart import Chart, Link, ScorecardFigures, Section
from ledger.charts.dots import Dot, coarser, dots_of
from ledger.charts.labels import counted, percent, span
from ledger.charts.theme import FAINT, INK, PAPER, PERCENT, SHARES, SOFT, TRUE, Spec, counts, empty, frame
from ledger.domain.scoring.calibration import Block, miscalibration, recalibrate
from ledger.domain.scoring.calibration_band import BAND_LEVEL, DRAWS, Consistency, consistency
from ledger.domain.scoring.grouped_forecasts import Grouped

FEW = 5  # a dot of fewer forecasts is hollow
SIDE = 202  # of the square, in px: the width of the picture less the axis
BINS = 20


@dataclass(frozen=True)
class Reliability(Chart):
    """The reliability diagram. `links` has the ends of a dot and its absolute address."""

    kind: ClassVar[str] = "reliability"
    section: ClassVar[Section] = Section.CALIBRATION
    name: str
    grouped: Grouped
    links: tuple[tuple[float, float, str], ...] = ()
    few: int = FEW
    seed: int = 0

    @classmethod
    def of(cls, scorecard: ScorecardFigures) -> Reliability | None:
        """The diagram of the scored forecasts. Each dot has a link to the list of its forecasts."""
        if not scorecard.headline.scored:
            return None
        return cls.from_grouped(scorecard.name, scorecard.given, link=scorecard.link)

    @classmethod
    def from_grouped(
        cls, name: str, grouped: Grouped, *, link: Link | None = None, few: int = FEW, seed: int = 0
    ) -> Reliability:
        """The diagram of these forecasts; `link` is called once for every dot."""
        chart = cls(name, coarser(grouped), (), few, seed)
        if link is None:
            return chart
        found = ((dot.low, dot.high, link(dot.low, dot.high)) for dot in chart.dots)
        return cls(name, chart.grouped, tuple((low, high, url) for low, high, url in found if url), few, seed)

    @cached_property
    def blocks(self) -> list[Block]:
        """The recalibrated forecasts."""
        return recalibrate(self.grouped)

    @cached_property
    def dots(self) -> list[Dot]:
        """The dots, which are also listed in a table beside the diagram."""
        return dots_of(self.grouped, self.blocks)

    def consistency(self) -> Consistency | None:
        """Compute the band and the p value, which takes a second or two; None without forecasts or with weights."""
        if any(n != int(n) for n in self.grouped.counts):
            return None
        return consistency(self.grouped, draws=DRAWS, seed=self.seed)

    def data(self) -> dict[str, Any]:
        """All data of the diagram, as JSON values."""
        columns = (self.grouped.forecasts, self.grouped.counts, self.grouped.events)
        grouped = [[_whole(value) for value in column] for column in columns]
        return {"name": self.name, "grouped": grouped, "links": self.links, "few": self.few, "seed": self.seed}

    @classmethod
    def read(cls, data: dict[str, Any]) -> Reliability:
        """The diagram with this data, as `data` returns it."""
        links = tuple((low, high, url) for low, high, url in data["links"])
        return cls(data["name"], Grouped(*data["grouped"]), links, data["few"], data["seed"])

    def spec(self, band: Consistency | None = None) -> Spec:
        """The spec of the diagram; it shows the band if one is given."""
        title = f"Reliability: {self.name}"
        if not self.grouped.forecasts:
            return empty(title, f"{title}. There are no scored forecasts yet.")
        body = {"vconcat": [self._square(band), self._counts()], "bounds": "flush", "spacing": 12}
        return frame(title, self._note(band), self.describe(band), body)

    def describe(self, band: Consistency | None = None) -> str:
        """A description of the diagram in one sentence."""
        n = self.grouped.n
        mean = fsum(p * k for p, k, _ in self.grouped.rows()) / n
        mcb = miscalibration(self.blocks, self.grouped)
        found = f"miscalibration is {mcb:.3f}"
        if band:
            chance = "more than chance explains" if band.p < 0.05 else "no more than chance explains"
            found += f", {chance} ({'p under 0.01' if band.p < 0.01 else f'p = {band.p:.2f}'})"
        return (
            f"Reliability diagram, {self.name}: in {counted(n, 'forecast')} the mean probability was {percent(mean)} "
            f"and {percent(self.grouped.base_rate or 0)} came about; {found}."
        )

    def _note(self, band: Consistency | None) -> str:
        pooled = len(self.dots) < len(self.grouped.forecasts)
        dots = "Dots: forecasts" + (" (neighbours pooled)" if pooled else "") + ", larger for more"
        dots += f", hollow under {self.few}" if self._hollow() else ""
        shade = f" Shade: where {BAND_LEVEL:.0%} of calibrated forecasters’ lines run." if band else ""
        return f"{dots}. Line: recalibrated. Dashes: perfectly calibrated.{shade}"

    def _hollow(self) -> bool:
        return any(dot.n < self.few for dot in self.dots)

    def _square(self, band: Consistency | None) -> Spec:
        layers = [_perfect(), self._line(), self._marks()]
        x = {"field": "forecast", "type": "quantitative", "scale": SHARES, "axis": _bare()}
        y = {
            "field": "rate",
            "type": "quantitative",
            "scale": SHARES,
            "axis": {**PERCENT, "title": "came about", "minExtent": 34, "maxExtent": 34},
        }
        shared = {"x": x, "y": y}
        return {"width": SIDE, "height": SIDE, "encoding": shared, "layer": [*_shade(band), *layers]}

    def _line(self) -> Spec:
        ends = [(p, block.rate) for block in self.blocks for p in sorted({block.low, block.high})]
        mark = {"type": "line", "color": INK, "strokeWidth": 1.75, "aria": False}
        return {"data": {"values": [{"forecast": p, "rate": _short(rate)} for p, rate in ends]}, "mark": mark}

    def _marks(self) -> Spec:
        """The dots, largest first so that none hides another, each with a text for tooltips and screen readers."""
        links = {(low, high): url for low, high, url in self.links}
        rows = []
        for dot in sorted(self.dots, key=lambda dot: -dot.n):
            words = f"{span(dot.low, dot.high)}: {dot.events:,g} of {dot.n:,g} came about ({percent(dot.rate)})"
            row = {"forecast": _short(dot.mean), "rate": _short(dot.rate), "n": dot.n, "words": words}
            url = links.get((dot.low, dot.high))
            rows.append({**row, "link": url} if url else row)
        most = max(4 * self.few, *(dot.n for dot in self.dots))  # so that a single forecast has a small dot
        size = {
            "field": "n",
            "type": "quantitative",
            "legend": None,
            "scale": {"domain": [0, most], "range": [30, 330]},
        }
        return {
            "name": "dots",
            "data": {"values": rows},
            "mark": {"type": "point", "stroke": TRUE, "strokeWidth": 1.75, "opacity": 1},
            "encoding": {
                "size": size,
                "fill": {"condition": {"test": f"datum.n < {self.few}", "value": PAPER}, "value": TRUE},
                "fillOpacity": {"condition": {"test": f"datum.n < {self.few}", "value": 1}, "value": 0.75},
                "description": {"field": "words"},
                "tooltip": {"field": "words"},
                "href": {"condition": {"test": "isValid(datum.link)", "field": "link"}},
            },
        }

    def _counts(self) -> Spec:
        """The histogram of forecasts below the square, on the same scale."""
        bins = [0.0] * BINS
        for p, n, _ in self.grouped.rows():
            bins[min(int(p * BINS), BINS - 1)] += n
        rows = [
            {"from": i / BINS, "to": (i + 1) / BINS, "n": n, "words": f"{span(i / BINS, (i + 1) / BINS)}: {n:,g}"}
            for i, n in enumerate(bins)
            if n
        ]
        axis = {**PERCENT, "title": "forecast", "grid": False}
        x = {"field": "from", "type": "quantitative", "scale": SHARES, "axis": axis}
        count_axis = {**counts(max(bins), 2), "grid": False, "minExtent": 34, "maxExtent": 34}
        return {
            "width": SIDE,
            "height": 52,
            "data": {"values": rows},
            "mark": {"type": "bar", "fill": FAINT, "stroke": SOFT, "strokeWidth": 0.75},
            "encoding": {
                "x": x,
                "x2": {"field": "to"},
                "y": {"field": "n", "type": "quantitative", "axis": count_axis},
                "y2": {"datum": 0},
                "description": {"field": "words"},
                "tooltip": {"field": "words"},
            },
        }


def _perfect() -> Spec:
    mark = {"type": "line", "color": SOFT, "strokeDash": [5, 4], "strokeWidth": 1.25, "aria": False}
    return {"data": {"values": [{"forecast": 0, "rate": 0}, {"forecast": 1, "rate": 1}]}, "mark": mark}


def _shade(band: Consistency | None) -> list[Spec]:
    """The band as an area. A band of a single point is a stroke, because it has no area."""
    if not band:
        return []
    points = [
        {"forecast": _short(point.forecast), "rate": _short(point.low), "high": _short(point.high)}
        for point in band.band
    ]
    area = {"type": "area", "fill": INK, "fillOpacity": 0.13, "stroke": None, "aria": False}
    stroke = {"type": "rule", "color": INK, "opacity": 0.13, "strokeWidth": 12, "aria": False}
    return [
        {
            "data": {"values": points},
            "mark": area if len(points) > 1 else stroke,
            "encoding": {"y2": {"field": "high"}},
        }
    ]


def _bare() -> Spec:
    return {**PERCENT, "title": None, "labels": False}


def _short(value: float) -> float:
    return round(value, 6)


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value
