"""Tables of sign-ins and preferences, drafts of forms, and rate limits. They are not part of the record."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, enum_column


class Role(StrEnum):
    """What an account may do. Each role has all permissions of the roles before it."""

    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Whether this role has the permissions of `needed`."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Account(Base):
    """A sign-in. It points to an actor of the record, and can be deleted without changing the record."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool]
    role: Mapped[Role] = mapped_column(enum_column(Role))
    actor_id: Mapped[str] = mapped_column(String(40), unique=True)
    fs_uniquifier: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # Flask-Security: changes sign every session out
    confirmed_at: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(String(60))
    wants_reminders: Mapped[bool]
    created_at: Mapped[datetime]


class DraftRow(Base):
    """A form that somebody filled in and saved for later, or could not send (signed out, expired)."""

    __tablename__ = "draft"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the account and the form's address
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text)
    fields: Mapped[str] = mapped_column(Text)  # JSON: [[name, value], …]
    kept_at: Mapped[datetime] = mapped_column(index=True)


class RateCount(Base):
    """The number of uses of something with a rate limit; shared by all web workers."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[float]
