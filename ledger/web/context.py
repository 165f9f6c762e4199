"""What a request works with: its database session, the time, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g
from flask_login import current_user
from sqlalchemy.orm import Session, sessionmaker

from ledger.domain.dates import local_day
from ledger.domain.policies import Policy
from ledger.settings import Settings
from ledger.store.accounts import Role
from ledger.store.policies import policy_in_force


@dataclass(frozen=True)
class Viewer:
    """Somebody signed in: their account, their actor of the record, their role, and their calendar."""

    account: int
    actor: str
    email: str
    role: Role
    zone: ZoneInfo


def settings() -> Settings:
    """The installation's settings."""
    return cast(Settings, current_app.extensions["ledger.settings"])


def sessions() -> sessionmaker[Session]:
    """What makes database sessions, for answers that are still being written when the request is over."""
    return cast("sessionmaker[Session]", current_app.extensions["ledger.sessions"])


def build() -> str:
    """What tells this build of the pages from another: see `ledger.app`."""
    return cast(str, current_app.extensions["ledger.build"])


def session() -> Session:
    """This request's database session; opened on first use, closed with the request."""
    if "session" not in g:
        g.session = sessions()()
    return cast(Session, g.session)


def now() -> datetime:
    """The instant of this request (UTC); one for the whole request, so that its parts agree."""
    if "now" not in g:
        g.now = current_app.extensions["ledger.clock"]()
    return cast(datetime, g.now)


def today() -> date:
    """Today's date in UTC: what public pages are a function of."""
    return now().date()


def policy_now() -> Policy:
    """The policy in force: what forms are made by. Read once a request."""
    if "policy" not in g:
        g.policy = policy_in_force(session())
    return cast(Policy, g.policy)


def viewer() -> Viewer | None:
    """Who is signed in, or None."""
    if not current_user.is_authenticated:
        return None
    user = current_user
    return Viewer(user.id, user.actor_id, user.email, user.role, ZoneInfo(user.time_zone))


def signed_in() -> Viewer:
    """Who is signed in; only for views that the guard lets nobody else reach."""
    person = viewer()
    if person is None:
        raise RuntimeError("this view is reached without signing in: declare what role it needs")
    return person


def local_today(person: Viewer) -> date:
    """Today's date on that person's calendar."""
    return local_day(now(), person.zone)


def close_session(_fault: BaseException | None = None) -> None:
    """End of the request: give the session back."""
    opened = g.pop("session", None)
    if opened is not None:
        opened.close()


def install(app: Flask) -> None:
    """Close what requests open."""
    app.teardown_appcontext(close_session)
