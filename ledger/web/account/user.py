"""An account as Flask-Security sees it, and where Flask-Security finds and keeps accounts.

A user is a plain object read from a row, never the mapped row itself: what Flask-Security sets on it reaches the
database through one service call, in a transaction that locks before it reads, and never by a flush in between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin
from flask_security.datastore import UserDatastore
from sqlalchemy import Row, select
from werkzeug.exceptions import Conflict

from ledger.domain.errors import Refused
from ledger.services.accounts import normal_address, replace_password, upgrade_hash
from ledger.store.accounts import Account, Role
from ledger.web.context import now, session, settings


class NamedRole(RoleMixin):
    """A role by its name."""

    def __init__(self, name: str) -> None:
        self.name = name


class User(UserMixin):
    """Somebody who can sign in."""

    id: int
    email: str
    password: str | None
    active: bool
    role: Role
    actor_id: str
    fs_uniquifier: str = ""
    confirmed_at: datetime | None
    time_zone: str
    wants_reminders: bool
    created_at: datetime

    def __init__(self, row: Row[Any]) -> None:
        for name, value in row._mapping.items():
            setattr(self, name, value)
        self.kept_password = self.password

    @property
    def roles(self) -> list[NamedRole]:  # type: ignore[override] # worked out from the one role, never assigned
        """Every role whose rights this one includes."""
        return [NamedRole(role.value) for role in Role if self.role.covers(role)]


class Users(UserDatastore):
    """Accounts, over this request's session."""

    def __init__(self) -> None:
        super().__init__(User, NamedRole)

    def find_user(self, case_insensitive: bool = False, **key: Any) -> User | None:
        """The account with this uniquifier or address, or None."""
        ((name, value),) = key.items()
        if name == "email":
            try:
                value = normal_address(value)
            except ValueError:
                return None
        table = Account.table()
        row = session().execute(select(table).where(table.c[name] == value)).one_or_none()
        return User(row) if row is not None else None

    def set_uniquifier(self, user: UserMixin, uniquifier: str | None = None) -> None:
        """A new password was set on the user: keep it, end all sessions, and tell the owner."""
        if not isinstance(user, User) or user.password is None:
            raise TypeError("a user of ours, with the password to keep")
        try:
            user.fs_uniquifier = replace_password(
                session(),
                now=now(),
                account=user.id,
                uniquifier=user.fs_uniquifier,
                hashed=user.password,
                base_url=settings().base_url,
            )
        except Refused as refused:
            raise Conflict(str(refused)) from refused
        user.kept_password = user.password

    def put(self, user: User) -> User:
        """At sign-in, the same password may have been hashed anew with stronger settings: keep that."""
        if user.password is not None and user.password != user.kept_password:
            upgrade_hash(session(), account=user.id, uniquifier=user.fs_uniquifier, hashed=user.password)
            user.kept_password = user.password
        return user

    def commit(self) -> None:
        """Nothing waits: each change above was its own transaction."""

    def delete(self, user: User) -> None:
        """Accounts are closed, never deleted from here."""
        raise NotImplementedError

    def find_role(self, role: str) -> NamedRole | None:
        """A role by its name."""
        return NamedRole(role) if role in set(Role) else None
