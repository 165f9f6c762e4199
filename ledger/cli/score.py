"""`ledger score FILE`: scores any table of forecasts, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import isinf
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO

import click

from ledger.charts.labels import counted
from ledger.cli.progress import progress
from ledger.cli.score_plots import NotPlotted, PlotPath, plot
from ledger.domain.errors import Refused
from ledger.services.score_file.forecast_file import Columns, open_source
from ledger.services.score_file.results import GroupResult, as_json, score_file

USAGE_ERROR = 2  # the exit status


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--forecast", default="", metavar="COL", help="The column of probabilities, 0-1.")
@click.option("--low", default="", metavar="COL", help="With --high: the column of the lower ends of ranges.")
@click.option("--high", default="", metavar="COL")
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="COL",
    help="The column of one option; repeat it for each option, in their order.",
)
@click.option(
    "--outcome",
    required=True,
    metavar="COL",
    help="The column of outcomes: 1 or 0 (or yes, no …); with options, the option that came about.",
)
@click.option("--by", default="", metavar="COL", help="One result for each value of this column.")
@click.option("--cluster", default="", metavar="COL", help="Rows with the same value count as one cluster.")
@click.option("--weight", default="", metavar="COL", help="The column of weights.")
@click.option(
    "--resamples",
    type=click.IntRange(1, 1_000_000),
    help="Resample this often for the interval and for MCB's p value.",
)
@click.option(
    "--seed", default=0, show_default=True, help="Seed of the resampling: the same seed gives the same figures."
)
@click.option(
    "--plot",
    "plot_path",
    type=PlotPath(),
    help="Draw the reliability diagram into this .svg or .png; with --by one for each value, as OUT-value.svg.",
)
@click.option("--json", "json_out", is_flag=True, help="Print JSON.")
def score(
    file: Path,
    forecast: str,
    low: str,
    high: str,
    options: tuple[str, ...],
    outcome: str,
    by: str,
    cluster: str,
    weight: str,
    resamples: int | None,
    seed: int,
    plot_path: Path | None,
    json_out: bool,
) -> None:
    """Score the forecasts of a CSV or JSON Lines FILE (- reads standard input).

    Brier scores are 0-1 and log scores nats, both better the lower; spherical scores are 0-1 and better the higher.
    """
    if [bool(forecast), bool(low and high), bool(options)].count(True) != 1 or bool(low) != bool(high):
        raise click.UsageError(
            "Name the columns of forecasts: --forecast, or --low and --high, or --option for each option."
        )
    if len(options) == 1:
        raise click.UsageError("Give --option twice at least: one column for each option.")
    if twice := [option for option in dict.fromkeys(options) if options.count(option) > 1]:
        raise click.UsageError(f"--option “{twice[0]}” is given twice: each option has a column of its own.")
    if options and plot_path:
        raise click.UsageError("A reliability diagram is of single events: --plot does not go with --option.")
    columns = Columns(outcome, forecast, low, high, options, by, cluster, weight)
    try:
        with _opened(file) as stream, progress("Scoring") as report:
            draws = resamples or 1
            results = score_file(
                open_source(stream), columns, resamples=resamples, seed=seed, progress=lambda done: report(done, draws)
            )
    except Refused as refused:
        click.echo("\n".join(problem.message for problem in refused.problems), err=True)
        sys.exit(USAGE_ERROR)
    if plot_path:
        _plot(results, plot_path, "standard input" if str(file) == "-" else file.name)
    if json_out:
        click.echo(json.dumps([as_json(one) for one in results], indent=1, ensure_ascii=False, allow_nan=False))
    else:
        _show(results)


def _plot(results: list[GroupResult], path: Path, name: str) -> None:
    """Draw, and print the names of the files to standard error: standard output has the figures or JSON."""
    try:
        with progress("Drawing"):
            written = plot(results, path, name)
    except NotPlotted as error:
        click.echo(str(error), err=True)
        sys.exit(USAGE_ERROR)
    for place in written:
        click.echo(f"Drawn: {place}", err=True)


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """The file as a stream. Standard input is copied to a temporary file: reporting an error rereads its row."""
    if str(file) != "-":
        with file.open("rb") as stream:
            yield stream
        return
    with TemporaryFile() as copy:
        copyfileobj(sys.stdin.buffer, copy)
        yield copy


FIGURES = (  # label, with the scale and which way is better; attribute of a summary
    ("Brier score, 0-1 ↓", "brier"),
    ("its 95% interval", "ci"),
    ("log score, nats ↓", "log_score"),
    ("spherical score, 0-1 ↑", "spherical"),
    ("miscalibration (MCB) ↓", "mcb"),
    ("discrimination (DSC) ↑", "dsc"),
    ("uncertainty (UNC)", "unc"),
    ("area under the ROC curve ↑", "auc"),
    ("skill against the base rate ↑", "skill"),
    ("base rate", "base_rate"),
)


def _show(results: list[GroupResult]) -> None:
    for one in results:
        if one.group is not None:
            click.echo(f"{one.group}:")
        click.echo(counted(one.summary.n, "forecast"))
        for label, name in FIGURES:
            click.echo(f"  {label:<31} {_figure(getattr(one.summary, name))}")
        for name, value in one.others.items():
            click.echo(f"  {name.replace('_', ' '):<31} {_figure(value)}")
        for note in _notes(one):
            click.echo(f"  {note}")


def _figure(value: float | tuple[float, float] | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, tuple):
        return " to ".join(_figure(end) for end in value)
    return "∞" if isinf(value) else f"{value:,.0f}" if value == int(value) else f"{value:.4f}"


def _notes(one: GroupResult) -> Iterator[str]:
    summary = one.summary
    if summary.impossible:
        yield (
            f"{counted(summary.impossible, 'forecast')} gave 0 to what happened: the log score is infinite. "
            f"Clipped at 2.2e-16 it would be {summary.log_score_clipped:.4f}."
        )
    if one.consistency:
        yield f"MCB's p value is {one.consistency.p:.3f}: forecasts that are right reach as large an MCB that often."
    for why, rows in one.skipped.items():
        yield f"{counted(rows, 'row')} left out: {why}."
