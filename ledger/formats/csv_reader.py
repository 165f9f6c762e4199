"""CSV, read with care: its delimiter, its rows, and where one is broken. And written so that no cell can be run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ledger.formats.table_format import BrokenTable, Cells, Layout, TableFormat

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
LONGEST_CELL = 100_000  # far above what any column takes; beyond it a quotation mark was not closed
LONGEST_LINE = 1_000_000
TOGETHER = 200  # rows a piece: written one at a time they cost more than they save
GUARDED = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell that begins so: it goes out behind a '
csv.field_size_limit(LONGEST_CELL)


class Csv(TableFormat):
    """Text in columns, parted by whichever of comma, semicolon and tab the first line has most of."""

    label = "CSV"
    accepted = (".csv", ".tsv", ".txt", "text/csv")
    carries_claims = True
    names_columns = False

    def sniff(self, first: str) -> bool:
        """Any text can be a table of one column."""
        return True

    def layout(self, lines: Iterable[str], encoding: str, first: str) -> Layout | None:
        """The first row that holds anything is the header, its cells as they stand."""
        delimiter = delimiter_of(first)
        header = next(rows_of(lines, delimiter), None)
        return Layout(self, encoding, delimiter, tuple(header.cells)) if header else None

    def rows(self, lines: Iterable[str], layout: Layout) -> Iterator[Cells]:
        """The rows after the header, which may have fewer cells, or more."""
        return islice(rows_of(lines, layout.delimiter), 1, None)

    def every_column(self, lines: Iterable[str], layout: Layout) -> tuple[str, ...]:
        """Those of the header."""
        return layout.header


CSV = Csv()


def delimiter_of(header: str) -> str:
    """What parts the columns of a header line: whichever of comma, semicolon and tab it has most of."""
    outside = "".join(header.split('"')[::2])  # what stands between quotation marks does not count
    return max(DELIMITERS, key=outside.count)


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[Cells]:
    """The rows that hold anything. Raises BrokenTable where a quotation mark or an endless line spoils the rest."""
    since: list[str] = []

    def kept() -> Iterator[str]:
        for line in lines:
            if len(line) >= LONGEST_LINE:
                raise BrokenTable(row, _column_at_fault("".join([*since, line]), delimiter), _TOO_LONG)
            since.append(line)
            yield line

    row = 0
    reader = csv.reader(kept(), delimiter=delimiter, strict=True)
    while True:
        row += 1
        since.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise BrokenTable(row, _column_at_fault("".join(since), delimiter), _said(str(fault))) from fault
        if any(cell.strip() for cell in cells):
            yield Cells(row, cells)


_TOO_LONG = (
    f"This cell is longer than {LONGEST_CELL:,} characters: shorten it, or close the quotation mark that opens it."
)


def _said(fault: str) -> str:
    if "limit" in fault:
        return _TOO_LONG
    if "unexpected end" in fault:
        return "This cell begins with a quotation mark that is not closed."
    return "There is text after the closing quotation mark of this cell: write a quotation mark inside a cell twice."


def _column_at_fault(text: str, delimiter: str) -> int:
    """The column, from 1, of the cell whose quotation marks do not fit, or that is too long."""
    column = at = 0
    while True:
        column += 1
        if text[at : at + 1] == '"':
            end = at + 1
            while (end := text.find('"', end)) >= 0 and text[end + 1 : end + 2] == '"':
                end += 2
            if end < 0 or text[end + 1 : end + 2] != delimiter or end - at > LONGEST_CELL:
                return column
            at = end + 2
        else:
            end = text.find(delimiter, at)
            if end < 0 or end - at > LONGEST_CELL:
                return column
            at = end + 1


def guard(cell: str) -> str:
    """A cell as it goes out: one that a spreadsheet would run is put behind an apostrophe."""
    return f"'{cell}" if cell.startswith(GUARDED) else cell


def unguard(cell: str) -> str:
    """The cell that `guard` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(GUARDED) else cell


def written(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows as CSV, in pieces, with nothing in it that a spreadsheet would run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for number, cells in enumerate(rows, 1):
        writer.writerow([guard(cell) for cell in cells])
        if number % TOGETHER == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
