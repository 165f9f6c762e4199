"""Periods: what was said within one, by dates that may be known to the month or the year only."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from ledger.domain.dates import PartialDate


def within(
    column: InstrumentedAttribute[PartialDate], first: PartialDate | None, last: PartialDate | None
) -> list[ColumnElement[bool]]:
    """What makes a date lie in a period, of which either end may be open.

    A month or a year is within a period that it overlaps; as text, it sorts before the days in it.
    """
    found: list[ColumnElement[bool]] = []
    if first is not None:
        begins = first.first.isoformat()
        over = [PartialDate.parse(begins[:4]), PartialDate.parse(begins[:7])]
        found.append(or_(column >= PartialDate.of(first.first), column.in_(over)))
    if last is not None:
        found.append(column <= PartialDate.of(last.last))
    return found
