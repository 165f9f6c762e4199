"""Partial dates at each precision, adding months, and wall clocks in gaps and folds."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS,
    PartialDate,
    Precision,
    add_months,
    latest_today,
    local_day,
    local_instant,
)

days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
partial_dates = st.builds(
    lambda day, precision: PartialDate(
        day.year,
        day.month if precision is not Precision.YEAR else None,
        day.day if precision is Precision.DAY else None,
    ),
    days,
    st.sampled_from(Precision),
)


@given(partial_dates)
def test_a_written_date_is_read_back_at_its_precision(when: PartialDate) -> None:
    assert PartialDate.parse(str(when)) == when
    assert PartialDate.parse(when.words) == when
    assert PartialDate.parse(str(when)).precision is when.precision


@given(partial_dates)
def test_a_date_spans_all_days_that_it_can_mean(when: PartialDate) -> None:
    span = (when.last - when.first).days + 1
    days_of = {
        Precision.DAY: 1,
        Precision.MONTH: monthrange(when.year, when.month or 1)[1],
        Precision.YEAR: 366 if monthrange(when.year, 2)[1] == 29 else 365,
    }
    assert span == days_of[when.precision]
    assert PartialDate.of(when.first).first == PartialDate.of(when.first).last == when.first


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2016-10-17", PartialDate(2016, 10, 17)),
        ("2016-2-9", PartialDate(2016, 2, 9)),
        ("  2016-10 ", PartialDate(2016, 10)),
        ("2016", PartialDate(2016)),
        ("17 October 2016", PartialDate(2016, 10, 17)),
        ("17\u00a0october  2016", PartialDate(2016, 10, 17)),
        ("Oct 2016", PartialDate(2016, 10)),
        ("Sept. 2016", PartialDate(2016, 9)),
        ("October, 2016", PartialDate(2016, 10)),
        ("may 2016", PartialDate(2016, 5)),
        ("29 February 2016", PartialDate(2016, 2, 29)),
    ],
)
def test_people_write_dates_in_several_ways(text: str, when: PartialDate) -> None:
    assert PartialDate.parse(text) == when


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2016-02-31", "February 2016 has 29 days."),
        ("31 February 2017", "February 2017 has 28 days."),
        ("2016-02-00", "February 2016 has 29 days."),
        ("2016-13", "There is no month 13."),
        ("2016-00", "There is no month 0."),
        ("0000", "The year must lie between 1800 and 2200."),
        ("9999-12-31", "The year must lie between 1800 and 2200."),
        ("1799", "The year must lie between 1800 and 2200."),
        *(
            (text, "Write the date as 2016-10-17, 2016-10 or 2016, or as 17 October 2016.")
            for text in (
                *("", "yesterday", "17/10/2016", "10-17-2016", "20161017", "-2016", "2016-10-17T00:00"),
                *("Ju 2016", "Octember 2016", "٢٠١٦", "２０１６-10", "2016-10-17-", "October"),
            )
        ),
    ],
)
def test_other_texts_are_refused_as_dates(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        PartialDate.parse(text)
    assert str(refusal.value) == sentence


@given(st.text(max_size=20))
def test_every_text_gives_a_date_or_an_error_message(text: str) -> None:
    try:
        assert PartialDate.parse(text).year >= FIRST_YEAR
    except ValueError as refusal:
        assert str(refusal).endswith(".")


def test_a_day_needs_its_month() -> None:
    with pytest.raises(ValueError, match="A day needs its month"):
        PartialDate(2016, None, 17)


def test_every_month_is_read_by_name_and_by_its_first_three_letters() -> None:
    for number, name in enumerate(MONTHS, 1):
        assert PartialDate.parse(f"{name} 2016") == PartialDate.parse(f"{name[:3]} 2016") == PartialDate(2016, number)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-600, 600))
def test_adding_months_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2016, 1, 31), 1, date(2016, 2, 29)),
        (date(2017, 1, 31), 1, date(2017, 2, 28)),
        (date(2016, 12, 15), 1, date(2017, 1, 15)),
        (date(2016, 1, 15), -1, date(2015, 12, 15)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
    ],
)
def test_adding_months_at_the_edges(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant"),
    [
        # A spring gap: 02:30 does not exist in New York that night; the clock shows 03:30 at this instant.
        ("America/New_York", date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        ("Europe/London", date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # An autumn fold: 01:30 comes twice; the first of the two counts.
        ("America/New_York", date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("Europe/London", date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # A day without its first hour: midnight does not exist in Beirut that night.
        ("Asia/Beirut", date(2022, 3, 27), time(0, 0), datetime(2022, 3, 26, 22, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 11, 22), time(7, 0), datetime(2026, 11, 22, 1, 15, tzinfo=UTC)),
    ],
)
def test_a_wall_clock_is_turned_into_one_instant(zone: str, day: date, at: time, instant: datetime) -> None:
    assert local_instant(day, at, ZoneInfo(zone)) == instant


@given(
    st.dates(date(1980, 1, 1), date(2037, 12, 31)),
    st.sampled_from(["Europe/London", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "UTC"]),
)
def test_the_morning_of_a_day_falls_on_that_day(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    assert local_day(local_instant(day, time(7), zone), zone) == day


@given(st.integers(0, 2_000_000_000))
def test_no_calendar_on_earth_is_ahead_of_the_latest_today(seconds: int) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    ahead = [local_day(now, ZoneInfo(name)) for name in ("Pacific/Kiritimati", "Pacific/Auckland", "UTC")]
    assert max(ahead) <= latest_today(now) <= now.date() + timedelta(days=1)
