"""Text in columns (CSV), read with care: its encoding, delimiter and rows, and where one is broken. And written."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
LONGEST_CELL = 100_000  # far above what any column takes; beyond it a quotation mark was not closed
LONGEST_LINE = 1_000_000
TOGETHER = 200  # rows a piece: written one at a time they cost more than they save
GUARDED = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs a cell that begins so: it goes out behind a '
csv.field_size_limit(LONGEST_CELL)

_UTF_8 = "utf-8-sig"
# What no Windows-1252 text has and most UTF-8 text beyond ASCII does: "Ã" before a sign that no quotation ends with,
# "â€" before anything, or three such pairs in a row (other scripts). A capital before a closing quote is none of them.
_SURELY_UTF_8 = re.compile(
    rb"\xc3[\x80-\x84\x86-\x8a\x8c-\x90\x98-\x9a\x9c-\x9f\xa1-\xba\xbc-\xbf]"
    rb"|\xe2\x80[\x80-\xbf]|(?:[\xc4-\xdf][\x80-\xbf]){3}"
)


class Broken(Exception):
    """The text cannot be read past this place; the column is counted from 1, 0 where there is none."""

    def __init__(self, row: int, column: int, message: str) -> None:
        super().__init__(message)
        self.row, self.column, self.message = row, column, message


@dataclass(frozen=True)
class Cells:
    """One row as it stands, counted as a spreadsheet counts: the header is 1."""

    row: int
    cells: list[str]


def encoding_of(chunks: Iterable[bytes]) -> str:
    """UTF-8 (with or without a mark), UTF-16, UTF-32 or Windows-1252: the first that the bytes are. Raises Broken."""
    decoders: dict[str, codecs.IncrementalDecoder] = {}
    lines = first_astray = 0
    surely, empty = False, True
    for chunk in chunks:
        if empty:
            decoders = {name: codecs.getincrementaldecoder(name)() for name in _possible(chunk)}
        for name in list(decoders):
            try:
                decoders[name].decode(chunk)
            except UnicodeDecodeError as fault:
                del decoders[name]
                if name == _UTF_8:
                    first_astray = lines + chunk.count(b"\n", 0, fault.start) + 1
        surely = surely or (not chunk.isascii() and _SURELY_UTF_8.search(chunk) is not None)
        lines += chunk.count(b"\n")
        empty = False
    if empty:
        raise Broken(1, 0, "The file is empty.")
    for name, decoder in decoders.items():
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            first_astray = first_astray or lines + 1
            continue
        if name == "cp1252" and surely:
            # Read as Windows-1252, the rows that are UTF-8 would come out garbled, and nobody would be told.
            raise Broken(first_astray, 0, "this row is not UTF-8 text, and others are. Save the whole file as UTF-8.")
        return name
    raise Broken(1, 0, "The file is neither UTF-8, UTF-16 nor Windows-1252 text. Save it as “CSV UTF-8”.")


def _possible(beginning: bytes) -> list[str]:
    if beginning.startswith(
        (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
    ):  # before UTF-16, whose mark begins one of these
        return ["utf-32"]
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if len(beginning) > 1 and 0 in (beginning[0], beginning[1]) and beginning[:2] != b"\0\0":
        return ["utf-16-le" if beginning[1] == 0 else "utf-16-be"]
    return [_UTF_8, "cp1252"]


def delimiter_of(header: str) -> str:
    """What parts the columns of a header line: whichever of comma, semicolon and tab it has most of."""
    outside = "".join(header.split('"')[::2])  # what stands between quotation marks does not count
    return max(DELIMITERS, key=outside.count)


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[Cells]:
    """The rows that hold anything. Raises Broken where a quotation mark or an endless line spoils the rest."""
    since: list[str] = []

    def kept() -> Iterator[str]:
        for line in lines:
            if len(line) >= LONGEST_LINE:
                raise Broken(row, _column_at_fault("".join([*since, line]), delimiter), _TOO_LONG)
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
            raise Broken(row, _column_at_fault("".join(since), delimiter), _said(str(fault))) from fault
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
