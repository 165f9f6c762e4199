"""Checking that a port is free, so that a taken one gives a message and not a traceback."""

from __future__ import annotations

import socket
import sys

import click


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_or_end(host: str, port: int, hint: str = "Set LEDGER_PORT to another.") -> None:
    """End the process with a message if the port is taken."""
    if not is_free(host, port):
        click.echo(f"Port {port} on {host} is taken by another program. {hint}", err=True)
        sys.exit(2)
