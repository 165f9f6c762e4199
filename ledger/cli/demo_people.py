"""The accounts of the demonstration, one for each actor who recorded or judged its claims, and an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.services.accounts import Newcomer, find_account
from ledger.services.invitations import add_with_password
from ledger.services.seeds.load import Cast
from ledger.settings import Settings
from ledger.store.accounts import Role
from ledger.store.people import Actor

DEMO_PASSWORD = "three wise herons"  # noqa: S105 - for the demonstration only, which prints it at its start


@dataclass(frozen=True)
class DemoPerson:
    """A demonstration account; `does` is what it is for, in words."""

    email: str
    name: str
    role: Role
    does: str


PEOPLE = (
    DemoPerson("ada@example.org", "Ada", Role.REVIEWER, "records claims"),
    DemoPerson("ben@example.org", "Ben", Role.REVIEWER, "assesses them: has reviews due"),
    DemoPerson("cleo@example.org", "Cleo", Role.REVIEWER, "assesses them too, without seeing Ben's answers"),
    DemoPerson("dora@example.org", "Dora", Role.EDITOR, "decides when they differ"),
    DemoPerson("admin@example.org", "Eli (demonstration administrator)", Role.ADMIN, "runs the ledger"),
)


def add_demo_accounts(session: Session, *, now: datetime, cast: Cast, settings: Settings) -> None:
    """Create the demonstration accounts that do not exist yet."""
    actors = (cast.recorder, *cast.reviewers, cast.editor, None)
    for person, actor in zip(PEOPLE, actors, strict=True):
        if find_account(session, person.email) is None:
            name = session.scalar(select(Actor.name).where(Actor.id == actor)) or person.name
            newcomer = Newcomer(person.email, name, person.role, "UTC", actor)
            add_with_password(session, now=now, newcomer=newcomer, password=DEMO_PASSWORD, salt=settings.password_salt)
