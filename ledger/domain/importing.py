"""Claims from a table: which columns there are, whose headings they may have, and what a row of them says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from ledger.domain.boldness import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claims import ClaimTerms, HorizonBasis, claim_problems, horizon_problems
from ledger.domain.confidence import Confidence, Reading, parse_probability
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality, forecast_problems
from ledger.domain.kinds import Bounds, ClaimKind, Shape
from ledger.domain.passages import Passage
from ledger.domain.problems import Problem, Refused
from ledger.domain.prose import fingerprint, text_problem, tidy
from ledger.domain.separated import unguard

REQUIRED = ("statement", "criteria", "speaker", "modality", "document", "outlet", "published_on")
COLUMNS = (
    *("key", "statement", "criteria", "topics", "horizon", "horizon_basis", "horizon_note", "condition"),
    *("kind", "baseline", "metric", "low_bound", "low_strict", "high_bound", "high_strict", "unit"),
    *("options", "ordered", "checkability", "checkability_reason", "base_rate", "base_rate_note"),
    *("speaker", "speaker_kind", "made_on", "modality", "probability", "low", "high", "yardstick", "term"),
    *("reading", "attribution", "hedge", "option", "shares", "note"),
    *("document", "outlet", "published_on", "published_basis", "authors", "url"),
    *("locator", "paragraph", "first_sentence", "last_sentence", "words_sha256"),
)
LONGEST_KEY = 200
SPEAKER_KINDS = ("person", "organisation")
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
T = TypeVar("T")
Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True)
class Row:
    """A row as terms of the domain. `speakers` and the document are named, not numbered yet."""

    number: int
    key: str  # as given, or made from what the row says
    keyed: bool  # whether it was given
    claim: ClaimTerms
    forecast: ForecastTerms
    speakers: tuple[str, ...]
    speaker_kind: str
    title: str
    outlet: str
    published_on: PartialDate
    published_basis: str
    authors: tuple[str, ...]
    url: str


def columns_of(header: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Which place of a row is which column. `mapping` gives our column's name for their heading.

    Headings are compared without regard to case, spaces and hyphens; unknown ones are left out. Raises Refused.
    """
    headings = [_heading(name) for name in header]
    problems = [
        Problem("map", f"There is no column “{ours}”. The columns are: {', '.join(COLUMNS)}.")
        for ours in mapping
        if ours not in COLUMNS
    ]
    places: dict[int, str] = {}
    for ours in COLUMNS:
        wanted = _heading(mapping.get(ours, ours))
        found = [place for place, name in enumerate(headings) if name == wanted]
        if len(found) > 1:
            problems.append(Problem(ours, f"Two columns are headed “{header[found[0]].strip()}”: rename one."))
        elif found:
            if found[0] in places:
                problems.append(Problem(ours, f"“{header[found[0]]}” is mapped to {places[found[0]]} as well."))
            places[found[0]] = ours
        elif ours in mapping:
            problems.append(Problem(ours, f"No column is headed “{mapping[ours]}”."))
        elif ours in REQUIRED:
            problems.append(Problem(ours, f"A column “{ours}” is needed: add it, or say which of yours it is."))
    if problems:
        raise Refused(*problems)
    return places


def read_row(number: int, cells: Mapping[str, str], today: date) -> Row:
    """What a row says. Raises Refused with every problem, each at its column."""
    reading = _Reading({name: tidy(unguard(cell)) for name, cell in cells.items() if cell})
    row = reading.row(number, today)
    if reading.problems or row is None:
        raise Refused(*reading.problems)
    return row


class _Reading:
    """One row being read: every cell is tried, every problem noted."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.problems: list[Problem] = []

    def row(self, number: int, today: date) -> Row | None:
        text, said = self.text, self.cells
        published_on = self.parsed("published_on", PartialDate.parse, None)
        made_on = self.parsed("made_on", PartialDate.parse, None) if "made_on" in said else published_on
        if "published_on" not in said:
            self.problem("published_on", "Give the day, the month or the year it was published.")
        for name in ("document", "outlet"):
            if name not in said:
                self.problem(name, "Say where it was said: the document's title, and where it was published.")
        if self.text("speaker_kind") not in ("", *SPEAKER_KINDS):
            self.problem("speaker_kind", f"Write one of: {', '.join(SPEAKER_KINDS)}.")
        claim, speakers = self.claim().normal, self.listed("speaker")
        forecast = self.forecast(claim.shape, made_on or PartialDate(today.year), len(speakers)).normal
        if self.problems or published_on is None:
            return None  # what the rules say of cells that could not be read would only mislead
        self.problems += claim_problems(claim) + horizon_problems(claim, forecast.made_on)
        self.problems += forecast_problems(forecast, shape=claim.shape, published_on=published_on, today=today)
        if fault := text_problem(text("key"), LONGEST_KEY):
            self.problem("key", fault)
        key = text("key") or fingerprint(
            *(claim.fingerprint, text("document"), text("outlet"), str(published_on), str(forecast.made_on)),
            *sorted({fingerprint(name) for name in speakers}),
        )
        return Row(
            number=number,
            key=key,
            keyed="key" in said,
            claim=claim,
            forecast=forecast,
            speakers=speakers,
            speaker_kind=text("speaker_kind"),
            title=text("document"),
            outlet=text("outlet"),
            published_on=published_on,
            published_basis=text("published_basis"),
            authors=self.listed("authors"),
            url=text("url"),
        )

    def claim(self) -> ClaimTerms:
        text = self.text
        bounds = Bounds(
            self.parsed("low_bound", _number, None),
            self.parsed("high_bound", _number, None),
            self.parsed("low_strict", _yes, False),
            self.parsed("high_strict", _yes, False),
        )
        return ClaimTerms(
            statement=text("statement"),
            criteria=text("criteria"),
            topics=self.listed("topics"),
            horizon=self.parsed("horizon", PartialDate.parse, None),
            horizon_basis=self.word("horizon_basis", HorizonBasis, HorizonBasis.DEFAULT),
            horizon_note=text("horizon_note"),
            condition=text("condition"),
            shape=Shape(
                kind=self.word("kind", ClaimKind, ClaimKind.EVENT),
                baseline=text("baseline"),
                metric=text("metric"),
                bounds=bounds,
                unit=text("unit"),
                options=self.listed("options"),
                ordered=self.parsed("ordered", _yes, False),
            ),
            checkability=self.word("checkability", Checkability, Checkability.CHECKABLE),
            checkability_reason=text("checkability_reason"),
            base_rate=BaseRate(self.parsed("base_rate", parse_probability, None), text("base_rate_note")),
        )

    def forecast(self, shape: Shape, made_on: PartialDate, speakers: int) -> ForecastTerms:
        if "modality" not in self.cells:
            self.problem("modality", f"Write one of: {', '.join(Modality)}.")
        modality = self.word("modality", Modality, Modality.LIKELY)
        own = Reading.SPEAKER if modality is Modality.NUMBER else Reading.OURS
        return ForecastTerms(
            claimants=tuple(range(speakers)),  # their numbers are found later; how many there are counts here
            document=0,
            made_on=made_on,
            modality=modality,
            confidence=self.confidence(),
            reading=self.word("reading", Reading, own),
            attribution=self.word("attribution", Attribution, Attribution.OWN),
            hedge=self.text("hedge"),
            locator=self.text("locator"),
            note=self.text("note"),
            passage=self.passage(),
            option=self.option(shape),
            shares=tuple(self.each("shares", parse_probability)),
        )

    def confidence(self) -> Confidence:
        point = self.parsed("probability", parse_probability, None)
        low, high = (self.parsed(name, parse_probability, None) for name in ("low", "high"))
        column = "term" if self.text("term") else "probability" if point is not None else "low"
        if (low is None) != (high is None):
            self.problem("high" if high is None else "low", "Give both ends of the range, or neither.")
            return Confidence.none()
        if self.text("yardstick") and not self.text("term"):
            self.problem("term", "Give the term of this yardstick that was used.")
        try:
            if column == "term":
                given = Confidence.verbal(self.text("yardstick"), self.text("term"))
            elif point is not None:
                given = Confidence.point(point)
            elif low is not None and high is not None:
                given = Confidence.between(low, high)
            else:
                given = Confidence.none()
        except ValueError as fault:
            self.problem(column, str(fault))
            return Confidence.none()
        if (low is not None and (low, high) != (given.low, given.high)) or (point is not None and column == "term"):
            self.problem(column, "Give a probability, a range or a term: here two of them disagree.")
        return given

    def passage(self) -> Passage | None:
        names = ("paragraph", "first_sentence", "last_sentence")
        if not any(name in self.cells for name in (*names, "words_sha256")):
            return None
        paragraph, first, last = (self.parsed(name, _whole, 0) for name in names)
        return Passage(paragraph, first, last, self.text("words_sha256"))

    def option(self, shape: Shape) -> int | None:
        """An option by its words, or by its place counted from 1."""
        name = self.text("option")
        if not name:
            return None
        same = [n for n, option in enumerate(shape.options, 1) if fingerprint(option) == fingerprint(name)]
        return same[0] if same else self.parsed("option", _whole, None)

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def listed(self, name: str) -> tuple[str, ...]:
        """Several in one cell: one a line, or on one line parted by semicolons."""
        text = self.text(name)
        parts = text.split("\n") if "\n" in text else text.split(";")
        return tuple(part for part in (part.strip() for part in parts) if part)

    def each(self, name: str, parse: Callable[[str], T]) -> list[T]:
        try:
            return [parse(part) for part in self.listed(name)]
        except ValueError as fault:
            self.problem(name, str(fault))
            return []

    def parsed(self, name: str, parse: Callable[[str], T], otherwise: T) -> T:
        text = self.text(name)
        if not text:
            return otherwise
        try:
            return parse(text)
        except ValueError as fault:
            self.problem(name, str(fault))
            return otherwise

    def word(self, name: str, words: type[Kind], otherwise: Kind) -> Kind:
        text = self.text(name).casefold().replace(" ", "_")
        if text in list(words):
            return words(text)
        if text:
            self.problem(name, f"“{self.text(name)[:40]}” is none of: {', '.join(words)}.")
        return otherwise

    def problem(self, name: str, message: str) -> None:
        self.problems.append(Problem(name, message))


def written_list(items: Sequence[str]) -> str:
    """Several as one cell, so that `listed` finds the same again."""
    return "\n".join((*items, "")) if any(";" in item for item in items) else "; ".join(items)


def _heading(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold().lstrip("\ufeff"))


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or len(text) > 40:
        raise ValueError("Write a number such as 5000 or 3.5.")
    return float(text.replace(",", ""))


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError("Write a whole number such as 2.")
    return int(text)


def _yes(text: str) -> bool:
    word = text.casefold()
    if word not in ("yes", "true", "1", "no", "false", "0"):
        raise ValueError("Write yes or no.")
    return word in ("yes", "true", "1")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: the row as a spreadsheet counts it, the column, and what to do."""

    row: int
    column: str
    message: str

    @property
    def words(self) -> str:
        """For reading: "row 5, column horizon: …"."""
        return f"row {self.row:,}{f', column {self.column}' if self.column else ''}: {self.message}"
