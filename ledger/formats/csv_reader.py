"""Reading CSV, with the place of an error, and writing CSV in which a spreadsheet runs no cell as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ledger.formats.table_format import BrokenTable, Cells, Layout, TableFormat

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
LONGEST_CELL = 100_000  # far above the limit of any column; a longer cell means an unclosed quotation mark
LONGEST_LINE = 1_000_000
TOGETHER = 200  # rows in a piece of output: smaller pieces cost more time than they save memory
GUARDED = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs cells that begin so; they are written after a '
csv.field_size_limit(LONGEST_CELL)


class Csv(TableFormat):
    """Text in columns, separated by whichever of comma, semicolon and tab occurs most in the first line."""

    label = "CSV"
    accepted = (".csv", ".tsv", ".txt", "text/csv")
    carries_claims = True
    names_columns = False

    def sniff(self, first: str) -> bool:
        """Any text can be a table of one column."""
        return True

    def layout(self, lines: Iterable[str], encoding: str, first: str) -> Layout | None:
        """The first row that is not blank is the header, with its cells unchanged."""
        delimiter = delimiter_of(first)
        header = next(rows_of(lines, delimiter), None)
        return Layout(self, encoding, delimiter, tuple(header.cells)) if header else None

    def rows(self, lines: Iterable[str], layout: Layout) -> Iterator[Cells]:
        """The rows after the header, which may have fewer cells, or more."""
        return islice(rows_of(lines, layout.delimiter), 1, None)

    def every_column(self, lines: Iterable[str], layout: Layout) -> tuple[str, ...]:
        """The columns of the header."""
        return layout.header


CSV = Csv()


def delimiter_of(header: str) -> str:
    """The delimiter of a header line: whichever of comma, semicolon and tab occurs most."""
    outside = "".join(header.split('"')[::2])  # without text in quotation marks
    return max(DELIMITERS, key=outside.count)


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[Cells]:
    """The rows that are not blank. Raises BrokenTable at a wrong quotation mark or a line that is too long."""
    row_lines: list[str] = []  # the lines of the current row, to find the column of an error

    def recorded() -> Iterator[str]:
        for line in lines:
            if len(line) >= LONGEST_LINE:
                raise BrokenTable(row, _column_of_error("".join([*row_lines, line]), delimiter), _TOO_LONG)
            row_lines.append(line)
            yield line

    row = 0
    reader = csv.reader(recorded(), delimiter=delimiter, strict=True)
    while True:
        row += 1
        row_lines.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BrokenTable(row, _column_of_error("".join(row_lines), delimiter), _message(str(error))) from error
        if any(cell.strip() for cell in cells):
            yield Cells(row, cells)


_TOO_LONG = (
    f"This cell is longer than {LONGEST_CELL:,} characters: shorten it, or close the quotation mark that opens it."
)


def _message(error: str) -> str:
    if "limit" in error:
        return _TOO_LONG
    if "unexpected end" in error:
        return "This cell begins with a quotation mark that is not closed."
    return "There is text after the closing quotation mark of this cell: write a quotation mark inside a cell twice."


def _column_of_error(text: str, delimiter: str) -> int:
    """The column, from 1, of the first cell with wrong quotation marks, or that is too long."""
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
    """A cell for output: an apostrophe is put before a cell that a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(GUARDED) else cell


def unguard(cell: str) -> str:
    """The original of a cell from `guard`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(GUARDED) else cell


def write_csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows as CSV, in pieces, with guarded cells."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for number, cells in enumerate(rows, 1):
        writer.writerow([guard(cell) for cell in cells])
        if number % TOGETHER == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
