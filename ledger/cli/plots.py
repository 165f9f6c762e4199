"""Reliability diagrams of scored files, written as SVG or PNG: one file a group."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.domain.text import slug
from ledger.services.score_file.results import GroupResult

ENDINGS = (".svg", ".png")
_LONGEST_SLUG = 60  # a group's name may be a whole sentence, and a file's may not


class NotPlotted(Exception):
    """Nothing was drawn, or it could not be written; the text says why."""


class PlotPath(click.ParamType[Path]):
    """A file to be written that ends in .svg or .png, in a folder that is there."""

    name = "file"

    def convert(self, value: str | Path, param: click.Parameter | None, context: click.Context | None) -> Path:
        path = Path(value)
        if path.suffix.lower() not in ENDINGS:
            self.fail(f"“{value}” has to end in .svg or .png.", param, context)
        if not path.parent.is_dir():
            self.fail(f"there is no folder “{path.parent}”.", param, context)
        return path


def plot(results: list[GroupResult], path: Path, name: str) -> list[Path]:
    """Draw each result; where there are groups, the group's name goes into the file's. Raises NotPlotted."""
    # Not before there is something to draw: loading these takes as long as scoring a file does.
    from ledger.charts.reliability import Reliability
    from ledger.charts.render import NotDrawn
    from ledger.charts.render_process import RenderProcess

    written: list[Path] = []
    place = path
    try:
        with RenderProcess() as renderer:
            for one in results:
                chart = Reliability.from_grouped(name if one.group is None else one.group or "no group", one.grouped)
                pictures = renderer.draw(chart.spec(one.consistency))
                place = path if one.group is None else _beside(path, one.group, written)
                place.write_bytes(pictures.png if path.suffix.lower() == ".png" else pictures.svg.encode())
                written.append(place)
    except OSError as fault:
        raise NotPlotted(f"{place} cannot be written: {fault.strerror or fault}.") from fault
    except NotDrawn as fault:
        raise NotPlotted(f"The diagram cannot be drawn: {fault}") from fault
    return written


def _beside(path: Path, group: str, taken: list[Path]) -> Path:
    """plot.svg → plot-ada.svg; plot-ada-2.svg where another group comes to the same."""
    stem = f"{path.stem}-{slug(group)[:_LONGEST_SLUG]}"
    place, count = path.with_name(f"{stem}{path.suffix}"), 1
    while place in taken:
        count += 1
        place = path.with_name(f"{stem}-{count}{path.suffix}")
    return place
