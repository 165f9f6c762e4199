"""Writing the reliability diagrams of a scored file as SVG or PNG, one for each group."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.domain.text import slug
from ledger.services.score_file.results import GroupResult

ENDINGS = (".svg", ".png")
_LONGEST_SLUG = 60  # a group's name can be a whole sentence, which is too long for a file's name


class NotPlotted(Exception):
    """A diagram could not be drawn or written; the text says why."""


class PlotPath(click.ParamType[Path]):
    """A file to write that ends in .svg or .png, in a folder that exists."""

    name = "file"

    def convert(self, value: str | Path, param: click.Parameter | None, context: click.Context | None) -> Path:
        path = Path(value)
        if path.suffix.lower() not in ENDINGS:
            self.fail(f"“{value}” has to end in .svg or .png.", param, context)
        if not path.parent.is_dir():
            self.fail(f"there is no folder “{path.parent}”.", param, context)
        return path


def plot(results: list[GroupResult], path: Path, name: str) -> list[Path]:
    """Draw each result into a file; where there are groups, its name has the group's name in it. Raises NotPlotted."""
    # Imported only when needed: loading these takes as long as scoring a file does.
    from ledger.charts.reliability import Reliability
    from ledger.charts.render import NotDrawn
    from ledger.charts.render_process import RenderProcess

    written: list[Path] = []
    target = path
    try:
        with RenderProcess() as renderer:
            for one in results:
                chart = Reliability.from_grouped(name if one.group is None else one.group or "no group", one.grouped)
                pictures = renderer.draw(chart.spec(one.consistency))
                target = path if one.group is None else _group_path(path, one.group, written)
                target.write_bytes(pictures.png if path.suffix.lower() == ".png" else pictures.svg.encode())
                written.append(target)
    except OSError as error:
        raise NotPlotted(f"{target} cannot be written: {error.strerror or error}.") from error
    except NotDrawn as error:
        raise NotPlotted(f"The diagram cannot be drawn: {error}") from error
    return written


def _group_path(path: Path, group: str, taken: list[Path]) -> Path:
    """The file for a group: plot.svg → plot-ada.svg, or plot-ada-2.svg if that is taken by another group."""
    stem = f"{path.stem}-{slug(group)[:_LONGEST_SLUG]}"
    target, count = path.with_name(f"{stem}{path.suffix}"), 1
    while target in taken:
        count += 1
        target = path.with_name(f"{stem}-{count}{path.suffix}")
    return target
