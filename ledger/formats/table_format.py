"""What every format of tables is: how a file of it is recognised, and its rows as cells in the order of a header."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar


class BrokenTable(Exception):
    """The text cannot be read past this place; the column is counted from 1, 0 where there is none."""

    def __init__(self, row: int, column: int, message: str) -> None:
        super().__init__(message)
        self.row, self.column, self.message = row, column, message


@dataclass(frozen=True)
class Cells:
    """One row as it stands, counted as a spreadsheet counts: the header is 1."""

    row: int
    cells: list[str]


@dataclass(frozen=True)
class Layout:
    """How a file is written: its format and encoding, what parts its columns ("" for nothing), and their names."""

    format: TableFormat
    encoding: str
    delimiter: str
    header: tuple[str, ...]


class TableFormat(ABC):
    """One format in which people send tables. Its one instance stands in ledger.formats.registry."""

    label: ClassVar[str]  # what people call it, inside a sentence
    accepted: ClassVar[tuple[str, ...]]  # endings and media types of such files, which a form lets people choose
    carries_claims: ClassVar[bool]  # whether claims can be imported from it; forecasts are scored from every format
    names_columns: ClassVar[bool]  # whether each row names its columns, so that rows may have different ones

    @abstractmethod
    def sniff(self, first: str) -> bool:
        """Whether a file is of this format, by its first line that holds anything. Raises BrokenTable."""

    @abstractmethod
    def layout(self, lines: Iterable[str], encoding: str, first: str) -> Layout | None:
        """How a file of this format is written; None where it has no rows at all. Raises BrokenTable."""

    @abstractmethod
    def rows(self, lines: Iterable[str], layout: Layout) -> Iterator[Cells]:
        """The rows that hold anything, without the header: cells in its order. Raises BrokenTable."""

    @abstractmethod
    def every_column(self, lines: Iterable[str], layout: Layout) -> tuple[str, ...]:
        """The columns that any row has, in the order in which they come. Raises BrokenTable."""
