"""`ledger serve`: runs the web server, to be put behind a proxy."""

from __future__ import annotations

import click

from ledger.cli.open_ledger import opened_ledger, require_current
from ledger.cli.ports import free_or_end


@click.command()
def serve() -> None:
    """Serve the ledger's pages until stopped."""
    from granian import Granian  # imported here so that other commands do not load a server
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with opened_ledger() as ledger:
        require_current(ledger)
        settings = ledger.settings
    free_or_end(settings.host, settings.port)
    Granian(
        "ledger.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    ).serve()
