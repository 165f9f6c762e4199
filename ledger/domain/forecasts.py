"""Forecasts: one claimant (or several together) making one claim on one date, with or without a probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.confidence import TOO_FINE, Confidence, ConfidenceKind, NumberSource, percent, too_fine
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Problem
from ledger.domain.passages import Passage, passage_problems
from ledger.domain.text import text_problem, tidy

LONGEST_HEDGE, LONGEST_LOCATOR, LONGEST_NOTE = 160, 200, 2_000


class Modality(StrEnum):
    """How a forecast is worded. `could` states a bare possibility: it is counted, and never taken for 50%."""

    WILL = "will"
    LIKELY = "likely"
    COULD = "could"
    NUMBER = "number"

    @property
    def words(self) -> str:
        return {
            "will": "will (said outright)",
            "likely": "likely or unlikely (a probability in words)",
            "could": "could (bare possibility)",
            "number": "a number",
        }[self.value]


class Attribution(StrEnum):
    """Whose claim it is. A reported claim belongs to its speaker, an endorsed one to the author as well."""

    OWN = "own"
    ENDORSED = "endorsed"
    REPORTED = "reported"


@dataclass(frozen=True)
class ForecastTerms:
    """When, where and with what confidence a claim was made. `claimants` are record numbers.

    A forecast on a choice either names one `option` (counted from 1), which the confidence is about, or has a
    probability for every option in `shares`.
    """

    claimants: tuple[int, ...]
    document: int
    made_on: PartialDate
    modality: Modality
    confidence: Confidence
    reading: NumberSource = NumberSource.OURS
    attribution: Attribution = Attribution.OWN
    hedge: str = ""
    locator: str = ""
    note: str = ""
    passage: Passage | None = None
    option: int | None = None
    shares: tuple[float, ...] = ()

    @property
    def normal(self) -> ForecastTerms:
        """The terms as they are stored and shown for editing."""
        return replace(
            self,
            claimants=tuple(sorted(set(self.claimants))),
            hedge=tidy(self.hedge),
            locator=tidy(self.locator),
            note=tidy(self.note),
        )


def forecast_problems(terms: ForecastTerms, *, shape: Shape, published_on: PartialDate, today: date) -> list[Problem]:
    """All problems of a forecast on a claim of this shape, each with its field."""
    problems: list[Problem] = [*_choice_problems(terms, shape), *passage_problems(terms.passage)]
    if not terms.claimants:
        problems.append(Problem("speaker", "Say who made the claim."))
    if terms.made_on.first > today:
        problems.append(Problem("made_on", "This day is in the future: nothing can have been said on it."))
    elif terms.made_on.first > published_on.last:
        problems.append(Problem("made_on", f"This is after the document was published ({published_on.words})."))
    if too_fine(terms.confidence.low) or too_fine(terms.confidence.high):
        problems.append(Problem("confidence", TOO_FINE))
    has_number = terms.confidence.kind is not ConfidenceKind.NONE
    if terms.modality is Modality.COULD and has_number and terms.reading is NumberSource.SPEAKER:
        problems.append(
            Problem(
                "reading",
                "“Could” gives no number of the speaker's own. Say that the number is our reading, or leave it out.",
            )
        )
    if terms.modality is Modality.COULD and has_number and not terms.note:
        problems.append(Problem("note", "Say why these words are read as a number: “could” alone has none."))
    if (
        terms.modality is Modality.NUMBER
        and terms.confidence.kind
        not in (
            ConfidenceKind.POINT,
            ConfidenceKind.RANGE,
        )
        and not terms.shares
    ):
        problems.append(Problem("confidence", "Give the number (a point or a range), or choose another wording."))
    for field, text, longest, lines in (
        ("hedge", terms.hedge, LONGEST_HEDGE, False),
        ("locator", terms.locator, LONGEST_LOCATOR, False),
        ("note", terms.note, LONGEST_NOTE, True),
    ):
        if error := text_problem(text, longest, lines=lines):
            problems.append(Problem(field, error))
    return problems


def _choice_problems(terms: ForecastTerms, shape: Shape) -> list[Problem]:
    """Problems of `option` and `shares`: a forecast on a choice has exactly one of them, any other forecast none."""
    if shape.kind is not ClaimKind.CHOICE:
        given = [("option", terms.option is not None), ("shares", bool(terms.shares))]
        return [Problem(field, "This claim has no options to choose among.") for field, there in given if there]
    if terms.shares:
        if terms.option is not None:
            return [Problem("shares", "Name one option, or give every option a probability, but not both.")]
        if terms.confidence.kind is not ConfidenceKind.NONE:
            return [Problem("confidence", "Every option has a probability already: give no other number.")]
        if len(terms.shares) != len(shape.options):
            return [Problem("shares", f"Give each of the {len(shape.options)} options its probability.")]
        if any(not 0 <= share <= 1 for share in terms.shares):
            return [Problem("shares", "Each probability lies between 0 and 1, or between 0% and 100%.")]
        if any(map(too_fine, terms.shares)):
            return [Problem("shares", TOO_FINE)]
        total = round(sum(terms.shares), 6)
        if total != 1:
            return [Problem("shares", f"The probabilities add up to {percent(total)}, not 100%.")]
        return []
    if terms.option is None:
        return [Problem("option", "Say which option was named, or give every option a probability.")]
    if not 1 <= terms.option <= len(shape.options):
        return [Problem("option", "Choose one of the claim's options.")]
    return []


@dataclass(frozen=True)
class CountedForecast:
    """The part of a forecast that scoring needs. `number`, its record number, orders forecasts of one day."""

    number: int
    made_on: PartialDate
    claimants: tuple[int, ...]
    outlet: str
    document: int
    confidence: Confidence
    modality: Modality
    reading: NumberSource


def in_order_made(forecasts: Iterable[CountedForecast]) -> list[CountedForecast]:
    """Forecasts in the order in which they were made.

    A date known to the month or the year counts as its last day: "October" does not come before 17 October.
    """
    return sorted(forecasts, key=lambda forecast: (forecast.made_on.last, forecast.number))


def scored_forecasts(forecasts: Iterable[CountedForecast]) -> list[tuple[CountedForecast, tuple[int, ...]]]:
    """The forecasts on a claim that are scored, each with the claimants whose first on the claim it is.

    A claimant is scored by their first forecast on a claim; later ones are restatements. A forecast by several
    claimants counts once for the ledger, and on the scorecard of each claimant whose first it is.
    """
    seen: set[int] = set()
    units = []
    for forecast in in_order_made(forecasts):
        firsts = tuple(claimant for claimant in forecast.claimants if claimant not in seen)
        if firsts:
            seen.update(firsts)
            units.append((forecast, firsts))
    return units
