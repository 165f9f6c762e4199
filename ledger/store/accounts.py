"""Accounts: sign-ins, preferences, typed-but-unsaved forms and rate limits. No fact of the record lives here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, enum_column


class Role(StrEnum):
    """What an account may do; each role may do all that the ones before it may."""

    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Account(Base):
    """A sign-in. It points to an actor of the record; it can be removed and the record stays whole."""

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
    """What somebody typed into a form and put by, or could not send (signed out, expired); given back, then removed."""

    __tablename__ = "draft"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of whose it is and where it was sent
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text)
    fields: Mapped[str] = mapped_column(Text)  # JSON: [[name, value], …]
    kept_at: Mapped[datetime] = mapped_column(index=True)


class RateCount(Base):
    """How often something limited was done; shared by all web workers."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[float]
