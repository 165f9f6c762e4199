"""A chart asked for: all that it depends on as one text, whose hash is the key its drawing is kept under."""

from __future__ import annotations

import json
from hashlib import sha256

from ledger.charts.histogram import Histogram
from ledger.charts.outcomes import Outcomes
from ledger.charts.over_time import OverTime
from ledger.charts.reliability import Reliability
from ledger.charts.theme import Spec
from ledger.domain.scoring.calibration_band import BandPoint, Consistency

# Raised whenever charts look different, or what is drawn with them (the p value) is another, so that the drawings kept
# are not taken for theirs. A test says when they look different.
EDITION = 3

Chart = Reliability | Histogram | OverTime | Outcomes
_KINDS: dict[str, type[Chart]] = {kind.kind: kind for kind in (Reliability, Histogram, OverTime, Outcomes)}


def request_of(chart: Chart) -> str:
    """A chart as canonical JSON: the same chart gives the same text."""
    return _canonical({"chart": chart.kind, "edition": EDITION, "data": chart.data()})


def key_of(request: str) -> str:
    """The key of what is asked for: SHA-256, in hexadecimal."""
    return sha256(request.encode()).hexdigest()


def chart_of(request: str) -> Chart:
    """The chart that was asked for."""
    said = json.loads(request)
    return _KINDS[said["chart"]].read(said["data"])


def spec_of(chart: Chart, band: Consistency | None = None) -> Spec:
    """A chart's Vega-Lite spec; a reliability diagram has its band where that is known."""
    return chart.spec(band) if isinstance(chart, Reliability) else chart.spec()


def written_band(band: Consistency) -> str:
    """What was found by drawing, as JSON: the p value, and the band as [forecast, low, high]."""
    return _canonical({"p": band.p, "band": [[point.forecast, point.low, point.high] for point in band.band]})


def read_band(text: str) -> Consistency:
    """The same, read."""
    said = json.loads(text)
    return Consistency(said["p"], tuple(BandPoint(*point) for point in said["band"]))


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
