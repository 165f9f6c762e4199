"""The registry of charts, in the order of a scorecard's page, and what a drawing of one is kept under.

A new chart is a module with a subclass of Chart, and its class in CHARTS. Pages, files, JSON, the job that draws and
the tests loop over them. A drawing is kept under the hash of all that the chart depends on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType

from ledger.charts.chart import Chart, ScorecardFigures
from ledger.charts.histogram import Histogram
from ledger.charts.outcomes import Outcomes
from ledger.charts.over_time import OverTime
from ledger.charts.reliability import Reliability
from ledger.domain.scoring.calibration_band import BandPoint, Consistency

# Raised whenever charts look different, or what is drawn with them (the p value) is another, so that the drawings kept
# are not taken for theirs. A test says when they look different.
EDITION = 3

CHARTS: Mapping[str, type[Chart]] = MappingProxyType(
    {chart.kind: chart for chart in (Outcomes, Reliability, Histogram, OverTime)}
)


def charts_of(scorecard: ScorecardFigures) -> dict[str, Chart]:
    """The charts of a scorecard by their kind, of those that have something to show."""
    made = {kind: chart.of(scorecard) for kind, chart in CHARTS.items()}
    return {kind: chart for kind, chart in made.items() if chart is not None}


def request_of(chart: Chart) -> str:
    """A chart as canonical JSON: the same chart gives the same text."""
    return _canonical({"chart": chart.kind, "edition": EDITION, "data": chart.data()})


def key_of(request: str) -> str:
    """The key of what is asked for: SHA-256, in hexadecimal."""
    return sha256(request.encode()).hexdigest()


def chart_of(request: str) -> Chart:
    """The chart that was asked for."""
    said = json.loads(request)
    return CHARTS[said["chart"]].read(said["data"])


def written_band(band: Consistency) -> str:
    """What was found by drawing, as JSON: the p value, and the band as [forecast, low, high]."""
    return _canonical({"p": band.p, "band": [[point.forecast, point.low, point.high] for point in band.band]})


def read_band(text: str) -> Consistency:
    """The same, read."""
    said = json.loads(text)
    return Consistency(said["p"], tuple(BandPoint(*point) for point in said["band"]))


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
