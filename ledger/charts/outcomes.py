"""The bar chart of outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ledger.charts.chart import Chart, ScorecardFigures, Section
from ledger.charts.labels import counted, percent
from ledger.charts.theme import (
    FALSE,
    INK,
    MOSTLY_FALSE,
    MOSTLY_TRUE,
    PAPER,
    PARTLY,
    SOFT,
    TRUE,
    WIDTH,
    Spec,
    empty,
    frame,
)
from ledger.domain.outcomes import Outcome, Tone
from ledger.domain.scoring.calibration_band import Consistency

_TINTS = {
    Tone.TRUE: TRUE,
    Tone.MOSTLY_TRUE: MOSTLY_TRUE,
    Tone.PARTLY_TRUE: PARTLY,
    Tone.MOSTLY_FALSE: MOSTLY_FALSE,
    Tone.FALSE: FALSE,
}
_FILLS = {outcome.value: _TINTS.get(outcome.tone, PAPER) for outcome in Outcome}


@dataclass(frozen=True)
class Outcomes(Chart):
    """The bar chart. `counts` has outcomes, and words for forecasts without one, with their counts in drawing order."""

    kind: ClassVar[str] = "outcomes"
    section: ClassVar[Section] = Section.OUTCOMES
    name: str
    counts: tuple[tuple[str, int], ...]
    noun: str = "claim"

    @classmethod
    def of(cls, scorecard: ScorecardFigures) -> Outcomes | None:
        """The chart of all recorded forecasts: those with each outcome, and those without one."""
        head = scorecard.headline
        counts = {**head.outcomes, "uncheckable": head.uncheckable, "open": head.open, "early": head.early}
        if not head.recorded:
            return None
        return cls(scorecard.name, tuple((word, n) for word, n in counts.items() if n), "forecast")

    def data(self) -> dict[str, Any]:
        """All data of the bar chart, as JSON values."""
        return {"name": self.name, "counts": self.counts, "noun": self.noun}

    @classmethod
    def read(cls, data: dict[str, Any]) -> Outcomes:
        """The bar chart with this data, as `data` returns it."""
        return cls(data["name"], tuple((outcome, n) for outcome, n in data["counts"]), data["noun"])

    @property
    def n(self) -> int:
        """The sum of the counts."""
        return sum(n for _, n in self.counts)

    def describe(self, band: Consistency | None = None) -> str:
        """A description of the bar chart in one sentence."""
        most, n = max(self.counts, key=lambda pair: pair[1])
        each = ", ".join(f"{_words(outcome)} {n:,}" for outcome, n in self.counts)
        return (
            f"Outcomes, {self.name}: of {counted(self.n, self.noun)}, {each}; most often {_words(most)} "
            f"({percent(n / self.n)})."
        )

    def spec(self, band: Consistency | None = None) -> Spec:
        """The spec: one bar for each outcome; those without a tint are hollow and dashed."""
        title = f"Outcomes: {self.name}"
        if not self.n:
            return empty(title, f"{title}. There are no verdicts yet.")
        rows = [
            {
                "outcome": _words(outcome),
                "n": n,
                "fill": _FILLS.get(outcome, PAPER),
                "label": f"{n:,}",
                "words": f"{_words(outcome)}: {n:,} of {self.n:,} ({percent(n / self.n)})",
            }
            for outcome, n in self.counts
        ]
        dashed = any(row["fill"] == PAPER and row["n"] for row in rows)
        note = f"{counted(self.n, self.noun)}." + (" Dashed: outcomes without a number." if dashed else "")
        scale = {"domain": [0, 1.18 * max(n for _, n in self.counts)], "nice": False}
        rows_of = {"sort": None, "scale": {"domain": [row["outcome"] for row in rows]}}
        y = {"field": "outcome", "type": "nominal", "axis": {"title": None, "ticks": False}, **rows_of}
        body = {
            "width": WIDTH,
            "height": {"step": 28},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": rows},
            "encoding": {"y": y, "x": {"field": "n", "type": "quantitative", "scale": scale, "axis": None}},
            "layer": [_bars(), _labels()],
        }
        return frame(title, note, self.describe(), body)


def _words(outcome: str) -> str:
    return outcome.replace("_", " ")


def _bars() -> Spec:
    return {
        "transform": [{"filter": "datum.n > 0"}],
        "mark": {"type": "bar", "strokeWidth": 1, "height": {"band": 0.72}},
        "encoding": {
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "stroke": {"value": INK},
            "strokeDash": {"condition": {"test": f"datum.fill == '{PAPER}'", "value": [3, 3]}, "value": []},
            "description": {"field": "words"},
            "tooltip": {"field": "words"},
        },
    }


def _labels() -> Spec:
    mark = {"type": "text", "align": "left", "dx": 5, "color": SOFT, "aria": False}
    return {"mark": mark, "encoding": {"text": {"field": "label"}}}
