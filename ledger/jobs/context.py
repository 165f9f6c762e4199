"""The context that every job gets, and how a job reports failure."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from sqlalchemy.orm import Session, sessionmaker

from ledger.mail.sending import SmtpSettings


@dataclass(frozen=True)
class Context:
    """What a job works with: the database, the sender of mail and its server, and the address for links."""

    sessions: sessionmaker[Session]
    base_url: str
    ledger_name: str
    sender: str
    smtp: SmtpSettings
    secret_key: str = field(repr=False)
    templates: Path  # the folder that holds mail/
    stopping: Event = field(default_factory=Event)  # once set, a job finishes the step it is at and returns


class JobFailed(Exception):
    """A job could not do its work for a reason outside the program, such as an unreachable server, which it names."""


NOTHING = "Nothing to do."  # the summary of an idle run; these runs are deleted sooner
