"""Reading a file of forecasts: its layout, its columns, and its rows, counted in one pass.

Equal rows have equal scores, so they are counted as text and parsed once: a million forecasts in whole percent have
about two hundred distinct rows. If nearly all rows are distinct, counting gains nothing, and the two columns of plain
forecasts are read as they are. These passes are fast because they check nothing; on an error, the file is read again,
row by row, to find the bad row.
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

RawRow = tuple[str, ...]  # the cells of the columns read, in the order of Columns.needed
SAMPLE_SIZE = 20_000  # rows that decide whether a file's forecasts are mostly distinct
AT_ONCE = 1_000  # rows read at a time


@dataclass(frozen=True)
class Columns:
    """The names of the columns to read. A forecast is one probability, a range, or one column for each option."""

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
        """Whether only one probability and its outcome are read."""
        return bool(self.forecast) and not self.extras

    @property
    def extras(self) -> dict[str, str]:
        """The further columns that are read, by role: group ("by"), cluster and weight."""
        roles = {"by": self.by, "cluster": self.cluster, "weight": self.weight}
        return {role: name for role, name in roles.items() if name}

    @property
    def needed(self) -> tuple[str, ...]:
        """All columns that are read: the forecast, its outcome, the extras."""
        return (*self.forecasts, self.outcome, *self.extras.values())


class UnreadableRow(Refused):
    """A row that cannot be read or parsed. Rows are numbered as in a spreadsheet: the header is row 1."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(Problem("file", f"Row {row:,}: {message}"))


@dataclass(frozen=True)
class Source:
    """A file of known layout, with a seekable stream."""

    stream: IO[bytes]
    layout: Layout


def open_source(stream: IO[bytes]) -> Source:
    """Detect the layout of a file. Raises Refused."""
    try:
        layout = layout_of(stream)
    except BrokenTable as fault:
        raise UnreadableRow(fault.row, fault.message) from fault
    if layout is None:
        raise Refused(Problem("file", "The file holds no rows."))
    if not layout.format.names_columns:
        layout = replace(layout, header=tuple(name.strip() for name in layout.header))
    return Source(stream, layout)


@dataclass(frozen=True)
class PlainColumns:
    """The forecasts and the outcomes of all rows of a file."""

    forecasts: list[str]
    outcomes: list[str]


def count(source: Source, columns: Columns) -> Counter[RawRow] | PlainColumns:
    """The number of each distinct row, without blank rows. Raises Refused.

    For a long file of plain forecasts that are mostly distinct, returns its columns instead.
    """
    header = source.layout.header
    if not set(columns.needed) <= set(header):
        header = _every_column(source)  # in formats that name columns in each row, the first row may lack some
    for name in columns.needed:
        if name not in header:
            known = ", ".join(f"“{known}”" for known in header)
            raise Refused(Problem("file", f"There is no column “{name}”. The file has: {known}."))
        if header.count(name) > 1:
            raise Refused(Problem("file", f"Two columns are headed “{name}”: rename one of them."))
    counted = _count_fast(source, columns) if source.layout.format is CSV else None
    counted = counted or Counter(raw for _, raw in read_checked(source, columns))
    if not counted:
        raise Refused(Problem("file", "The file holds a header and no rows."))
    return counted


def _count_fast(source: Source, columns: Columns) -> Counter[RawRow] | PlainColumns | None:
    """The same for a faultless CSV file; None if there is any irregularity, even a blank row."""
    getter: Callable[[list[str]], RawRow] = itemgetter(*(source.layout.header.index(name) for name in columns.needed))
    with closing(lines_of(source.stream, source.layout.encoding)) as lines:
        reader = csv.reader(lines, delimiter=source.layout.delimiter, strict=True)
        try:
            next(cells for cells in reader if any(cell.strip() for cell in cells))  # the header
            first = list(map(getter, islice(reader, SAMPLE_SIZE)))
            if columns.plain and len(first) == SAMPLE_SIZE and len(set(first)) > SAMPLE_SIZE / 2:
                return _read_plain(first, reader, source, columns)
            counted = Counter(first)
            counted.update(map(getter, reader))
            return counted
        except (csv.Error, IndexError):  # truncated, or a short row
            return None


def _read_plain(first: list[RawRow], rows: Iterator[list[str]], source: Source, columns: Columns) -> PlainColumns:
    forecasts, outcomes = [raw[0] for raw in first], [raw[1] for raw in first]
    forecast_of, outcome_of = (itemgetter(source.layout.header.index(name)) for name in columns.needed)
    while some := list(islice(rows, AT_ONCE)):
        forecasts += map(forecast_of, some)
        outcomes += map(outcome_of, some)
    return PlainColumns(forecasts, outcomes)


def read_checked(source: Source, columns: Columns) -> Generator[tuple[int, RawRow], None, None]:
    """The rows, each with its number. Raises Refused at the first that cannot be read."""
    layout = source.layout
    if layout.format.names_columns:
        layout = replace(layout, header=columns.needed)
    places = [layout.header.index(name) for name in columns.needed]
    try:
        with closing(rows_in(source.stream, layout)) as rows:
            for found in rows:
                if len(found.cells) <= max(places):
                    words = f"it has {len(found.cells)} cells and the header {len(layout.header)}."
                    raise UnreadableRow(found.row, words)
                yield found.row, tuple(found.cells[place] for place in places)
    except BrokenTable as fault:
        raise UnreadableRow(fault.row, fault.message) from fault


def _every_column(source: Source) -> tuple[str, ...]:
    try:
        return columns_in(source.stream, source.layout)
    except BrokenTable as fault:
        raise UnreadableRow(fault.row, fault.message) from fault
