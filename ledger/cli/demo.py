"""`ledger demo`: a demonstration on one machine. It runs web, scheduler and a mailbox, with the seed articles."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from urllib.error import URLError
from urllib.request import urlopen

import click

from ledger.cli.demo_people import DEMO_PASSWORD, PEOPLE, add_demo_accounts
from ledger.cli.install import prepare
from ledger.cli.ports import is_free
from ledger.cli.seed import load_seeds
from ledger.settings import read_settings
from ledger.store.migrations import UnknownRevision
from ledger.wiring import open_ledger

HOST = "127.0.0.1"
WEB_TIMEOUT = 60.0  # seconds


@dataclass(frozen=True)
class Ports:
    """The three consecutive ports of the demonstration."""

    web: int

    @property
    def mailbox(self) -> int:
        return self.web + 1

    @property
    def smtp(self) -> int:
        return self.web + 2


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1024, 65_533),
    envvar="PORT",
    default=8000,
    help="The port of the web pages; the next two ports are used too.",
)
def demo(port: int) -> None:
    """Run a demonstration until Ctrl-C. PORT and LEDGER_HOME move it."""
    ports = Ports(port)
    taken = [n for n in (ports.web, ports.mailbox, ports.smtp) if not is_free(HOST, n)]
    if taken:
        click.echo(
            f"Port {taken[0]} is taken by another program (perhaps a demonstration that still runs). "
            f"Stop it, or choose another: make demo PORT={port + 100}",
            err=True,
        )
        sys.exit(2)
    home = Path(os.environ.get("LEDGER_HOME") or ".demo").resolve()
    environ = _environ(home, ports)
    settings = read_settings(environ)
    click.echo("Preparing the database …")
    try:
        prepare(settings)
    except UnknownRevision:
        click.echo(
            f"The demonstration in {home} was made by another version of the ledger: delete that folder, or set "
            "LEDGER_HOME to another, and start again.",
            err=True,
        )
        sys.exit(2)
    with open_ledger(settings) as ledger, ledger.sessions() as session:
        now = datetime.now(UTC)
        cast, _ = load_seeds(session, now, fiction=True)
        add_demo_accounts(session, now=now, cast=cast, settings=settings)
    _run(home, environ, ports)


def _environ(home: Path, ports: Ports) -> dict[str, str]:
    """The demonstration's settings. Its secrets are generated once and stored in its folder."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored = home / "secrets.json"
    if not stored.exists():
        stored.touch(mode=0o600)
        stored.write_text(
            json.dumps({name: token_urlsafe(48) for name in ("LEDGER_SECRET_KEY", "LEDGER_PASSWORD_SALT")})
        )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
    secrets: dict[str, str] = json.loads(stored.read_text())
    return (
        inherited
        | secrets
        | {
            "LEDGER_BASE_URL": f"http://localhost:{ports.web}",
            "LEDGER_HOME": str(home),
            "LEDGER_CONTACT": "editor@demo.example",
            "LEDGER_MAIL_FROM": "ledger@demo.example",
            "LEDGER_SMTP_HOST": HOST,
            "LEDGER_SMTP_PORT": str(ports.smtp),
            "LEDGER_SMTP_SECURITY": "none",
            "LEDGER_HOST": HOST,
            "LEDGER_PORT": str(ports.web),
            "LEDGER_WORKERS": "1",
            "LEDGER_DEMO": "yes",
        }
    )


def _run(home: Path, environ: dict[str, str], ports: Ports) -> None:
    """Start the three processes, print their addresses, and stop all when one ends or on an interrupt."""
    ledger = [sys.executable, "-m", "ledger"]
    commands = {
        "mailbox": [*ledger, "mailbox", str(home / "mailbox"), str(ports.smtp), str(ports.mailbox)],
        "web": [*ledger, "serve"],
        "scheduler": [*ledger, "scheduler"],
    }
    signal.signal(signal.SIGTERM, _interrupt)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            log = (home / f"{name}.log").open("ab")
            # In sessions of their own: Ctrl-C then reaches only this process, which stops them in order.
            running[name] = subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)
        _wait_for_web(ports.web, running)
        _print_addresses(ports)
        while all(process.poll() is None for process in running.values()):
            time.sleep(0.5)
    except KeyboardInterrupt:
        click.echo("\nStopping …")
        return
    finally:
        _stop(running)
    ended = next(name for name, process in running.items() if process.returncode is not None)
    raise click.ClickException(f"The {ended} process ended. Its log says why: {home / (ended + '.log')}")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _wait_for_web(port: int, running: dict[str, subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + WEB_TIMEOUT
    while time.monotonic() < end and all(process.poll() is None for process in running.values()):
        try:
            with urlopen(f"http://{HOST}:{port}/health", timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)


def _print_addresses(ports: Ports) -> None:
    base = f"http://localhost:{ports.web}"
    click.echo(f"\n  Scorecard  {base}/\n  Desk       {base}/desk/\n  Mailbox    http://localhost:{ports.mailbox}/\n")
    click.echo(f"  Sign in with any of these and the password “{DEMO_PASSWORD}”:")
    for person in PEOPLE:
        click.echo(f"    {person.email:<20} {person.role.value:<9} {person.does}")
    click.echo("\n  Ctrl-C stops everything.")


def _stop(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    for process in running.values():
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
