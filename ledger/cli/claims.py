"""`ledger claims`: importing claims from a file, undoing an import, exporting."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.table import Table as Grid
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.cli.open_ledger import opened_ledger, require_current
from ledger.cli.progress import progress
from ledger.domain.errors import Missing, Refused
from ledger.formats.csv_reader import guard
from ledger.queries.exports.claims_csv import count_forecasts, forecast_rows
from ledger.queries.imports import RowResult
from ledger.services.imports.claim_file import Table, open_table
from ledger.services.imports.lookup import Options
from ledger.services.imports.preview import Report, check_file
from ledger.services.imports.run import import_file, importing_actor
from ledger.services.imports.undo import undo_import
from ledger.store.accounts import Account
from ledger.store.people import ClaimantKind

SHOWN = 20


@click.group()
def claims() -> None:
    """Claims by file: import, undo, export."""


@claims.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map", "mapped", multiple=True, metavar="NAME=COLUMN", help="The file's name of a column, as OURS=THEIRS."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what each row would become.")
@click.option(
    "--source",
    default="",
    help="Where the rows come from. A row is identified by source and key. Default: the file's name.",
)
@click.option(
    "--by", "email", default="", help="The account that records them. Default: an actor named after the source."
)
@click.option(
    "--speakers-are",
    type=click.Choice([kind.value for kind in ClaimantKind]),
    help="Register unknown speakers as this, unless their row says what they are.",
)
@click.option("--documents/--no-documents", default=True, help="Whether to register unknown documents.")
@click.option(
    "--skip-faulty",
    is_flag=True,
    help="Import the rows without errors. Default: one row with an error stops the import.",
)
def import_claims(
    file: Path,
    mapped: tuple[str, ...],
    dry_run: bool,
    source: str,
    email: str,
    speakers_are: str | None,
    documents: bool,
    skip_faulty: bool,
) -> None:
    """Import claims from a CSV file, one row a forecast.

    Running it again changes nothing; after an interruption it continues where it stopped.
    """
    now, source = datetime.now(UTC), source or file.name
    with opened_ledger() as ledger, file.open("rb") as stream, _refusals_as_errors():
        require_current(ledger)
        table = open_table(stream, file.name, _mapping(mapped))
        with ledger.sessions() as session:
            by = _account(session, email) if email else ""
            register_as = ClaimantKind(speakers_are) if speakers_are else None
            options = Options(source, by, documents, register_as)
            with _bar("Checking the rows", table) as report:
                checked = check_file(session, now=now, table=table, options=options, progress=report)
            _show(table, checked, rows=dry_run)
            if dry_run:
                sys.exit(1 if checked.faulty else 0)
            if checked.faulty and not skip_faulty:
                raise click.ClickException(
                    "Nothing was imported. Correct the rows, or leave them out with --skip-faulty."
                )
            options = Options(source, by or importing_actor(session, now=now, source=source), documents, register_as)
            with _bar("Importing", table) as report:
                run, done = import_file(
                    session,
                    now=now,
                    table=table,
                    options=options,
                    skip_faulty=skip_faulty,
                    checked=checked,
                    progress=report,
                )
    click.echo(f"Import {run}: {_counts(done)}.")
    click.echo(f"To undo it: ledger claims undo {run}")


@claims.command("undo")
@click.argument("run", type=int)
@click.option("--by", "email", default="", help="The account that withdraws them. Default: the one that recorded them.")
@click.option("--reason", default="", help="Why: it is shown on each claim that is withdrawn.")
def undo(run: int, email: str, reason: str) -> None:
    """Withdraw the claims that an import added. They stay readable; the file can be imported again."""
    now = datetime.now(UTC)
    with (
        opened_ledger() as ledger,
        ledger.sessions() as session,
        _refusals_as_errors(),
        progress("Withdrawing") as report,
    ):
        require_current(ledger)
        by = _account(session, email) if email else None
        try:
            done = undo_import(session, now=now, by=by, run=run, why=reason, progress=report)
        except Missing as missing:
            raise click.ClickException(f"There is no {missing}.") from None
    for sentence in done.sentences:
        click.echo(sentence)


@claims.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=False)
def export(file: Path | None) -> None:
    """Write every forecast as a row of CSV, to a file or to standard output. The import reads it back."""
    with opened_ledger() as ledger, ledger.sessions() as session, progress("Exporting") as report:
        require_current(ledger)
        total = count_forecasts(session)
        if file is None:
            _write(session, sys.stdout, total, report)
            return
        with file.open("w", encoding="utf-8", newline="") as out:
            _write(session, out, total, report)
    click.echo(f"{total:,} forecasts are in {file}.", err=True)


def _write(session: Session, out: TextIO, total: int, report: Callable[[int, int], None]) -> None:
    writer = csv.writer(out, lineterminator="\r\n")
    for number, cells in enumerate(forecast_rows(session)):
        writer.writerow([guard(cell) for cell in cells])
        if number % 500 == 0:
            report(number, total)


def _mapping(mapped: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in mapped]
    for ours, sign, theirs in pairs:
        if not (ours and sign and theirs):
            raise click.BadParameter(f"“{ours}{sign}{theirs}” is not NAME=COLUMN.", param_hint="--map")
    return {ours.strip(): theirs for ours, _, theirs in pairs}


def _account(session: Session, email: str) -> str:
    actor = session.scalar(select(Account.actor_id).where(Account.email == email))
    if actor is None:
        raise click.ClickException(f"Nobody has an account as {email}.")
    return actor


@contextmanager
def _bar(title: str, table: Table) -> Iterator[Callable[[int], None]]:
    """A progress bar for reading the file; what it yields is called after each row."""
    with progress(title) as report:
        yield lambda _row: report(min(table.stream.tell(), table.size), table.size)


@contextmanager
def _refusals_as_errors() -> Iterator[None]:
    """Print the problems of a refused command as lines, and end it."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException(
            "\n".join(f"{p.field}: {p.message}" if p.field else p.message for p in refused.problems)
        ) from None


def _show(table: Table, report: Report, *, rows: bool) -> None:
    if table.unused:
        click.echo(f"Columns left out: {', '.join(table.unused)}.", err=True)
    if rows and report.sample:
        grid = Grid("Row", "Becomes", "Statement", "Said by")
        for row, result in report.sample[:SHOWN]:
            grid.add_row(str(row.number), _WORDS[result], row.claim.statement, "; ".join(row.speakers))
        Console().print(grid)
    for error in report.faults:
        click.echo(error.words, err=True)
    if rows or report.faulty:
        click.echo(f"{_counts(report)}.")


def _counts(report: Report) -> str:
    counted = [f"{report.results[result]:,} {_WORDS[result]}" for result in RowResult]
    return ", ".join([*counted, f"{report.faulty:,} with errors"])


_WORDS = {RowResult.NEW: "new", RowResult.RESTATEMENT: "restatements", RowResult.KNOWN: "already on record"}
