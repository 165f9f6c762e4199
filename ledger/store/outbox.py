"""Tables of outgoing mail: messages, and the reminders in them. Also the log of job runs."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.domain.reminders import ReminderKind
from ledger.store.accounts import Account
from ledger.store.base import Base, enum_column


class MessageState(StrEnum):
    """State of a message. `sending` has a lease; when it expires, another sender may take the message."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"  # not needed any more when its turn came
    DEAD = "dead"  # refused for good, or failed too often: an operator decides


class Message(Base):
    """An email to one person. Its Message-ID is fixed before the first attempt, so that a second copy has the same."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_state_not_before", "state", "not_before"),
        UniqueConstraint("once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))  # the folder in templates/mail
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    once: Mapped[str | None] = mapped_column(String(120))  # a key under which only one message is ever queued
    facts: Mapped[str] = mapped_column(Text)  # JSON for the template; erased after a secret link was sent
    state: Mapped[MessageState] = mapped_column(enum_column(MessageState))
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(40))
    attempts: Mapped[int]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class Reminder(Base):
    """A reminder that an account is owed. Its unique key makes it owed once, however many schedulers there are."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("account_id", "review_id", "kind", "due_on", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"))
    review_id: Mapped[int]  # no foreign key, because the record may be rebuilt
    kind: Mapped[ReminderKind] = mapped_column(enum_column(ReminderKind))
    due_on: Mapped[date]
    period: Mapped[date]
    message_id: Mapped[int | None] = mapped_column(ForeignKey(Message.id, ondelete="SET NULL"), index=True)


class JobRun(Base):
    """One run of a scheduled job."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_job_started_at", "job", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    summary: Mapped[str] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
