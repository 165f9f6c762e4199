"""JSON Lines: one object a line, whose keys are the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ledger.formats.table_format import BrokenTable, Cells, Layout, TableFormat


class JsonLines(TableFormat):
    """Rows are counted by lines, from 1. An object need not have what others have: what it lacks is blank."""

    label = "JSON Lines"
    accepted = (".jsonl", ".ndjson", "application/jsonl")
    carries_claims = False
    names_columns = True

    def sniff(self, first: str) -> bool:
        """Whether the first line is an object. An array of objects is told what it should be instead."""
        if first.lstrip().startswith(("[{", "[\n", "[\r")) or first.strip() == "[":
            words = "this is a JSON array. Write one object a line (JSON Lines); `jq -c '.[]'` does that."
            raise BrokenTable(1, 0, words)
        return first.lstrip().startswith("{")

    def layout(self, lines: Iterable[str], encoding: str, first: str) -> Layout | None:
        """The keys of the first object are the header."""
        return Layout(self, encoding, "", tuple(_object(first, 1)))

    def rows(self, lines: Iterable[str], layout: Layout) -> Iterator[Cells]:
        """Every object; the header may name any keys."""
        for row, said in _objects(lines):
            yield Cells(row, [_text(said.get(name)) for name in layout.header])

    def every_column(self, lines: Iterable[str], layout: Layout) -> tuple[str, ...]:
        """The keys of all objects."""
        return tuple({key: None for _, said in _objects(lines) for key in said})


def _objects(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, object]]]:
    return ((row, _object(line, row)) for row, line in enumerate(lines, 1) if line.strip())


def _object(line: str, row: int) -> dict[str, object]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise BrokenTable(row, 0, "this line is not JSON. JSON Lines have one object a line.") from fault
    if not isinstance(said, dict):
        raise BrokenTable(row, 0, "this line is not an object, like {“forecast”: 0.6, “outcome”: 1}.")
    return said


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


JSON_LINES = JsonLines()
