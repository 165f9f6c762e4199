"""Reading a row of a table as a claim and a forecast, with all errors of the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import ClaimTerms, HorizonBasis, claim_problems, horizon_problems
from ledger.domain.confidence import Confidence, NumberSource, parse_probability
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Refused
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality, forecast_problems
from ledger.domain.passages import Passage
from ledger.domain.text import fingerprint, text_problem, tidy
from ledger.formats.cells import RowReader, a_number, a_whole_number, yes_or_no
from ledger.formats.csv_reader import unguard

LONGEST_KEY = 200
SPEAKER_KINDS = ("person", "organisation")


@dataclass(frozen=True)
class RowError:
    """An error in a row: the row's number as in a spreadsheet, the column, and a sentence on what to do."""

    row: int
    column: str
    message: str

    @property
    def words(self) -> str:
        """For reading: "row 5, column horizon: …"."""
        return f"row {self.row:,}{f', column {self.column}' if self.column else ''}: {self.message}"


@dataclass(frozen=True)
class Row:
    """A row as terms of the domain. Speakers and the document are given by name, without record numbers."""

    number: int
    key: str  # as given, or a fingerprint of the row
    keyed: bool  # whether the key was given
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


def read_row(number: int, cells: Mapping[str, str], today: date) -> Row:
    """Read a row. Raises Refused with all problems, each with its column."""
    reader = _ClaimRowReader({name: tidy(unguard(cell)) for name, cell in cells.items() if cell})
    row = reader.row(number, today)
    if reader.problems or row is None:
        raise Refused(*reader.problems)
    return row


class _ClaimRowReader(RowReader):
    """Reads all cells of one row and collects their problems."""

    def row(self, number: int, today: date) -> Row | None:
        text, given = self.text, self.cells
        published_on = self.parsed("published_on", PartialDate.parse, None)
        made_on = self.parsed("made_on", PartialDate.parse, None) if "made_on" in given else published_on
        if "published_on" not in given:
            self.problem("published_on", "Give the day, the month or the year it was published.")
        for name in ("document", "outlet"):
            if name not in given:
                self.problem(name, "Say where it was said: the document's title, and where it was published.")
        if self.text("speaker_kind") not in ("", *SPEAKER_KINDS):
            self.problem("speaker_kind", f"Write one of: {', '.join(SPEAKER_KINDS)}.")
        claim, speakers = self.claim().normal, self.items("speaker")
        forecast = self.forecast(claim.shape, made_on or PartialDate(today.year), len(speakers)).normal
        if self.problems or published_on is None:
            return None  # rules applied to unreadable cells would give misleading problems
        self.problems += claim_problems(claim) + horizon_problems(claim, forecast.made_on)
        self.problems += forecast_problems(forecast, shape=claim.shape, published_on=published_on, today=today)
        if error := text_problem(text("key"), LONGEST_KEY):
            self.problem("key", error)
        key = text("key") or fingerprint(
            *(claim.fingerprint, text("document"), text("outlet"), str(published_on), str(forecast.made_on)),
            *sorted({fingerprint(name) for name in speakers}),
        )
        return Row(
            number=number,
            key=key,
            keyed="key" in given,
            claim=claim,
            forecast=forecast,
            speakers=speakers,
            speaker_kind=text("speaker_kind"),
            title=text("document"),
            outlet=text("outlet"),
            published_on=published_on,
            published_basis=text("published_basis"),
            authors=self.items("authors"),
            url=text("url"),
        )

    def claim(self) -> ClaimTerms:
        text = self.text
        bounds = Bounds(
            self.parsed("low_bound", a_number, None),
            self.parsed("high_bound", a_number, None),
            self.parsed("low_strict", yes_or_no, False),
            self.parsed("high_strict", yes_or_no, False),
        )
        return ClaimTerms(
            statement=text("statement"),
            criteria=text("criteria"),
            topics=self.items("topics"),
            horizon=self.parsed("horizon", PartialDate.parse, None),
            horizon_basis=self.enum_value("horizon_basis", HorizonBasis, HorizonBasis.DEFAULT),
            horizon_note=text("horizon_note"),
            condition=text("condition"),
            shape=Shape(
                kind=self.enum_value("kind", ClaimKind, ClaimKind.EVENT),
                baseline=text("baseline"),
                metric=text("metric"),
                bounds=bounds,
                unit=text("unit"),
                options=self.items("options"),
                ordered=self.parsed("ordered", yes_or_no, False),
            ),
            checkability=self.enum_value("checkability", Checkability, Checkability.CHECKABLE),
            checkability_reason=text("checkability_reason"),
            base_rate=BaseRate(self.parsed("base_rate", parse_probability, None), text("base_rate_note")),
        )

    def forecast(self, shape: Shape, made_on: PartialDate, speakers: int) -> ForecastTerms:
        if "modality" not in self.cells:
            self.problem("modality", f"Write one of: {', '.join(Modality)}.")
        modality = self.enum_value("modality", Modality, Modality.LIKELY)
        own = NumberSource.SPEAKER if modality is Modality.NUMBER else NumberSource.OURS
        return ForecastTerms(
            claimants=tuple(range(speakers)),  # placeholders: the rules need only how many there are
            document=0,
            made_on=made_on,
            modality=modality,
            confidence=self.confidence(),
            reading=self.enum_value("reading", NumberSource, own),
            attribution=self.enum_value("attribution", Attribution, Attribution.OWN),
            hedge=self.text("hedge"),
            locator=self.text("locator"),
            note=self.text("note"),
            passage=self.passage(),
            option=self.option(shape),
            shares=tuple(self.parsed_items("shares", parse_probability)),
        )

    def confidence(self) -> Confidence:
        point = self.parsed("probability", parse_probability, None)
        low, high = (self.parsed(name, parse_probability, None) for name in ("low", "high"))
        column = "term" if self.text("term") else "probability" if point is not None else "low"
        if (low is None) != (high is None):
            self.problem("high" if high is None else "low", "Give both ends of the range, or neither.")
            return Confidence.none()
        if self.text("yardstick") and not self.text("term"):
            self.problem("term", "Give the term of this probability scale that was used.")
        try:
            if column == "term":
                given = Confidence.verbal(self.text("yardstick"), self.text("term"))
            elif point is not None:
                given = Confidence.point(point)
            elif low is not None and high is not None:
                given = Confidence.between(low, high)
            else:
                given = Confidence.none()
        except ValueError as error:
            self.problem(column, str(error))
            return Confidence.none()
        if (low is not None and (low, high) != (given.low, given.high)) or (point is not None and column == "term"):
            self.problem(column, "Give a probability, a range or a term: two of them disagree here.")
        return given

    def passage(self) -> Passage | None:
        names = ("paragraph", "first_sentence", "last_sentence")
        if not any(name in self.cells for name in (*names, "words_sha256")):
            return None
        paragraph, first, last = (self.parsed(name, a_whole_number, 0) for name in names)
        return Passage(paragraph, first, last, self.text("words_sha256"))

    def option(self, shape: Shape) -> int | None:
        """The number of an option, counted from 1, given by its words or by that number."""
        name = self.text("option")
        if not name:
            return None
        same = [n for n, option in enumerate(shape.options, 1) if fingerprint(option) == fingerprint(name)]
        return same[0] if same else self.parsed("option", a_whole_number, None)
