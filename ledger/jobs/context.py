"""What every job works with, handed in once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from sqlalchemy.orm import Session, sessionmaker

from ledger.mail.sending import SmtpSettings


@dataclass(frozen=True)
class Context:
    """A job's world: the database, who the mail comes from, and where its links lead."""

    sessions: sessionmaker[Session]
    base_url: str
    ledger_name: str
    sender: str
    smtp: SmtpSettings
    secret_key: str = field(repr=False)
    templates: Path  # the folder that holds mail/
    stopping: Event = field(default_factory=Event)  # set: finish the step in hand, begin no other


class JobFailed(Exception):
    """A job could not do its work, for a reason that its text says in full; no fault of the program."""


NOTHING = "Nothing to do."  # the summary of an idle run; those are not kept long
