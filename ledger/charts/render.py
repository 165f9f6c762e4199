"""A Vega-Lite spec made a picture: SVG as a file, SVG to stand in a page, PNG. Knows no database.

vl-convert is loaded when something is drawn, and in no web worker: it takes 85 MB. It must not be called in a process
that was forked after it was loaded: there it hangs.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.charts.svg import clean_svg, inline_svg, standalone_svg
from ledger.charts.theme import Spec

PNG_SCALE = 2  # times the picture's width in px


class NotDrawn(Exception):
    """A spec could not be drawn; the text says why."""


@dataclass(frozen=True)
class RenderedChart:
    """One chart, drawn: a file that stands for itself, what a page takes in, and an image."""

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
        # Nothing may be fetched: a spec holds all of its data.
        drawing = clean_svg(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), spec)
        svg = standalone_svg(drawing)
        return RenderedChart(svg, inline_svg(drawing), vl_convert.svg_to_png(svg, scale=PNG_SCALE))
    except ValueError as error:  # what Vega has to say comes as one, too
        raise NotDrawn(str(error)) from error
