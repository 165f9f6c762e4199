"""Rendering a Vega-Lite spec as an SVG file, as SVG inside a page, and as PNG.

vl-convert takes 85 MB, so it is loaded only when something is drawn, and never in a web worker. It must not be called
in a process that was forked after it was loaded, because it hangs there.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.charts.svg import clean_svg, inline_svg, standalone_svg
from ledger.charts.theme import Spec

PNG_SCALE = 2  # times the picture's width in px


class NotDrawn(Exception):
    """A chart could not be drawn; the text says why."""


@dataclass(frozen=True)
class RenderedChart:
    """A rendered chart: `svg` is a file, `inline` is SVG to be included in a page, `png` an image."""

    svg: str
    inline: str
    png: bytes


def draw(spec: Spec) -> RenderedChart:
    """Draw a spec. Raises NotDrawn, also where vl-convert is not installed."""
    try:
        import vl_convert
    except ImportError as error:
        raise NotDrawn("Charts are drawn by vl-convert-python, which is not installed.") from error
    try:
        # vl-convert may not fetch anything: a spec contains all its data.
        drawing = clean_svg(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), spec)
        svg = standalone_svg(drawing)
        return RenderedChart(svg, inline_svg(drawing), vl_convert.svg_to_png(svg, scale=PNG_SCALE))
    except ValueError as error:  # errors of Vega are ValueErrors, too
        raise NotDrawn(str(error)) from error
