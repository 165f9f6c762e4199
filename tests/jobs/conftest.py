"""Fixtures for the tests of jobs: a ledger with a claim that is due, and the environment of its process."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, record
from support.mail_server import free_port

from ledger.jobs.context import Context
from ledger.settings import read_settings
from ledger.wiring import job_context


@pytest.fixture
def played(own_cast: Cast, sessions: sessionmaker[Session], now: datetime) -> Cast:
    """The cast in the test's own database, where a claim is overdue for Ben and Cleo."""
    with sessions() as session:
        record(session, own_cast, now, statement="The dam holds.")
    return own_cast


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> Callable[[int], dict[str, str]]:
    """The environment of an installation whose mail server listens on a port."""

    def make(port: int) -> dict[str, str]:
        return {
            "LEDGER_BASE_URL": "https://ledger.example.org",
            "LEDGER_SECRET_KEY": "k" * 40,
            "LEDGER_PASSWORD_SALT": "s" * 40,
            "LEDGER_CONTACT": "contact@example.org",
            "LEDGER_MAIL_FROM": "ledger@example.org",
            "LEDGER_NAME": "The test ledger",
            "LEDGER_HOME": str(tmp_path),
            "LEDGER_DATABASE_URL": database_url,
            "LEDGER_SMTP_HOST": "127.0.0.1",
            "LEDGER_SMTP_PORT": str(port),
            "LEDGER_SMTP_SECURITY": "none",
            "PATH": os.environ["PATH"],
        }

    return make


@pytest.fixture
def context(
    sessions: sessionmaker[Session], environ: Callable[[int], dict[str, str]]
) -> Callable[[int | None], Context]:
    """The jobs' context for a mail server on a port; None for a server that cannot be reached."""

    def make(port: int | None) -> Context:
        variables = {name: text for name, text in environ(port or free_port()).items() if name.startswith("LEDGER_")}
        made = job_context(read_settings(variables), sessions)
        return replace(made, smtp=replace(made.smtp, timeout=5.0))

    return make
