"""The charts of a scorecard, as its page shows them and as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Response, url_for

from ledger.charts.histogram import Histogram
from ledger.charts.outcomes import Outcomes
from ledger.charts.over_time import OverTime, Year
from ledger.charts.registry import Chart
from ledger.charts.reliability import Reliability
from ledger.domain.confidence import typed_probability
from ledger.domain.errors import Missing
from ledger.domain.scoring.calibration_band import Consistency
from ledger.formats.to_json import PAGE_ONLY
from ledger.queries.breakdown import Slice
from ledger.queries.scorecards import Scorecard
from ledger.services.charts.requests import Form, Picture, fetch, want
from ledger.web.access import public
from ledger.web.context import now, session, settings
from ledger.web.public.blueprint import public_pages
from ledger.web.public.filters import ActiveFilter
from ledger.web.public.urls import address_of


@dataclass(frozen=True)
class ShownDot:
    """A dot of the reliability diagram: forecasts from `low` to `high`, and how often they came about, 0-1.

    `band` is where that lies for forecasts that are right, None before it is worked out.
    """

    low: float
    high: float
    n: int
    events: int
    rate: float
    band: tuple[float, float] | None


@dataclass(frozen=True)
class ShownChart:
    """A chart of a page: what it says in a sentence, where its files are, and its drawing once it is drawn.

    `dots` are those of the reliability diagram.
    """

    says: str
    svg: str
    png: str
    vega_lite: str
    band: Consistency | None
    failed: bool
    dots: tuple[ShownDot, ...]
    inline: str | None = field(metadata=PAGE_ONLY)


def charts_of(card: Scorecard, active: Sequence[ActiveFilter]) -> dict[str, ShownChart]:
    """The charts of a scorecard, as far as there is something to draw, titled by its name and its filters."""
    head = card.card.headline
    if not head.recorded:
        return {}
    name = "; ".join((card.name, *(f"{one.label}: {one.value}" for one in active)))
    standing = {**head.outcomes, "uncheckable": head.uncheckable, "open": head.open, "early": head.early}
    charts: dict[str, Chart] = {
        "outcomes": Outcomes(name, tuple((word, n) for word, n in standing.items() if n), "forecast")
    }
    if head.scored:
        charts["reliability"] = Reliability.of(name, card.given, link=lambda low, high: _calls(card, low, high))
        charts["histogram"] = Histogram.of(name, card.given)
        if card.over_time and card.over_time.rows:
            charts["years"] = OverTime(name, _years(card.over_time.rows), card.smallest_n)
    pictures = want(session(), now=now(), charts=charts, aside=not card.query.whole)
    return {name: _shown(chart, pictures[name]) for name, chart in charts.items()}


@public_pages.route("/charts/<key>.<form>")
@public
def chart_file(key: str, form: str) -> Response:
    """A drawing as a file to keep."""
    if form not in list(Form) or not key.isalnum():
        raise Missing(f"chart {key}.{form}")
    content = fetch(session(), key=key, form=Form(form))
    if content is None:
        raise Missing(f"chart {key}")
    answer = Response(content, mimetype=Form(form).media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="chart-{key[:12]}.{form}"'
    return answer


def _calls(card: Scorecard, low: float, high: float) -> str:
    given = {"p_from": typed_probability(low), "p_to": typed_probability(high)}
    return settings().base_url + address_of(card.kind, card.key, "calls", standing="scored", **given)


def _years(slices: Sequence[Slice]) -> tuple[Year, ...]:
    return tuple(
        Year(
            one.name,
            one.figures.scored,
            one.figures.brier,
            one.ci[0] if one.ci else None,
            one.ci[1] if one.ci else None,
            one.figures.base_rate_brier,
        )
        for one in slices
    )


def _shown(chart: Chart, picture: Picture) -> ShownChart:
    says = chart.describe(picture.band) if isinstance(chart, Reliability) else chart.describe()
    svg, png, spec = (
        url_for("public.chart_file", key=picture.key, form=form.value) for form in (Form.SVG, Form.PNG, Form.SPEC)
    )
    return ShownChart(
        says=says,
        svg=svg,
        png=png,
        vega_lite=spec,
        band=picture.band,
        failed=picture.failed,
        dots=_dots(chart, picture.band),
        inline=picture.inline,
    )


def _dots(chart: Chart, band: Consistency | None) -> tuple[ShownDot, ...]:
    if not isinstance(chart, Reliability):
        return ()
    return tuple(
        ShownDot(dot.low, dot.high, int(dot.n), int(dot.events), dot.rate, band.at(dot.mean) if band else None)
        for dot in chart.dots
    )
