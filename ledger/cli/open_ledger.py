"""Opening the ledger for a command: settings from the environment, or their faults and the end."""

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

BAD_SETTINGS_EXIT = 2


def settings_or_end() -> Settings:
    """The settings in the environment. Bad ones end the process, with a line for each."""
    try:
        return read_settings(os.environ)
    except BadSettings as fault:
        click.echo(str(fault), err=True)
        sys.exit(BAD_SETTINGS_EXIT)


@contextmanager
def opened_ledger() -> Iterator[Ledger]:
    """The ledger that the environment describes, open. A database of another version ends the process."""
    with end_at_unknown_revision(), open_ledger(settings_or_end()) as ledger:
        yield ledger


@contextmanager
def end_at_unknown_revision() -> Iterator[None]:
    """End the process with a sentence where the database turns out to be one that another version made."""
    try:
        yield
    except UnknownRevision as fault:
        click.echo(str(fault), err=True)
        sys.exit(BAD_SETTINGS_EXIT)


def require_current(ledger: Ledger) -> None:
    """End the process with a sentence where the database cannot be used as it is."""
    try:
        waiting = pending(data_dir("migrations"), ledger.engine)
    except SQLAlchemyError as fault:
        reason = getattr(fault, "orig", None) or fault
        click.echo(f"The database cannot be used: {reason}", err=True)
        sys.exit(BAD_SETTINGS_EXIT)
    if not waiting:
        with ledger.sessions() as session:
            behind = unprojected(session)
        if behind:
            click.echo(f"The tables do not show the last {behind} entries yet: run `ledger db upgrade`.", err=True)
            sys.exit(BAD_SETTINGS_EXIT)
    if waiting:
        click.echo(
            f"The database waits for {len(waiting)} migration{'s' if len(waiting) != 1 else ''}. "
            "Back it up, then run `ledger db upgrade` (a new one: `ledger init`).",
            err=True,
        )
        sys.exit(BAD_SETTINGS_EXIT)
