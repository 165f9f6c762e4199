"""The context of a request: its database session, its time, and the person signed in."""

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
    """A person signed in: account number, actor ID in the record, role and time zone."""

    account: int
    actor: str
    email: str
    role: Role
    zone: ZoneInfo


def settings() -> Settings:
    """The installation's settings."""
    return cast(Settings, current_app.extensions["ledger.settings"])


def sessions() -> sessionmaker[Session]:
    """The session maker, for responses that are still being streamed when the request is over."""
    return cast("sessionmaker[Session]", current_app.extensions["ledger.sessions"])


def build() -> str:
    """The hash that identifies this build of the pages: see `ledger.app`."""
    return cast(str, current_app.extensions["ledger.build"])


def session() -> Session:
    """This request's database session; opened on first use, closed with the request."""
    if "session" not in g:
        g.session = sessions()()
    return cast(Session, g.session)


def now() -> datetime:
    """The instant of this request (UTC); the same throughout, so that its parts agree."""
    if "now" not in g:
        g.now = current_app.extensions["ledger.clock"]()
    return cast(datetime, g.now)


def today() -> date:
    """Today's date in UTC, the day that public pages are computed for."""
    return now().date()


def policy_now() -> Policy:
    """The policy in force, read once a request."""
    if "policy" not in g:
        g.policy = policy_in_force(session())
    return cast(Policy, g.policy)


def viewer() -> Viewer | None:
    """The person signed in, or None."""
    if not current_user.is_authenticated:
        return None
    user = current_user
    return Viewer(user.id, user.actor_id, user.email, user.role, ZoneInfo(user.time_zone))


def signed_in() -> Viewer:
    """The person signed in, for views that need a role. Raises RuntimeError where nobody is."""
    person = viewer()
    if person is None:
        raise RuntimeError("this view is reached without signing in: declare what role it needs")
    return person


def local_today(person: Viewer) -> date:
    """Today's date on that person's calendar."""
    return local_day(now(), person.zone)


def close_session(_error: BaseException | None = None) -> None:
    """Close the session at the end of the request."""
    opened = g.pop("session", None)
    if opened is not None:
        opened.close()


def install(app: Flask) -> None:
    """Have each request's session closed at its end."""
    app.teardown_appcontext(close_session)
