"""Periods: conditions on dates that may be known to the month or the year only."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from ledger.domain.dates import PartialDate


def from_day(column: InstrumentedAttribute[PartialDate], first: PartialDate) -> ColumnElement[bool]:
    """The condition that a date lies in a period that begins with `first`.

    A month or a year lies in every period that it overlaps, but sorts as text before the days in it.
    """
    begins = first.first.isoformat()
    overlapping = [PartialDate.parse(begins[:4]), PartialDate.parse(begins[:7])]
    return or_(column >= PartialDate.of(first.first), column.in_(overlapping))


def until_day(column: InstrumentedAttribute[PartialDate], last: PartialDate) -> ColumnElement[bool]:
    """The condition that a date lies in a period that ends with `last`."""
    return column <= PartialDate.of(last.last)
