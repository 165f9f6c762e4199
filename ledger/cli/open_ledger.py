"""Opening the ledger for a command. If its settings or its database cannot be used, the process ends with a message."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError

from ledger.journal.replay import unprojected
from ledger.paths import data_dir
from ledger.settings import BadSettings, Settings, read_settings
from ledger.store.migrations import UnknownRevision, pending
from ledger.wiring import Ledger, open_ledger

CANNOT_OPEN = 2  # the exit status


def settings_or_end() -> Settings:
    """The settings from the environment. Wrong ones end the process, with a line for each."""
    try:
        return read_settings(os.environ)
    except BadSettings as error:
        click.echo(str(error), err=True)
        sys.exit(CANNOT_OPEN)


@contextmanager
def opened_ledger() -> Iterator[Ledger]:
    """Open the ledger that the environment describes. A database of another version ends the process."""
    with end_at_unknown_revision(), open_ledger(settings_or_end()) as ledger:
        yield ledger


@contextmanager
def end_at_unknown_revision() -> Iterator[None]:
    """End the process with a message if the database was made by another version of the ledger."""
    try:
        yield
    except UnknownRevision as error:
        click.echo(str(error), err=True)
        sys.exit(CANNOT_OPEN)


def require_current(ledger: Ledger) -> None:
    """End the process with a message if the database is unreachable or not up to date."""
    try:
        waiting = pending(data_dir("migrations"), ledger.engine)
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        click.echo(f"The database cannot be used: {reason}", err=True)
        sys.exit(CANNOT_OPEN)
    if not waiting:
        with ledger.sessions() as session:
            behind = unprojected(session)
        if behind:
            click.echo(f"The tables do not show the last {behind} entries yet: run `ledger db upgrade`.", err=True)
            sys.exit(CANNOT_OPEN)
    if waiting:
        click.echo(
            f"The database waits for {len(waiting)} migration{'s' if len(waiting) != 1 else ''}. "
            "Back it up, then run `ledger db upgrade` (a new one: `ledger init`).",
            err=True,
        )
        sys.exit(CANNOT_OPEN)
