"""Reading a file of claims: its layout, its columns, and its rows as terms of the domain, one at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import IO

from ledger.domain.errors import Problem, Refused
from ledger.formats.claim_rows import Row, RowError, read_row
from ledger.formats.columns import MOST_COLUMNS, columns_of
from ledger.formats.csv_reader import DELIMITERS
from ledger.formats.registry import CLAIM_FORMATS, layout_of, rows_in
from ledger.formats.streams import chunks_of
from ledger.formats.table_format import BrokenTable, Cells, Layout


@dataclass(frozen=True)
class Table:
    """A file of claims with its layout; `places` maps column positions to our names of columns."""

    stream: IO[bytes]
    name: str
    sha256: str
    size: int
    layout: Layout
    places: Mapping[int, str]

    @property
    def header(self) -> tuple[str, ...]:
        """The headings of its columns."""
        return self.layout.header

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings of columns that are not imported."""
        return tuple(name for place, name in enumerate(self.header) if place not in self.places)


def claims_layout(stream: IO[bytes]) -> Layout:
    """Detect the layout of a seekable file. Raises Refused."""
    try:
        layout = layout_of(stream, CLAIM_FORMATS)
    except BrokenTable as fault:
        raise Refused(Problem("file", RowError(fault.row, str(fault.column or ""), fault.message).words)) from fault
    if layout is None:
        raise Refused(Problem("file", "The file holds no rows."))
    if len(layout.header) == 1:
        names = ", ".join(DELIMITERS.values())
        raise Refused(Problem("file", f"The first row has one column only. Separate columns by {names}."))
    if len(layout.header) > MOST_COLUMNS:
        words = f"The first row has {len(layout.header):,} columns; at most {MOST_COLUMNS} are read. Leave some out."
        raise Refused(Problem("file", words))
    return layout


def open_table(stream: IO[bytes], name: str, mapping: Mapping[str, str]) -> Table:
    """Detect the layout and the columns of a seekable file. Raises Refused."""
    layout = claims_layout(stream)
    places = columns_of(layout.header, mapping)
    digest = digest_of(stream)
    return Table(stream, name, digest, stream.tell(), layout, places)


def digest_of(stream: IO[bytes]) -> str:
    """The SHA-256 (hex) of a file. Leaves the stream at its end."""
    digest = sha256()
    for chunk in chunks_of(stream):
        digest.update(chunk)
    return digest.hexdigest()


def first_rows(stream: IO[bytes], layout: Layout, most: int) -> tuple[list[str], ...]:
    """The cells of the first rows after the header, up to the first that cannot be read."""
    found: list[list[str]] = []
    try:
        with closing(rows_in(stream, layout)) as rows:
            for cells in islice(rows, most):
                found.append(cells.cells)
    except BrokenTable:
        pass  # checking the file reports where and why
    return tuple(found)


def rows(table: Table, today: date, after: int = 0) -> Iterator[Row | list[RowError]]:
    """Every row after row `after`, or its errors. If the file cannot be read on, that error comes last."""
    keys = SeenTexts()
    try:
        for cells in rows_in(table.stream, table.layout):
            if cells.row > after:
                yield _row(table, cells, today, keys)
    except BrokenTable as fault:
        column = table.header[fault.column - 1] if 0 < fault.column <= len(table.header) else str(fault.column or "")
        yield [RowError(fault.row, column, fault.message)]
    finally:
        keys.close()


def _row(table: Table, cells: Cells, today: date, keys: SeenTexts) -> Row | list[RowError]:
    found, wanted = len(cells.cells), len(table.header)
    if found != wanted:
        column = table.header[found] if found < wanted else str(wanted + 1)
        message = f"This row has {found} cells and the header {wanted}. Look for a missing or extra {{}}."
        return [RowError(cells.row, column, message.format(DELIMITERS.get(table.layout.delimiter, "column")))]
    try:
        row = read_row(cells.row, {name: cells.cells[place] for place, name in table.places.items()}, today)
    except Refused as refused:
        heading = {name: table.header[place] for place, name in table.places.items()}
        return [RowError(cells.row, heading.get(p.field, p.field), p.message) for p in refused.problems]
    if row.keyed and (before := keys.add(row.key, row.number)) is not None:
        return [
            RowError(cells.row, "key", f"Row {before:,} has the key “{row.key[:60]}” as well: each row needs its own.")
        ]
    return row


class SeenTexts:
    """The texts seen so far, each with its row, in a temporary SQLite file instead of memory."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")
        self._file.execute("CREATE TABLE seen (text BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")

    def add(self, text: str, row: int) -> int | None:
        """Add a text. Returns the earlier row with the same text, or None."""
        same = sha256(text.encode()).digest()
        if self._file.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (same, row)).rowcount:
            return None
        return int(self._file.execute("SELECT row FROM seen WHERE text = ?", (same,)).fetchone()[0])

    def close(self) -> None:
        """Delete the temporary file."""
        self._file.close()


def batches(items: Iterator[Row | list[RowError]], size: int) -> Iterator[list[Row | list[RowError]]]:
    """The rows in lists of `size`."""
    while some := list(islice(items, size)):
        yield some
