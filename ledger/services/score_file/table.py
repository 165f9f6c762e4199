"""A file of forecasts, opened: CSV or JSON Lines, which of its columns are what, and its rows counted in one pass.

Rows that say the same score the same, so they are counted as text first and understood once: a million forecasts in
whole percent are two hundred. Where nearly every row says something else, counting is work for nothing, and the two
columns of plain forecasts are taken as they come. Both passes are fast because they look for no fault; where one comes
up, the file is read again with care until the row at fault is found.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import BinaryIO

from ledger.domain.errors import Problem, Refused
from ledger.formats.csv_reader import Broken, delimiter_of, encoding_of, rows_of
from ledger.formats.streams import chunks_of, lines_of

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

    stream: BinaryIO
    encoding: str
    delimiter: str  # "" for JSON Lines
    header: tuple[str, ...]


def open_source(stream: BinaryIO) -> Source:
    """Find out how a file is written. Raises Refused."""
    try:
        encoding = encoding_of(chunks_of(stream))
        with closing(lines_of(stream, encoding)) as lines:
            first = next((line for line in lines if line.strip()), "")
        if first.lstrip().startswith("{"):
            return Source(stream, encoding, "", tuple(_object(first, 1)))
        if first.lstrip().startswith(("[{", "[\n", "[\r")) or first.strip() == "[":
            raise AtRow(1, "this is a JSON array. Write one object a line (JSON Lines); `jq -c '.[]'` does that.")
        delimiter = delimiter_of(first)
        with closing(lines_of(stream, encoding)) as lines:
            header = next(rows_of(lines, delimiter), None)
    except Broken as fault:
        raise AtRow(fault.row, fault.message) from fault
    if header is None:
        raise Refused(Problem("file", "The file holds no rows."))
    return Source(stream, encoding, delimiter, tuple(cell.strip() for cell in header.cells))


@dataclass(frozen=True)
class Apart:
    """The forecasts and the outcomes of a file's rows, each a column as long as the file."""

    forecasts: list[str]
    outcomes: list[str]


def count(source: Source, columns: Columns) -> Counter[Raw] | Apart:
    """How often each distinct row comes, blank rows left out. Raises Refused.

    Of a long file of plain forecasts that are mostly distinct, its columns as they are.
    """
    header: Collection[str] = source.header
    if not source.delimiter and not set(columns.asked) <= set(header):
        header = _keys(source)  # an object need not have what others have
    for name in columns.asked:
        if name not in header:
            known = ", ".join(f"“{known}”" for known in header)
            raise Refused(Problem("file", f"There is no column “{name}”. The file has: {known}."))
        if source.delimiter and source.header.count(name) > 1:
            raise Refused(Problem("file", f"Two columns are headed “{name}”: rename one of them."))
    counted = (source.delimiter and _fast(source, columns)) or Counter(raw for _, raw in careful(source, columns))
    if not counted:
        raise Refused(Problem("file", "The file holds a header and no rows."))
    return counted


def _fast(source: Source, columns: Columns) -> Counter[Raw] | Apart | None:
    """The same of a CSV file in which nothing is wrong; None where anything is, were it a blank row."""
    getter: Callable[[list[str]], Raw] = itemgetter(*(source.header.index(name) for name in columns.asked))
    with closing(lines_of(source.stream, source.encoding)) as lines:
        reader = csv.reader(lines, delimiter=source.delimiter, strict=True)
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


def _apart(first: list[Raw], rows: Iterator[list[str]], source: Source, columns: Columns) -> Apart:
    forecasts, outcomes = [raw[0] for raw in first], [raw[1] for raw in first]
    said, settled = (itemgetter(source.header.index(name)) for name in columns.asked)
    while some := list(islice(rows, AT_ONCE)):
        forecasts += map(said, some)
        outcomes += map(settled, some)
    return Apart(forecasts, outcomes)


def careful(source: Source, columns: Columns) -> Generator[tuple[int, Raw], None, None]:
    """Each row with its number, one after the other. Raises Refused at the first that cannot be read."""
    with closing(lines_of(source.stream, source.encoding)) as lines:
        yield from _csv_rows(lines, source, columns) if source.delimiter else _json_rows(lines, columns)


def _keys(source: Source) -> Collection[str]:
    """Every key that an object of a JSON Lines file has, in the order in which they come. Raises Refused."""
    with closing(lines_of(source.stream, source.encoding)) as lines:
        return {key: None for row, line in enumerate(lines, 1) if line.strip() for key in _object(line, row)}.keys()


def _json_rows(lines: Iterator[str], columns: Columns) -> Iterator[tuple[int, Raw]]:
    for row, line in enumerate(lines, 1):
        if line.strip():
            said = _object(line, row)
            yield row, tuple(_text(said.get(name)) for name in columns.asked)


def _csv_rows(lines: Iterator[str], source: Source, columns: Columns) -> Iterator[tuple[int, Raw]]:
    places = [source.header.index(name) for name in columns.asked]
    rows = rows_of(lines, source.delimiter)
    try:
        next(rows)
        for found in rows:
            if len(found.cells) <= max(places):
                raise AtRow(found.row, f"it has {len(found.cells)} cells and the header {len(source.header)}.")
            yield found.row, tuple(found.cells[place] for place in places)
    except Broken as fault:
        raise AtRow(fault.row, fault.message) from fault


def _object(line: str, row: int) -> dict[str, object]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise AtRow(row, "this line is not JSON. JSON Lines have one object a line.") from fault
    if not isinstance(said, dict):
        raise AtRow(row, "this line is not an object, like {“forecast”: 0.6, “outcome”: 1}.")
    return said


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
