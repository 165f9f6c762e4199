"""Reading JSON Lines: one object a line, whose keys are the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ledger.formats.table_format import BrokenTable, Cells, Layout, TableFormat


class JsonLines(TableFormat):
    """JSON Lines. Rows are counted by lines, from 1. Objects may have different keys; a missing value is blank."""

    label = "JSON Lines"
    accepted = (".jsonl", ".ndjson", "application/jsonl")
    carries_claims = False
    names_columns = True

    def sniff(self, first: str) -> bool:
        """Whether the first line is an object. Raises BrokenTable for an array, with a sentence on what to write."""
        if first.lstrip().startswith(("[{", "[\n", "[\r")) or first.strip() == "[":
            words = "this is a JSON array. Write one object a line (JSON Lines); `jq -c '.[]'` does that."
            raise BrokenTable(1, 0, words)
        return first.lstrip().startswith("{")

    def layout(self, lines: Iterable[str], encoding: str, first: str) -> Layout | None:
        """The keys of the first object are the header."""
        return Layout(self, encoding, "", tuple(_object(first, 1)))

    def rows(self, lines: Iterable[str], layout: Layout) -> Iterator[Cells]:
        """Every object, with the values of the keys in the header."""
        for row, values in _objects(lines):
            yield Cells(row, [_text(values.get(name)) for name in layout.header])

    def every_column(self, lines: Iterable[str], layout: Layout) -> tuple[str, ...]:
        """The keys of all objects."""
        return tuple({key: None for _, values in _objects(lines) for key in values})


def _objects(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, object]]]:
    return ((row, _object(line, row)) for row, line in enumerate(lines, 1) if line.strip())


def _object(line: str, row: int) -> dict[str, object]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BrokenTable(row, 0, "this line is not JSON. JSON Lines have one object a line.") from error
    if not isinstance(values, dict):
        raise BrokenTable(row, 0, "this line is not an object, like {“forecast”: 0.6, “outcome”: 1}.")
    return values


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


JSON_LINES = JsonLines()
