"""Reading the cells of one row as values, with a list of problems by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from ledger.domain.errors import Problem

_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
T = TypeVar("T")
Kind = TypeVar("Kind", bound=StrEnum)


class RowReader:
    """Reads cells by column name. A cell that cannot be read counts as empty, and gives an entry in `problems`."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        """The cell as text, "" where there is none."""
        return self.cells.get(name, "")

    def items(self, name: str) -> tuple[str, ...]:
        """The items of a cell: one a line, or on one line separated by semicolons."""
        text = self.text(name)
        parts = text.split("\n") if "\n" in text else text.split(";")
        return tuple(part for part in (part.strip() for part in parts) if part)

    def parsed_items(self, name: str, parse: Callable[[str], T]) -> list[T]:
        """The parsed items of a cell; none if one of them cannot be parsed."""
        try:
            return [parse(part) for part in self.items(name)]
        except ValueError as error:
            self.problem(name, str(error))
            return []

    def parsed(self, name: str, parse: Callable[[str], T], otherwise: T) -> T:
        """The parsed cell; `otherwise` where it is empty or cannot be parsed."""
        text = self.text(name)
        if not text:
            return otherwise
        try:
            return parse(text)
        except ValueError as error:
            self.problem(name, str(error))
            return otherwise

    def enum_value(self, name: str, words: type[Kind], otherwise: Kind) -> Kind:
        """The cell as a value of an enum; `otherwise` where it is empty or not one of the words."""
        text = self.text(name).casefold().replace(" ", "_")
        if text in list(words):
            return words(text)
        if text:
            self.problem(name, f"“{self.text(name)[:40]}” is none of: {', '.join(words)}.")
        return otherwise

    def problem(self, name: str, message: str) -> None:
        """Add a problem of a cell."""
        self.problems.append(Problem(name, message))


def join_list(items: Sequence[str]) -> str:
    """Items as one cell, which `items` reads as the same items."""
    return "\n".join((*items, "")) if any(";" in item for item in items) else "; ".join(items)


def a_number(text: str) -> float:
    """Parse a measured number. Raises ValueError with a sentence on what to write."""
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        raise ValueError("Write a number such as 5000 or 3.5.")
    return float(text.replace(",", ""))


def a_whole_number(text: str) -> int:
    """Parse a whole number. Raises ValueError with a sentence on what to write."""
    if not _WHOLE.fullmatch(text):
        raise ValueError("Write a whole number such as 2.")
    return int(text)


def yes_or_no(text: str) -> bool:
    """Parse yes or no. Raises ValueError with a sentence on what to write."""
    word = text.casefold()
    if word not in ("yes", "true", "1", "no", "false", "0"):
        raise ValueError("Write yes or no.")
    return word in ("yes", "true", "1")
