"""Reminders of reviews: who is owed which on a given day, as a pure function of reviews and calendars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from ledger.domain.dates import local_day, local_instant

DIGEST_TIME = time(7, 0)  # by the reader's own clock


class ReminderKind(StrEnum):
    """Why a person is reminded of a review."""

    DUE = "due"
    OVERDUE = "overdue"


OVERDUE_AFTER_DAYS = 7


@dataclass(frozen=True)
class Recipient:
    """A person who may be reminded. `wants` says whether they want reminders."""

    account: int
    actor: str
    zone: ZoneInfo
    wants: bool


@dataclass(frozen=True)
class PendingReview:
    """A review that waits for one person."""

    review: int
    actor: str
    due_on: date


@dataclass(frozen=True)
class OwedReminder:
    """One reminder that a person is owed. All fields together are its key, so that it is sent once."""

    account: int
    review: int
    kind: ReminderKind
    due_on: date
    period: date  # the day on the recipient's calendar: one digest a day; missed days are not made up for


def urgency(due_on: date, today: date) -> ReminderKind | None:
    """Due from the due date on, overdue a week later; None before."""
    if due_on > today:
        return None
    return ReminderKind.OVERDUE if (today - due_on).days >= OVERDUE_AFTER_DAYS else ReminderKind.DUE


def owed_reminders(readers: Iterable[Recipient], waiting: Iterable[PendingReview], now: datetime) -> list[OwedReminder]:
    """The reminders owed at `now`, from the morning on by each recipient's own calendar.

    A second call on the same day gives the same keys. After days of downtime only today's reminders are owed. A
    review whose due date is moved is reminded of again, because its key is new.
    """
    by_actor: dict[str, list[PendingReview]] = {}
    for review in waiting:
        by_actor.setdefault(review.actor, []).append(review)
    result = []
    for reader in readers:
        today = local_day(now, reader.zone)
        if not reader.wants or now < local_instant(today, DIGEST_TIME, reader.zone):
            continue
        for review in by_actor.get(reader.actor, []):
            kind = urgency(review.due_on, today)
            if kind is not None:
                result.append(OwedReminder(reader.account, review.review, kind, review.due_on, today))
    return result
