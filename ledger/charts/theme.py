"""The look of all charts: the ledger's palette on white, as wide as a phone, legible without colour.

The colours are those of light mode in ledger.css. A file keeps them. In a page each is replaced by the page's variable,
for dark mode and print. No information is in colour alone; it is also in position, shape, filling or dashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ledger.charts.labels import lines, plain

Spec = dict[str, Any]

PAPER, INK, SOFT, FAINT, RULE = "#ffffff", "#1c1b19", "#55524b", "#858077", "#d9d4c8"
TRUE, MOSTLY_TRUE, PARTLY, MOSTLY_FALSE, FALSE = "#1b5a96", "#a5cae8", "#cfcac0", "#f6c48c", "#ab4b00"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

# The page's variable for each colour.
VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        PAPER: "--paper",
        INK: "--ink",
        SOFT: "--ink-soft",
        FAINT: "--rule-strong",
        RULE: "--rule",
        TRUE: "--true",
        MOSTLY_TRUE: "--mostly-true",
        PARTLY: "--partly",
        MOSTLY_FALSE: "--mostly-false",
        FALSE: "--false",
    }
)

WIDTH = 272  # of the whole picture: 320 px less margins and a scroll bar, so that no browser scales it down
MARGIN = 6
SMALL, LARGE = 11, 13
_LINE, _NOTE = 34, 51  # characters that fit the width, in the title and in the subtitle

CONFIG: Spec = {
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": SMALL,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
        "labelColor": SOFT,
        "titleColor": SOFT,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "gridColor": RULE,
        "tickSize": 4,
        "titlePadding": 5,
        "labelLimit": 132,
    },
    "title": {
        "anchor": "start",
        "fontSize": LARGE,
        "subtitleFontSize": SMALL,
        "color": INK,
        "subtitleColor": SOFT,
        "subtitlePadding": 5,
        "lineHeight": 17,
        "subtitleLineHeight": 14,
        "offset": 10,
        "limit": WIDTH - 2 * MARGIN,
    },
    "text": {"fontSize": SMALL, "color": INK},
}

# Axes of shares extend a little beyond 0 and 1, so that dots at the ends are not cut off.
SHARES: Spec = {"domain": [-0.045, 1.045], "nice": False, "zero": False}
# A share between 0 and 1 on an axis.
PERCENT: Spec = {"values": [0, 0.25, 0.5, 0.75, 1], "labelExpr": "format(100 * datum.value, '.0f') + '%'"}


def counts(most: float, ticks: int, *, below: bool = False) -> Spec:
    """An axis of counts up to `most`, with at most `ticks` round ticks above 0; with `below`, also below 0.

    `ticks` is at least 2.
    """
    step = 1
    while most // step > ticks:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    reached = int(most // step)
    values = [i * step for i in range(-reached if below else 0, reached + 1)]
    written = "format(abs(datum.value), abs(datum.value) < 1e4 ? ',' : '~s')"
    return {"values": values, "labelExpr": written, "title": "forecasts"}


def frame(title: str, note: str, description: str, body: Spec) -> Spec:
    """A complete spec: the title, a `note` on how to read the chart, its description, and the drawing as `body`."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {"text": lines(title, _LINE), "subtitle": lines(note, _NOTE, most=6)},
        "description": plain(description),
        "background": PAPER,
        "padding": MARGIN,
        "config": CONFIG,
        **{name: _drawable(value) for name, value in body.items()},
    }


def _drawable(value: Any) -> Any:
    """A part of a spec, with all its texts made `plain`."""
    if isinstance(value, dict):
        return {name: _drawable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_drawable(one) for one in value]
    return plain(value) if isinstance(value, str) else value


def empty(title: str, description: str) -> Spec:
    """The spec of a chart without data: a sentence in place of the drawing."""
    body = {
        "width": WIDTH - 2 * MARGIN,
        "height": 60,
        "data": {"values": [{}]},
        "mark": {"type": "text", "color": SOFT, "aria": False},
        "encoding": {"text": {"value": "Nothing to draw yet."}},
    }
    return frame(title, "", description, body)
