"""`ledger seed`: loads the claims of the seed articles, for a demonstration."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from ledger.cli.open_ledger import opened_ledger, require_current
from ledger.cli.progress import progress
from ledger.cli.seed_table import seed_table
from ledger.domain.errors import Refused
from ledger.paths import data_dir
from ledger.services.seeds.load import Cast, introduce_cast, load_articles, store_texts
from ledger.services.seeds.load_demo_claims import load_fiction


@click.command()
@click.option(
    "--fiction/--no-fiction",
    default=False,
    help="Also load fictional claims: a review in each state, choices and a quantity.",
)
@click.option(
    "--texts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The page with the articles: check every passage against it, and save the texts privately.",
)
@click.option("--table", is_flag=True, help="Print the table of the seed claims (Markdown), and stop.")
def seed(fiction: bool, texts: Path | None, table: bool) -> None:
    """Load the claims of the seed articles. Loading again changes nothing."""
    if table:
        click.echo(seed_table(articles()), nl=False)
        return
    with opened_ledger() as ledger:
        require_current(ledger)
        with ledger.sessions() as session:
            now = datetime.now(UTC)
            cast, claims = load_seeds(session, now, fiction=fiction)
            click.echo(f"{claims} claims of the seed articles are on record.")
            if texts is not None:
                _check_texts(session, now, cast, texts)


def _check_texts(session: Session, now: datetime, cast: Cast, path: Path) -> None:
    try:
        page = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path.name} is not UTF-8 text: {error}") from error
    try:
        found = store_texts(session, now=now, cast=cast, articles=articles(), page=page)
    except Refused as refused:
        lines = [problem.message for problem in refused.problems]
        raise click.ClickException("Nothing is kept:\n" + "\n".join(lines)) from refused
    for one in found:
        click.echo(f"“{one.title}”: kept; {one.passages} passages found word for word.")
    lost = [number for one in found for number in one.lost]
    if lost:
        raise click.ClickException(
            f"The words of forecasts {', '.join(map(str, lost))} are not in the place on record."
        )


def load_seeds(session: Session, now: datetime, *, fiction: bool) -> tuple[Cast, int]:
    """Load the seed files. Returns the actors who recorded and judged them, and the number of their claims."""
    folder = data_dir("seeds")
    cast = introduce_cast(session, now=now, names=_read(folder / "cast.toml"))
    with progress("Loading the seed articles") as report:
        numbers = load_articles(session, now=now, cast=cast, articles=articles(), progress=report)
    if fiction:
        load_fiction(session, now=now, cast=cast, table=_read(folder / "fictional.toml"))
    return cast, len(numbers)


def articles() -> list[dict[str, Any]]:
    """The seed files of the articles, in the order of their dates."""
    return [_read(path) for path in sorted(data_dir("seeds").glob("2*.toml"))]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
