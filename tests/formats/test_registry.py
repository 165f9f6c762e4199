"""Table formats: each recognises its own files in every encoding, and reads the same rows from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import import_module
from io import BytesIO
from pkgutil import iter_modules

import pytest

import ledger.formats
from ledger.formats.csv_reader import CSV, write_csv
from ledger.formats.json_lines import JSON_LINES
from ledger.formats.registry import CLAIM_FORMATS, FORMATS, columns_in, format_of, layout_of, rows_in
from ledger.formats.table_format import BrokenTable, TableFormat

Rows = Sequence[Sequence[str]]
HEADER = ("name", "p", "said")
ROWS = (("Åsa", "0.5", "a, b"), ("Ben", "", "{not json}"), ("超", "1", 'one\n"two"'))


def as_json_lines(rows: Rows) -> str:
    return "\n\n".join(json.dumps(dict(zip(HEADER, cells, strict=True)), ensure_ascii=False) for cells in rows)


# How each format writes a table: a new one is added here, or the first test fails.
WRITTEN: dict[TableFormat, Callable[[Rows], str]] = {
    CSV: lambda rows: "\r\n" + "".join(write_csv([HEADER, *rows])),
    JSON_LINES: as_json_lines,
}


def every_format() -> set[type[TableFormat]]:
    """All formats, found without the registry."""
    for module in iter_modules(ledger.formats.__path__):
        import_module(f"ledger.formats.{module.name}")
    return set(TableFormat.__subclasses__())


def test_every_format_is_registered_and_tested() -> None:
    assert {type(one) for one in FORMATS} == every_format()
    assert set(WRITTEN) == set(FORMATS)
    assert set(CLAIM_FORMATS) == {CSV}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: type(kind).__name__)
def test_a_table_comes_out_as_it_was_written(kind: TableFormat, encoding: str) -> None:
    stream = BytesIO(WRITTEN[kind](ROWS).encode(encoding))
    layout = layout_of(stream)
    assert layout is not None and (layout.format, layout.header) == (kind, HEADER)
    assert format_of(stream, layout.encoding) is kind
    assert [tuple(found.cells) for found in rows_in(stream, layout)] == list(ROWS)
    assert columns_in(stream, layout) == HEADER


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: type(kind).__name__)
def test_a_format_leaves_the_files_of_others_alone(kind: TableFormat) -> None:
    """The planted fault: with the order reversed, CSV would accept every file."""
    stream = BytesIO(WRITTEN[kind](ROWS).encode())
    assert format_of(stream, "utf-8") is kind
    assert format_of(stream, "utf-8", FORMATS[::-1]) is CSV


def test_files_that_are_not_tables_are_refused() -> None:
    with pytest.raises(BrokenTable, match="empty"):
        layout_of(BytesIO(b""))
    with pytest.raises(BrokenTable, match="JSON array"):
        layout_of(BytesIO(b'[{"p": 1}]'))
    assert layout_of(BytesIO(b"\n \n\n")) is None


def test_objects_may_have_different_keys() -> None:
    stream = BytesIO(b'{"a": 1}\n\n{"b": true, "a": null}\n')
    layout = layout_of(stream)
    assert layout is not None and layout.header == ("a",)
    assert columns_in(stream, layout) == ("a", "b")
    assert [(found.row, found.cells) for found in rows_in(stream, layout)] == [(1, ["1"]), (3, [""])]
