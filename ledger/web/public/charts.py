"""The charts of a scorecard: as shown on its page, and as files to download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Response, url_for

from ledger.charts import registry
from ledger.charts.chart import Chart, ScorecardFigures, Section, Year
from ledger.domain.confidence import typed_probability
from ledger.domain.errors import Missing
from ledger.domain.scoring.calibration_band import Consistency
from ledger.formats.to_json import PAGE_ONLY
from ledger.queries.breakdown import Slice
from ledger.queries.scorecards import Scorecard
from ledger.services.charts.requests import DrawingFormat, Picture, fetch_drawing, request_charts
from ledger.web.access import public
from ledger.web.context import now, session, settings
from ledger.web.public.blueprint import public_pages
from ledger.web.public.filters import ActiveFilter
from ledger.web.public.urls import address_of


@dataclass(frozen=True)
class DotOnPage:
    """A dot of the reliability diagram: the forecasts from `low` to `high`, and the share of them that came true, 0-1.

    `band` is the consistency band, in which the share lies for calibrated forecasts; None before it is computed.
    """

    low: float
    high: float
    n: int
    events: int
    rate: float
    band: tuple[float, float] | None


@dataclass(frozen=True)
class ChartOnPage:
    """A chart on a page: its description, the addresses of its files, and its SVG once it is drawn.

    `dots` are those of the reliability diagram; `section` is the section of the page that shows the chart.
    """

    says: str
    svg: str
    png: str
    vega_lite: str
    band: Consistency | None
    failed: bool
    dots: tuple[DotOnPage, ...]
    section: Section = field(metadata=PAGE_ONLY)
    inline: str | None = field(metadata=PAGE_ONLY)


def charts_of(card: Scorecard, active: Sequence[ActiveFilter]) -> dict[str, ChartOnPage]:
    """The charts of a scorecard that have data, by their kind. Each is titled with the scorecard's name and filters."""
    figures = ScorecardFigures(
        name="; ".join((card.name, *(f"{one.label}: {one.value}" for one in active))),
        headline=card.card.headline,
        given=card.given,
        years=_years(card.over_time.rows) if card.over_time else (),
        smallest_n=card.smallest_n,
        link=lambda low, high: _calls(card, low, high),
    )
    charts = registry.charts_of(figures)
    if not charts:
        return {}
    pictures = request_charts(session(), now=now(), charts=charts, aside=not card.query.whole)
    return {kind: _on_page(chart, pictures[kind]) for kind, chart in charts.items()}


@public_pages.route("/charts/<key>.<form>")
@public
def chart_file(key: str, form: str) -> Response:
    """A chart as a file to download."""
    if form not in list(DrawingFormat) or not key.isalnum():
        raise Missing(f"chart {key}.{form}")
    content = fetch_drawing(session(), key=key, form=DrawingFormat(form))
    if content is None:
        raise Missing(f"chart {key}")
    answer = Response(content, mimetype=DrawingFormat(form).media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="chart-{key[:12]}.{form}"'
    return answer


def _calls(card: Scorecard, low: float, high: float) -> str:
    given = {"p_from": typed_probability(low), "p_to": typed_probability(high)}
    return settings().base_url + address_of(card.kind, card.key, "calls", standing="scored", **given)


def _years(slices: Sequence[Slice]) -> tuple[Year, ...]:
    return tuple(_year(one) for one in slices)


def _year(one: Slice) -> Year:
    low, high = one.ci or (None, None)
    return Year(one.name, one.figures.scored, one.figures.brier, low, high, one.figures.base_rate_brier)


def _on_page(chart: Chart, picture: Picture) -> ChartOnPage:
    svg, png, spec = (
        url_for("public.chart_file", key=picture.key, form=form.value)
        for form in (DrawingFormat.SVG, DrawingFormat.PNG, DrawingFormat.SPEC)
    )
    dots = tuple(
        DotOnPage(dot.low, dot.high, int(dot.n), int(dot.events), dot.rate, _band_at(picture.band, dot.mean))
        for dot in chart.dots
    )
    says = chart.describe(picture.band)
    return ChartOnPage(says, svg, png, spec, picture.band, picture.failed, dots, chart.section, picture.inline)


def _band_at(band: Consistency | None, mean: float) -> tuple[float, float] | None:
    return band.at(mean) if band else None
