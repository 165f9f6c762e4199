"""Reminders: which messages are owed to whom on a given day, as a pure function of reviews and calendars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from ledger.domain.dates import local_day, local_instant

DIGEST_TIME = time(7, 0)  # by the reader's own clock


class ReminderKind(StrEnum):
    """Why somebody is reminded of a review."""

    DUE = "due"
    OVERDUE = "overdue"


OVERDUE_AFTER_DAYS = 7


@dataclass(frozen=True)
class Reader:
    """Somebody who may be reminded: their time zone, and whether they want reminders."""

    account: int
    actor: str
    zone: ZoneInfo
    wants: bool


@dataclass(frozen=True)
class Waiting:
    """A review that waits for one assignee."""

    review: int
    actor: str
    due_on: date


@dataclass(frozen=True)
class Owed:
    """One reminder. All its fields together are its key: owed once, whoever works it out, however often."""

    account: int
    review: int
    kind: ReminderKind
    due_on: date
    period: date  # the reader's day: one digest a day, and days missed are not made up


def urgency(due_on: date, today: date) -> ReminderKind | None:
    """Due from its date on, overdue a week later; None before."""
    if due_on > today:
        return None
    return ReminderKind.OVERDUE if (today - due_on).days >= OVERDUE_AFTER_DAYS else ReminderKind.DUE


def owed(readers: Iterable[Reader], waiting: Iterable[Waiting], now: datetime) -> list[Owed]:
    """The reminders owed at `now`, from each reader's morning on and by each reader's own calendar.

    Working it out again later the same day gives the same keys; after days of downtime only today's are
    owed; a moved due date makes a new key.
    """
    by_actor: dict[str, list[Waiting]] = {}
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
                result.append(Owed(reader.account, review.review, kind, review.due_on, today))
    return result
