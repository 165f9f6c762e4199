"""`ledger seed`: load the seed articles, for a demonstration or a first look."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from ledger.cli.installing import progress
from ledger.cli.opening import opened_ledger, require_current
from ledger.paths import data_dir
from ledger.services.fiction import load_fiction
from ledger.services.seeding import Cast, introduce_cast, load_articles


@click.command()
@click.option("--fiction/--no-fiction", default=False, help="Also load made-up claims, one in each state of review.")
def seed(fiction: bool) -> None:
    """Load the claims of the seed articles. Loading again changes nothing."""
    with opened_ledger() as ledger:
        require_current(ledger)
        with ledger.sessions() as session:
            _, claims = load_seeds(session, datetime.now(UTC), fiction=fiction)
    click.echo(f"{claims} claims of the seed articles are on record.")


def load_seeds(session: Session, now: datetime, *, fiction: bool) -> tuple[Cast, int]:
    """Load the seed files; returns who recorded and judged them, and how many claims the articles hold."""
    folder = data_dir("seeds")
    articles = [_read(path) for path in sorted(folder.glob("2*.toml"))]
    cast = introduce_cast(session, now=now, names=_read(folder / "cast.toml"))
    with progress("Loading the seed articles") as report:
        numbers = load_articles(session, now=now, cast=cast, articles=articles, progress=report)
    if fiction:
        load_fiction(session, now=now, cast=cast, table=_read(folder / "fictional.toml"))
    return cast, len(numbers)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
