"""The histogram of forecasts, split by outcome: the less the two sides overlap, the better the discrimination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ledger.charts.chart import Chart, ScorecardFigures, Section
from ledger.charts.labels import counted, percent, span
from ledger.charts.theme import FALSE, PAPER, PERCENT, SHARES, TRUE, WIDTH, Spec, counts, empty, frame
from ledger.domain.scoring.calibration_band import Consistency
from ledger.domain.scoring.discrimination import auc, histogram
from ledger.domain.scoring.grouped_forecasts import Grouped

UP, DOWN = "came about", "did not"


@dataclass(frozen=True)
class Histogram(Chart):
    """The histogram. `bins` has the number of events and of non-events in each of several equal bins of probability."""

    kind: ClassVar[str] = "histogram"
    section: ClassVar[Section] = Section.SPREAD
    name: str
    bins: tuple[tuple[float, float], ...]
    auc: float | None

    @classmethod
    def of(cls, scorecard: ScorecardFigures) -> Histogram | None:
        """The histogram of the scored forecasts."""
        return cls.from_grouped(scorecard.name, scorecard.given) if scorecard.headline.scored else None

    @classmethod
    def from_grouped(cls, name: str, grouped: Grouped) -> Histogram:
        """The histogram of these forecasts."""
        return cls(name, tuple(histogram(grouped)), auc(grouped))

    def data(self) -> dict[str, Any]:
        """All data of the histogram, as JSON values."""
        return {"name": self.name, "bins": self.bins, "auc": self.auc}

    @classmethod
    def read(cls, data: dict[str, Any]) -> Histogram:
        """The histogram with this data, as `data` returns it."""
        return cls(data["name"], tuple((up, down) for up, down in data["bins"]), data["auc"])

    @property
    def counts(self) -> tuple[float, float]:
        """The number of events, and of non-events."""
        return sum(up for up, _ in self.bins), sum(down for _, down in self.bins)

    def describe(self, band: Consistency | None = None) -> str:
        """A description of the histogram in one sentence."""
        up, down = self.counts
        found = "with one outcome only, discrimination cannot be measured"
        if self.auc is not None:
            found = f"an event was forecast higher than a non-event {percent(self.auc)} of the time"
        return (
            f"Histogram, {self.name}: {counted(up + down, 'forecast')} by probability, {up:,g} of events that came "
            f"about and {down:,g} of events that did not; {found}."
        )

    def spec(self, band: Consistency | None = None) -> Spec:
        """The spec: events upwards and filled, non-events downwards and hollow."""
        title, (up, down) = f"Forecasts by outcome: {self.name}", self.counts
        if not up + down:
            return empty(title, f"{title}. There are no scored forecasts yet.")
        most = max(max(pair) for pair in self.bins)
        note = f"Filled: came about ({up:,g}). Hollow: did not ({down:,g})."
        axis = {**PERCENT, "title": "forecast", "grid": False, "domain": False}
        body = {
            "width": WIDTH,
            "height": 200,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": self._rows()},
            "mark": {"type": "bar", "strokeWidth": 1.5, "xOffset": 1.5, "x2Offset": -1.5},
            "encoding": {
                "x": {"field": "from", "type": "quantitative", "scale": SHARES, "axis": axis},
                "x2": {"field": "to"},
                "y": {
                    "field": "n",
                    "type": "quantitative",
                    "scale": {"domain": [-most, most]},
                    "axis": counts(most, 3, below=True),
                },
                "y2": {"datum": 0},
                "fill": _coloured(TRUE, PAPER),
                "stroke": _coloured(TRUE, FALSE),
                "description": {"field": "words"},
                "tooltip": {"field": "words"},
            },
        }
        return frame(title, note, self.describe(), body)

    def _rows(self) -> list[Spec]:
        rows, bins = [], len(self.bins)
        for i, pair in enumerate(self.bins):
            for n, side, sign in zip(pair, (UP, DOWN), (1, -1), strict=True):
                words = f"{span(i / bins, (i + 1) / bins)}: {n:,g} {side}"
                if n:
                    rows.append({"from": i / bins, "to": (i + 1) / bins, "n": sign * n, "side": side, "words": words})
        return rows


def _coloured(up: str, down: str) -> Spec:
    scale = {"domain": [UP, DOWN], "range": [up, down]}
    return {"field": "side", "type": "nominal", "scale": scale, "legend": None}
