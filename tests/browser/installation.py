"""A complete installation for browser tests: `ledger serve` in its own process, a database, and a real mail server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool
from support.mail_server import Mailbox, free_port, mailbox

from ledger.services.accounts import Newcomer
from ledger.services.invitations import add_with_password
from ledger.settings import Settings, read_settings
from ledger.store.accounts import Role
from ledger.store.engine import open_engine, session_maker

HOST = "127.0.0.1"
PASSWORD = "three quiet herons wade"
PATIENCE = 60.0


def noon_somewhere() -> str:
    """A time zone in which it is about noon right now, so that the morning's digest is owed."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # the signs of these names are reversed


@dataclass
class Installation:
    """A running ledger, and what a test needs to use it from outside."""

    url: str
    environ: dict[str, str]
    sessions: sessionmaker[Session]
    mailbox: Mailbox
    signed_in: dict[str, Any] = field(default_factory=dict)  # cookies by address: sign-ins are rate-limited
    furnished: Any = None  # see observe.furnished

    @property
    def backend(self) -> str:
        """The kind of database."""
        return self.environ["LEDGER_DATABASE_URL"].partition(":")[0].partition("+")[0]

    @property
    def settings(self) -> Settings:
        """The settings that the server reads."""
        return read_settings(self.environ)

    def run(self, *words: str) -> str:
        """Run a `ledger` command. Returns its output."""
        command = [sys.executable, "-m", "ledger", *words]
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def add(self, name: str, role: Role) -> str:
        """Create an account that can sign in at once. Returns its address."""
        newcomer = Newcomer(f"{name.split()[0].lower()}@example.org", name, role, noon_somewhere())
        with self.sessions() as session:
            salt = self.settings.password_salt
            add_with_password(session, now=datetime.now(UTC), newcomer=newcomer, password=PASSWORD, salt=salt)
        return newcomer.email

    def letter(self, address: str, subject: str) -> EmailMessage:
        """The only mail to an address with these words in its subject."""
        found = [letter for letter in self.mailbox.to(address) if subject in str(letter["Subject"])]
        assert len(found) == 1, [(str(one["To"]), str(one["Subject"])) for one in self.mailbox.letters]
        return found[0]


def link_in(letter: EmailMessage, path: str) -> str:
    """The first address in a mail's text with this in its path."""
    body = letter.get_body(("plain",))
    assert body is not None
    links = [link for link in re.findall(r"https?://\S+", body.get_content()) if path in link]
    assert links, body.get_content()
    return links[0].rstrip(".")


@contextmanager
def installed(database_url: str, home: Path) -> Iterator[Installation]:
    """Run the real application on a migrated database. Its log must contain no error."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    engine = open_engine(database_url, poolclass=NullPool)
    with mailbox() as letters:
        environ = {name: text for name, text in os.environ.items() if not name.startswith("LEDGER_")} | {
            "LEDGER_BASE_URL": url,
            "LEDGER_SECRET_KEY": "k" * 40,
            "LEDGER_PASSWORD_SALT": "s" * 40,
            "LEDGER_CONTACT": "contact@example.org",
            "LEDGER_MAIL_FROM": "ledger@example.org",
            "LEDGER_HOME": str(home),
            "LEDGER_DATABASE_URL": database_url,
            "LEDGER_SMTP_HOST": HOST,
            "LEDGER_SMTP_PORT": str(letters.port),
            "LEDGER_SMTP_SECURITY": "none",
            "LEDGER_HOST": HOST,
            "LEDGER_PORT": str(port),
            "LEDGER_WORKERS": "1",
            "LEDGER_THREADS": "2",
        }
        log = home / "serve.log"
        with log.open("wb") as file:
            # In a session of its own, so that the workers are always ended with the server.
            command = [sys.executable, "-m", "ledger", "serve"]
            server = subprocess.Popen(command, env=environ, stdout=file, stderr=file, start_new_session=True)
        try:
            _wait(url, server, log)
            yield Installation(url, environ, session_maker(engine), letters)
        finally:
            _stop(server)
            engine.dispose()
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert server.poll() is None and time.monotonic() < end, f"it does not serve: {log.read_text()}"
        try:
            with urlopen(f"{url}/health", timeout=2):  # noqa: S310 - our own server
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
