"""The base class of table formats: recognising a file, and reading its rows as cells in the order of a header."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar


class BrokenTable(Exception):
    """A file cannot be read beyond this row; `column` is counted from 1, and 0 where it is unknown."""

    def __init__(self, row: int, column: int, message: str) -> None:
        super().__init__(message)
        self.row, self.column, self.message = row, column, message


@dataclass(frozen=True)
class Cells:
    """The cells of one row. `row` is its number as in a spreadsheet, where the header is row 1."""

    row: int
    cells: list[str]


@dataclass(frozen=True)
class Layout:
    """How a file is written: format, encoding, delimiter ("" if the format has none), and the names of its columns."""

    format: TableFormat
    encoding: str
    delimiter: str
    header: tuple[str, ...]


class TableFormat(ABC):
    """A format of tables. The only instance of each subclass is in ledger.formats.registry."""

    label: ClassVar[str]  # what people call it, inside a sentence
    accepted: ClassVar[tuple[str, ...]]  # endings and media types of such files, which a form lets people choose
    carries_claims: ClassVar[bool]  # whether claims can be imported from it; forecasts can be scored from every format
    names_columns: ClassVar[bool]  # whether each row names its columns, so that rows may have different columns

    @abstractmethod
    def sniff(self, first: str) -> bool:
        """Whether a file has this format, judging by its first line that is not blank. Raises BrokenTable."""

    @abstractmethod
    def layout(self, lines: Iterable[str], encoding: str, first: str) -> Layout | None:
        """The layout of a file of this format; None where it has no rows. Raises BrokenTable."""

    @abstractmethod
    def rows(self, lines: Iterable[str], layout: Layout) -> Iterator[Cells]:
        """The rows that are not blank, without the header. Cells are in the order of the header. Raises BrokenTable."""

    @abstractmethod
    def every_column(self, lines: Iterable[str], layout: Layout) -> tuple[str, ...]:
        """All columns that occur in any row, in order of occurrence. Raises BrokenTable."""
