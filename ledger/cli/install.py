"""Commands that install and maintain the database: init, db upgrade, db check, rebuild."""

from __future__ import annotations

import sys
from itertools import islice
from secrets import token_urlsafe

import click

from ledger.cli.open_ledger import end_at_unknown_revision, opened_ledger, require_current, settings_or_end
from ledger.cli.progress import progress
from ledger.journal.read import BrokenJournal
from ledger.journal.replay import differences, unprojected
from ledger.journal.replay import rebuild as rebuild_tables
from ledger.paths import data_dir
from ledger.settings import Settings
from ledger.store.engine import read_snapshot
from ledger.store.migrations import pending, upgrade
from ledger.wiring import open_ledger

SHOWN = 20


@click.command()
@click.option("--secrets", is_flag=True, help="Print new secrets for the environment, and stop.")
def init(secrets: bool) -> None:
    """Prepare a new installation: check the settings, make the folder and the database."""
    if secrets:
        for name in ("LEDGER_SECRET_KEY", "LEDGER_PASSWORD_SALT"):
            click.echo(f"{name}={token_urlsafe(48)}")
        return
    settings = settings_or_end()
    with end_at_unknown_revision():
        prepare(settings)
    click.echo(f"The database is ready at {_database_words(settings)}.")
    click.echo("Next: `ledger users add EMAIL --name NAME --role admin`, then `ledger serve` and `ledger scheduler`.")


def prepare(settings: Settings) -> None:
    """Make the home folder (readable for its owner only) and migrate the database to the newest revision.

    Where a migration emptied the tables, they are refilled from the journal; if that is interrupted, the next call
    completes it. Raises UnknownRevision.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(data_dir("migrations"), settings.database)
    with open_ledger(settings) as ledger, ledger.sessions() as session:
        if unprojected(session):
            with progress("Filling the tables from the journal") as report:
                rebuild_tables(session, report)


@click.group()
def db() -> None:
    """The database and its migrations."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Run the pending migrations. Back up first."""
    with opened_ledger() as ledger:
        waiting = pending(data_dir("migrations"), ledger.engine)
        prepare(ledger.settings)
    click.echo(
        f"Ran {len(waiting)}: {', '.join(waiting)}." if waiting else "The database is current: no migrations wait."
    )


@db.command("check")
def db_check() -> None:
    """Say whether migrations are pending; exit 1 if so."""
    with opened_ledger() as ledger:
        waiting = pending(data_dir("migrations"), ledger.engine)
    if waiting:
        click.echo(f"{len(waiting)} wait: {', '.join(waiting)}. Run `ledger db upgrade`.")
        sys.exit(1)
    click.echo("The database is current.")


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; compare the tables with a rebuild.")
def rebuild(check: bool) -> None:
    """Recompute the tables from the journal, or check that they equal it row for row."""
    with opened_ledger() as ledger:
        require_current(ledger)
        with ledger.sessions() as session, progress("Replaying the journal") as report:
            try:
                if check:
                    read_snapshot(session)
                    found = list(islice(differences(session, report), SHOWN))
                else:
                    head = rebuild_tables(session, report)
            except BrokenJournal as error:
                raise click.ClickException(f"The journal is broken: {error}. Restore a backup.") from error
    if not check:
        click.echo(f"Rebuilt from {head.size} entries, root {head.root.hex()}.")
    elif found:
        for difference in found:
            click.echo(difference)
        raise click.ClickException("The tables do not equal the journal. `ledger rebuild` makes them equal.")
    else:
        click.echo("The tables equal the journal, row for row.")


def _database_words(settings: Settings) -> str:
    if settings.database_url:
        return "the PostgreSQL database that LEDGER_DATABASE_URL names"
    return str((settings.home / "ledger.db").resolve(strict=False))
