"""The registry of charts, in the order of a scorecard's page, and the keys under which drawings are cached.

A new chart is a module with a subclass of Chart, and its class in CHARTS. Pages, files, JSON, the drawing job and the
tests loop over CHARTS. The key of a drawing is the hash of all data of its chart.
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

# Raise it whenever charts look different, or their p values are computed differently: it is part of the key, so that
# cached drawings are not used any more. A test fails when charts look different.
EDITION = 3

CHARTS: Mapping[str, type[Chart]] = MappingProxyType(
    {chart.kind: chart for chart in (Outcomes, Reliability, Histogram, OverTime)}
)


def charts_of(scorecard: ScorecardFigures) -> dict[str, Chart]:
    """The charts of a scorecard that are not empty, by kind."""
    made = {kind: chart.of(scorecard) for kind, chart in CHARTS.items()}
    return {kind: chart for kind, chart in made.items() if chart is not None}


def request_of(chart: Chart) -> str:
    """A chart as canonical JSON: equal charts give equal texts."""
    return _canonical({"chart": chart.kind, "edition": EDITION, "data": chart.data()})


def key_of(request: str) -> str:
    """The key of a request: SHA-256, in hexadecimal."""
    return sha256(request.encode()).hexdigest()


def chart_of(request: str) -> Chart:
    """The chart of a request."""
    values = json.loads(request)
    return CHARTS[values["chart"]].read(values["data"])


def written_band(band: Consistency) -> str:
    """The p value and the band, a list of [forecast, low, high], as JSON."""
    return _canonical({"p": band.p, "band": [[point.forecast, point.low, point.high] for point in band.band]})


def read_band(text: str) -> Consistency:
    """The p value and the band from the JSON of `written_band`."""
    values = json.loads(text)
    return Consistency(values["p"], tuple(BandPoint(*point) for point in values["band"]))


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
