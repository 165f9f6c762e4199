"""Opening an installation from its settings: its database, and the context that its jobs run in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from ledger.jobs.context import Context
from ledger.mail.sending import SmtpSettings
from ledger.paths import data_dir
from ledger.settings import Settings
from ledger.store.engine import open_engine, session_maker


@dataclass(frozen=True)
class Ledger:
    """An installation with its database opened."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]


@contextmanager
def open_ledger(settings: Settings) -> Iterator[Ledger]:
    """Open the database that the settings name, and close it at the end. Creates and migrates nothing."""
    # Parameters are hidden so that a logged error shows neither what somebody wrote nor a secret link.
    engine = open_engine(settings.database, hide_parameters=True)
    try:
        yield Ledger(settings, engine, session_maker(engine))
    finally:
        engine.dispose()


def job_context(settings: Settings, sessions: sessionmaker[Session]) -> Context:
    """The context that the jobs of this installation run in."""
    smtp = SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password,
        hello=urlsplit(settings.base_url).hostname or "localhost",
    )
    return Context(
        sessions=sessions,
        base_url=settings.base_url,
        ledger_name=settings.name,
        sender=settings.mail_from,
        smtp=smtp,
        secret_key=settings.secret_key,
        templates=data_dir("templates"),
    )
