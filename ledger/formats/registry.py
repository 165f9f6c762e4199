"""The registry of table formats, and detecting the format of a file.

A new format is a module with a subclass of TableFormat, and its instance in FORMATS. Scoring a file, importing
claims and the tests use `layout_of` and `rows_in`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import IO

from ledger.formats.csv_reader import CSV
from ledger.formats.encoding import encoding_of
from ledger.formats.json_lines import JSON_LINES
from ledger.formats.streams import chunks_of, lines_of
from ledger.formats.table_format import Cells, Layout, TableFormat

# The first that recognises a file reads it. CSV comes last, because it accepts any text.
FORMATS: tuple[TableFormat, ...] = (JSON_LINES, CSV)
CLAIM_FORMATS = tuple(one for one in FORMATS if one.carries_claims)


def layout_of(stream: IO[bytes], formats: Sequence[TableFormat] = FORMATS) -> Layout | None:
    """The layout of a file; None where it has no rows. `stream` must be seekable. Raises BrokenTable."""
    encoding = encoding_of(chunks_of(stream))
    first = _first_line(stream, encoding)
    with closing(lines_of(stream, encoding)) as lines:
        return _recognised(first, formats).layout(lines, encoding, first)


def format_of(stream: IO[bytes], encoding: str, formats: Sequence[TableFormat] = FORMATS) -> TableFormat:
    """The format of a file whose encoding is known. Raises BrokenTable."""
    return _recognised(_first_line(stream, encoding), formats)


def rows_in(stream: IO[bytes], layout: Layout) -> Generator[Cells, None, None]:
    """The rows of a file after its header. Close the generator if you stop early. Raises BrokenTable."""
    with closing(lines_of(stream, layout.encoding)) as lines:
        yield from layout.format.rows(lines, layout)


def columns_in(stream: IO[bytes], layout: Layout) -> tuple[str, ...]:
    """All columns that occur in any row of a file. Raises BrokenTable."""
    with closing(lines_of(stream, layout.encoding)) as lines:
        return layout.format.every_column(lines, layout)


def _first_line(stream: IO[bytes], encoding: str) -> str:
    with closing(lines_of(stream, encoding)) as lines:
        return next((line for line in lines if line.strip()), "")


def _recognised(first: str, formats: Sequence[TableFormat]) -> TableFormat:
    return next(one for one in formats if one.sniff(first))
