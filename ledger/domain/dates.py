"""Partial dates, known to the day, the month or the year, and conversions between calendars and instants."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1800, 2200
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)


class Precision(StrEnum):
    """The smallest unit that a date gives."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class PartialDate:
    """A calendar date known to the day, the month or the year. It has no time zone."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
        if self.day is not None and self.month is None:
            raise ValueError("A day needs its month.")
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError(f"There is no month {self.month}.")
        if self.month is not None and self.day is not None:
            days = monthrange(self.year, self.month)[1]
            if not 1 <= self.day <= days:
                raise ValueError(f"{MONTHS[self.month - 1]} {self.year} has {days} days.")

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read "2016-10-17", "2016-10", "2016", "17 October 2016", "Oct 2016".

        Raises ValueError with a sentence for the person who typed it.
        """
        text = " ".join(text.split())
        if iso := _ISO.fullmatch(text):
            month, day = (int(part) if part else None for part in iso.groups()[1:])
            return cls(int(iso[1]), month, day)
        if words := _WORDS.fullmatch(text):
            named = [n for n, name in enumerate(MONTHS, 1) if name.lower().startswith(words[2].lower())]
            if len(named) == 1:
                return cls(int(words[3]), named[0], int(words[1]) if words[1] else None)
        raise ValueError("Write the date as 2016-10-17, 2016-10 or 2016, or as 17 October 2016.")

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """A calendar date, at the precision of a day."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> Precision:
        if self.day is not None:
            return Precision.DAY
        return Precision.MONTH if self.month is not None else Precision.YEAR

    @property
    def first(self) -> date:
        """The earliest day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day that it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        """ISO 8601 at its precision: 2016-10-17, 2016-10 or 2016."""
        text = f"{self.year:04}"
        if self.month is not None:
            text += f"-{self.month:02}"
        if self.day is not None:
            text += f"-{self.day:02}"
        return text

    @property
    def words(self) -> str:
        """For reading: 17 October 2016, October 2016 or 2016."""
        parts = [str(self.day)] if self.day is not None else []
        parts += [MONTHS[self.month - 1]] if self.month is not None else []
        return " ".join([*parts, str(self.year)])


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has none (31 January + 1 → 28/29 February)."""
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def latest_today(now: datetime) -> date:
    """The latest date on any calendar on earth at this instant (UTC+14). A later date is in the future everywhere."""
    return (now + timedelta(hours=14)).astimezone(UTC).date()


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a wall clock in `zone` shows `at` on `day`.

    Gaps and folds follow PEP 495 with fold=0. In a spring gap the offset from before the gap counts, so 02:30
    becomes 03:30. In an autumn fold the earlier of the two instants counts.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The date on a calendar in `zone` at that instant."""
    return instant.astimezone(zone).date()
