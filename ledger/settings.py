"""Settings: environment variables LEDGER_*, read and checked once at start. Each error message says what to do.

docs/settings.md describes each; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "LEDGER_"


class BadSettings(Exception):
    """Some settings are missing or wrong; the message has a line for each."""


@dataclass(frozen=True)
class Check:
    """How a variable is parsed. `read` returns its value or raises ValueError with a message that says what to do."""

    read: Callable[[str], Any]
    help: str
    secret: bool = False


def setting(read: Callable[[str], Any], help: str, *, secret: bool = False, **default: Any) -> Any:
    """A field of Settings; it is required unless a default is given."""
    return field(metadata={"check": Check(read, help, secret)}, **default)


def _text(text: str) -> str:
    return text


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("it must have at least 32 characters; `ledger init` prints a fresh one")
    return text


def _switch(text: str) -> bool:
    if text.lower() not in {"1", "0", "yes", "no", "true", "false", "on", "off"}:
        raise ValueError("write yes or no")
    return text.lower() in {"1", "yes", "true", "on"}


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"write a whole number from {low} to {high}")
        return int(text)

    return read


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write the address people use, such as https://ledger.example.org")
    return text.rstrip("/")


def _database(text: str) -> str:
    if text.split(":", 1)[0].split("+")[0] not in ("sqlite", "postgresql"):
        raise ValueError("write sqlite:////full/path/ledger.db or postgresql://user:password@host/name")
    return text


def _address(text: str) -> str:
    if text.count("@") != 1 or any(c.isspace() for c in text):
        raise ValueError("write an email address")
    return text


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"write one of {', '.join(words)}")
        return text

    return read


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between one installation and another."""

    base_url: str = setting(_base_url, "The address people use; every link in mails and feeds begins with it.")
    secret_key: str = setting(
        _secret, "Signs sessions and links. Do not change it: a new one signs everybody out.", secret=True
    )
    password_salt: str = setting(
        _secret, "Goes into password hashes. Do not change it: a new one makes all passwords invalid.", secret=True
    )
    home: Path = setting(Path, "The folder for the database and other files of this installation.", default=Path("var"))
    database_url: str = setting(_database, "SQLite or PostgreSQL. Empty: ledger.db in LEDGER_HOME.", default="")
    name: str = setting(_text, "What this ledger is called on its pages.", default="The claim ledger")
    contact: str = setting(_address, "Where readers report errors; printed on the corrections page.")
    mail_from: str = setting(_address, "The sender of the ledger's mail.")
    smtp_host: str = setting(_text, "The mail server.", default="localhost")
    smtp_port: int = setting(_number(1, 65_535), "Its port.", default=25)
    smtp_security: str = setting(
        _one_of("none", "starttls", "tls"), "How the connection to it is protected.", default="starttls"
    )
    smtp_user: str = setting(_text, "The user to sign in as; empty for none.", default="")
    smtp_password: str = setting(_text, "That user's password.", default="", secret=True)
    host: str = setting(_text, "The address `ledger serve` listens on.", default="127.0.0.1")
    port: int = setting(_number(1, 65_535), "The port `ledger serve` listens on.", default=8000)
    workers: int = setting(_number(1, 64), "Web processes.", default=2)
    threads: int = setting(_number(1, 64), "Threads in each web process.", default=4)
    trusted_proxies: int = setting(
        _number(0, 5), "The number of your proxies in front that set X-Forwarded-For.", default=0
    )
    demo: bool = setting(_switch, "Marks every page as a demonstration and keeps search engines out.", default=False)

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.home / 'ledger.db').resolve()}"

    @property
    def secure(self) -> bool:
        """Whether the ledger is reached over https; cookies are then sent over https only."""
        return self.base_url.startswith("https://")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check all settings. Raises BadSettings with a line for each that is missing, wrong or unknown."""
    values: dict[str, Any] = {}
    errors = []
    known = {PREFIX + item.name.upper(): item for item in fields(Settings)}
    for variable, item in known.items():
        check: Check = item.metadata["check"]
        text = environ.get(variable, "")
        if text:
            try:
                values[item.name] = check.read(text)
            except ValueError as error:
                shown = "" if check.secret else f" (it is “{text}”)"
                errors.append(f"{variable}{shown}: {error}.")
        elif item.default is item.default_factory:  # both are MISSING: no default
            errors.append(f"{variable} is not set. {check.help}")
    errors += [
        f"{variable} is not a setting of the ledger; docs/settings.md lists them."
        for variable in environ
        if variable.startswith(PREFIX) and variable not in known
    ]
    if errors:
        raise BadSettings("\n".join(errors))
    return Settings(**values)
