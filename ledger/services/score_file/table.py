"""A file of forecasts, opened: which of its columns are what, and its rows counted in one pass.

Rows that say the same score the same, so they are counted as text first and understood once: a million forecasts in
whole percent are two hundred. Where nearly every row says something else, counting is work for nothing, and the two
columns of plain forecasts are taken as they come. Both passes are fast because they look for no fault; where one comes
up, the file is read again with care until the row at fault is found.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import IO

from ledger.domain.errors import Problem, Refused
from ledger.formats.csv_reader import CSV
from ledger.formats.registry import columns_in, layout_of, rows_in
from ledger.formats.streams import lines_of
from ledger.formats.table_format import BrokenTable, Layout

Raw = tuple[str, ...]  # the texts of the columns asked for, in their order
LOOKED_AT = 20_000  # rows by which a file's forecasts are taken for mostly distinct, or not
AT_ONCE = 1_000  # rows taken at a time


@dataclass(frozen=True)
class Columns:
    """Which columns hold what: a forecast as one probability, as a range, or as one column an option."""

    outcome: str
    forecast: str = ""
    low: str = ""
    high: str = ""
    options: tuple[str, ...] = ()
    by: str = ""
    cluster: str = ""
    weight: str = ""

    @property
    def forecasts(self) -> tuple[str, ...]:
        """The columns of the forecast itself."""
        return self.options or ((self.low, self.high) if self.low else (self.forecast,))

    @property
    def plain(self) -> bool:
        """Whether nothing but one probability and its outcome is read."""
        return bool(self.forecast) and not self.extras

    @property
    def extras(self) -> dict[str, str]:
        """What else is read, by its role: group, cluster and weight, as far as they are asked for."""
        roles = {"by": self.by, "cluster": self.cluster, "weight": self.weight}
        return {role: name for role, name in roles.items() if name}

    @property
    def asked(self) -> tuple[str, ...]:
        """All that is read: the forecast, its outcome, the extras."""
        return (*self.forecasts, self.outcome, *self.extras.values())


class AtRow(Refused):
    """A row cannot be understood; rows are counted as a spreadsheet counts, the header being 1."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(Problem("file", f"Row {row:,}: {message}"))


@dataclass(frozen=True)
class Source:
    """A file whose first row was understood. The stream can be read from its start again."""

    stream: IO[bytes]
    layout: Layout


def open_source(stream: IO[bytes]) -> Source:
    """Find out how a file is written. Raises Refused."""
    try:
        layout = layout_of(stream)
    except BrokenTable as fault:
        raise AtRow(fault.row, fault.message) from fault
    if layout is None:
        raise Refused(Problem("file", "The file holds no rows."))
    if not layout.format.names_columns:
        layout = replace(layout, header=tuple(name.strip() for name in layout.header))
    return Source(stream, layout)


@dataclass(frozen=True)
class PlainColumns:
    """The forecasts and the outcomes of a file's rows, each a column as long as the file."""

    forecasts: list[str]
    outcomes: list[str]


def count(source: Source, columns: Columns) -> Counter[Raw] | PlainColumns:
    """How often each distinct row comes, blank rows left out. Raises Refused.

    Of a long file of plain forecasts that are mostly distinct, its columns as they are.
    """
    header = source.layout.header
    if not set(columns.asked) <= set(header):
        header = _every_column(source)  # a row that names its columns need not have what the first has
    for name in columns.asked:
        if name not in header:
            known = ", ".join(f"“{known}”" for known in header)
            raise Refused(Problem("file", f"There is no column “{name}”. The file has: {known}."))
        if header.count(name) > 1:
            raise Refused(Problem("file", f"Two columns are headed “{name}”: rename one of them."))
    counted = _fast(source, columns) if source.layout.format is CSV else None
    counted = counted or Counter(raw for _, raw in careful(source, columns))
    if not counted:
        raise Refused(Problem("file", "The file holds a header and no rows."))
    return counted


def _fast(source: Source, columns: Columns) -> Counter[Raw] | PlainColumns | None:
    """The same of a CSV file in which nothing is wrong; None where anything is, were it a blank row."""
    getter: Callable[[list[str]], Raw] = itemgetter(*(source.layout.header.index(name) for name in columns.asked))
    with closing(lines_of(source.stream, source.layout.encoding)) as lines:
        reader = csv.reader(lines, delimiter=source.layout.delimiter, strict=True)
        try:
            next(cells for cells in reader if any(cell.strip() for cell in cells))  # the header
            first = list(map(getter, islice(reader, LOOKED_AT)))
            if columns.plain and len(first) == LOOKED_AT and len(set(first)) > LOOKED_AT / 2:
                return _apart(first, reader, source, columns)
            counted = Counter(first)
            counted.update(map(getter, reader))
            return counted
        except (csv.Error, IndexError):  # broken off, or a short row
            return None


def _apart(first: list[Raw], rows: Iterator[list[str]], source: Source, columns: Columns) -> PlainColumns:
    forecasts, outcomes = [raw[0] for raw in first], [raw[1] for raw in first]
    said, settled = (itemgetter(source.layout.header.index(name)) for name in columns.asked)
    while some := list(islice(rows, AT_ONCE)):
        forecasts += map(said, some)
        outcomes += map(settled, some)
    return PlainColumns(forecasts, outcomes)


def careful(source: Source, columns: Columns) -> Generator[tuple[int, Raw], None, None]:
    """Each row with its number, one after the other. Raises Refused at the first that cannot be read."""
    layout = source.layout
    if layout.format.names_columns:
        layout = replace(layout, header=columns.asked)
    places = [layout.header.index(name) for name in columns.asked]
    try:
        with closing(rows_in(source.stream, layout)) as rows:
            for found in rows:
                if len(found.cells) <= max(places):
                    raise AtRow(found.row, f"it has {len(found.cells)} cells and the header {len(layout.header)}.")
                yield found.row, tuple(found.cells[place] for place in places)
    except BrokenTable as fault:
        raise AtRow(fault.row, fault.message) from fault


def _every_column(source: Source) -> tuple[str, ...]:
    try:
        return columns_in(source.stream, source.layout)
    except BrokenTable as fault:
        raise AtRow(fault.row, fault.message) from fault
