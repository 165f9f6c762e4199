"""Owed reminders: one a day and recipient, by the recipient's own calendar, also after downtime."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.dates import local_day, local_instant
from ledger.domain.reminders import (
    DIGEST_TIME,
    OVERDUE_AFTER_DAYS,
    OwedReminder,
    PendingReview,
    Recipient,
    ReminderKind,
    owed_reminders,
    urgency,
)

ZONES = (
    *("UTC", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Cairo"),
    *("Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Honolulu", "Australia/Lord_Howe", "Pacific/Apia"),
)
ACTORS = ("ann", "bob", "col")
FIRST = date(2011, 12, 1)  # the month in which Apia skipped a day

instants = st.timedeltas(timedelta(0), timedelta(days=6_600)).map(lambda t: datetime(2011, 12, 1, tzinfo=UTC) + t)
readers = st.lists(
    st.builds(
        Recipient,
        account=st.integers(1, 9),
        actor=st.sampled_from(ACTORS),
        zone=st.sampled_from(ZONES).map(ZoneInfo),
        wants=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda reader: reader.account,
)
waiting = st.lists(
    st.builds(PendingReview, st.integers(1, 9), st.sampled_from(ACTORS), st.dates(FIRST, date(2030, 2, 1))),
    max_size=6,
    unique_by=lambda review: (review.review, review.actor),
)


@given(readers, waiting, instants)
def test_each_reminder_is_for_its_recipient_on_their_own_day(
    who: list[Recipient], what: list[PendingReview], now: datetime
) -> None:
    found = owed_reminders(who, what, now)
    assert len(set(found)) == len(found)
    for reminder in found:
        (reader,) = (r for r in who if r.account == reminder.account)
        today = local_day(now, reader.zone)
        assert reader.wants
        assert PendingReview(reminder.review, reader.actor, reminder.due_on) in what
        assert reminder.period == today >= reminder.due_on
        assert now >= local_instant(today, DIGEST_TIME, reader.zone)
        late = (today - reminder.due_on).days >= OVERDUE_AFTER_DAYS
        assert reminder.kind is (ReminderKind.OVERDUE if late else ReminderKind.DUE)


@given(readers, waiting, instants, st.timedeltas(timedelta(0), timedelta(hours=36)))
def test_the_same_day_gives_the_same_reminders(
    who: list[Recipient], what: list[PendingReview], now: datetime, after: timedelta
) -> None:
    for reader in who:
        again = now + after
        if local_day(again, reader.zone) == local_day(now, reader.zone):
            before, later = owed_reminders([reader], what, now), owed_reminders([reader], what, again)
            assert before in ([], later)  # not yet morning, or the very same keys


@given(readers, waiting, waiting, instants)
def test_more_waiting_reviews_give_no_fewer_reminders(
    who: list[Recipient], some: list[PendingReview], more: list[PendingReview], now: datetime
) -> None:
    assert set(owed_reminders(who, some, now)) <= set(owed_reminders(who, [*some, *more], now))


@given(readers, waiting, instants, st.integers(1, 40))
def test_missed_days_are_not_made_up_for(
    who: list[Recipient], what: list[PendingReview], now: datetime, days: int
) -> None:
    """After days of downtime, each waiting review gives one reminder."""
    later = now + timedelta(days=days)
    found = owed_reminders(who, what, later)
    assert len({(reminder.account, reminder.review) for reminder in found}) == len(found)
    assert not set(found) & set(owed_reminders(who, what, now))


@given(st.sampled_from(ZONES).map(ZoneInfo), st.dates(FIRST, date(2030, 1, 1)), st.dates(FIRST, date(2030, 1, 1)))
def test_a_moved_due_date_gives_a_new_reminder(zone: ZoneInfo, before: date, after: date) -> None:
    reader = Recipient(1, "ann", zone, True)
    now = local_instant(max(before, after), time(12), zone)
    first, second = (set(owed_reminders([reader], [PendingReview(7, "ann", due)], now)) for due in (before, after))
    assert len(first) == len(second) == 1
    assert (first == second) == (before == after)


@pytest.mark.parametrize(
    ("zone", "day", "morning"),
    [
        ("Europe/London", date(2026, 3, 28), datetime(2026, 3, 28, 7, tzinfo=UTC)),
        ("Europe/London", date(2026, 3, 29), datetime(2026, 3, 29, 6, tzinfo=UTC)),  # an hour skipped
        ("Europe/London", date(2026, 10, 25), datetime(2026, 10, 25, 7, tzinfo=UTC)),  # an hour twice
        ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 30, 17, tzinfo=UTC)),  # the day after none
        ("Pacific/Kiritimati", date(2026, 11, 22), datetime(2026, 11, 21, 17, tzinfo=UTC)),
        ("Pacific/Honolulu", date(2026, 11, 22), datetime(2026, 11, 22, 17, tzinfo=UTC)),
    ],
)
def test_the_morning(zone: str, day: date, morning: datetime) -> None:
    reader, review = Recipient(1, "ann", ZoneInfo(zone), True), PendingReview(7, "ann", day)
    assert owed_reminders([reader], [review], morning - timedelta(seconds=1)) == []
    assert owed_reminders([reader], [review], morning) == [OwedReminder(1, 7, ReminderKind.DUE, day, day)]


def test_urgency() -> None:
    due = date(2026, 11, 1)
    assert [urgency(due, due + timedelta(days=days)) for days in (-1, 0, 6, 7)] == [
        *(None, ReminderKind.DUE, ReminderKind.DUE, ReminderKind.OVERDUE),
    ]
