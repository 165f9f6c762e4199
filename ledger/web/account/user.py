"""The user and the user datastore of Flask-Security, over the table of accounts.

A user is a plain object copied from a row, not a mapped object. What Flask-Security sets on it therefore reaches the
database only through a service call, in a transaction that locks before it reads, and never by an automatic flush.
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
        self.stored_password = self.password

    @property
    def roles(self) -> list[NamedRole]:  # type: ignore[override] # derived from the one role, never assigned
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
        """Store the new password that was set on the user, end all sessions, and notify the owner."""
        if not isinstance(user, User) or user.password is None:
            raise TypeError("expected a User with a password to store")
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
        user.stored_password = user.password

    def put(self, user: User) -> User:
        """Store the hash if it changed: at sign-in, a password may be rehashed with stronger settings."""
        if user.password is not None and user.password != user.stored_password:
            upgrade_hash(session(), account=user.id, uniquifier=user.fs_uniquifier, hashed=user.password)
            user.stored_password = user.password
        return user

    def commit(self) -> None:
        """Do nothing: each change above is a transaction of its own."""

    def delete(self, user: User) -> None:
        """Raise NotImplementedError: accounts are closed, never deleted here."""
        raise NotImplementedError

    def find_role(self, role: str) -> NamedRole | None:
        """A role by its name."""
        return NamedRole(role) if role in set(Role) else None
