"""Opening the ledger for a command: settings from the environment, or their faults and the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ledger.settings import BadSettings, read_settings
from ledger.wiring import Ledger, open_ledger

BAD_SETTINGS_EXIT = 2


@contextmanager
def opened_ledger() -> Iterator[Ledger]:
    """The ledger that the environment describes. Bad settings end the process, with a line for each."""
    try:
        settings = read_settings(os.environ)
    except BadSettings as fault:
        click.echo(str(fault), err=True)
        sys.exit(BAD_SETTINGS_EXIT)
    with open_ledger(settings) as ledger:
        yield ledger
