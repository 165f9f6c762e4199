"""Confidence: how sure a speaker was, given as a point, a range, a word under a yardstick, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.domain.yardsticks import YARDSTICKS

# Probabilities are stored to a millionth, so that sums over them can be whole numbers without rounding errors.
MILLION = 1_000_000
TOO_FINE = "At most six decimals are kept: write the probability shorter."
_WRITTEN = re.compile(r"(\d{1,3})?(?:[.,](\d{1,20}))?\s*(%?)", re.ASCII)


class ConfidenceKind(StrEnum):
    """Whether and how a speaker gave a probability."""

    NONE = "none"
    POINT = "point"
    RANGE = "range"
    VERBAL = "verbal"


class NumberSource(StrEnum):
    """Source of the probability: the speaker's own, or our reading of their words."""

    SPEAKER = "speaker"
    OURS = "ours"


@dataclass(frozen=True)
class Confidence:
    """How sure the speaker was. `low` and `high` are probabilities 0-1: equal for a point, None where none was given.

    Raises ValueError for a number outside 0-1, and where `low` is above `high`.
    """

    kind: ConfidenceKind
    low: float | None = None
    high: float | None = None
    yardstick: str | None = None
    yardstick_version: str | None = None
    term: str | None = None

    def __post_init__(self) -> None:
        if self.low is None or self.high is None:
            return
        if not (0 <= self.low <= 1 and 0 <= self.high <= 1):  # written so that nan is refused, too
            raise ValueError("A probability lies between 0 and 1.")
        if self.low > self.high:
            raise ValueError("The lower end must not be above the upper end.")

    @classmethod
    def none(cls) -> Confidence:
        return cls(ConfidenceKind.NONE)

    @classmethod
    def point(cls, probability: float) -> Confidence:
        return cls(ConfidenceKind.POINT, probability, probability)

    @classmethod
    def between(cls, low: float, high: float) -> Confidence:
        """A range. Raises ValueError where `low` is above `high`."""
        return cls(ConfidenceKind.RANGE, low, high)

    @classmethod
    def verbal(cls, yardstick: str, term: str) -> Confidence:
        """A term under a named yardstick. Raises ValueError when the yardstick has no such term."""
        table = YARDSTICKS.get(yardstick)
        if table is None:
            raise ValueError("Choose one of the listed probability scales.")
        try:
            low, high = table.range_of(term)
        except KeyError:
            raise ValueError(f"{table.name} has no term “{term}”; choose one of its own.") from None
        return cls(ConfidenceKind.VERBAL, low, high, yardstick, table.version, term)

    @property
    def mid(self) -> float | None:
        """The middle of the range, to a millionth: the probability that is scored."""
        if self.low is None or self.high is None:
            return None
        return round((self.low + self.high) / 2, 6)

    @property
    def words(self) -> str:
        """For reading: "60%", "55–80%", "“likely” (ICD 203 2015: 55–80%)", "no number given"."""
        if self.low is None or self.high is None:
            return "no number given"
        numbers = (
            percent(self.low)
            if self.low == self.high
            else f"{percent(self.low).removesuffix('%')}–{percent(self.high)}"
        )
        if self.kind is not ConfidenceKind.VERBAL or self.yardstick is None:
            return numbers
        return f"“{self.term}” ({YARDSTICKS[self.yardstick].name} {self.yardstick_version}: {numbers})"


def percent(probability: float) -> str:
    """A probability for reading, exact: 0.6 → "60%", 0.125 → "12.5%"."""
    number = (Decimal(repr(probability)) * 100).normalize()
    return f"{number:f}%"


def parse_probability(text: str) -> float:
    """Read a probability as people write it: "60%", "60 %", "0.6", "0,6", ".6", "0", "1".

    Returns 0-1, exact to a millionth. Raises ValueError with a sentence for the person who typed it; a sign,
    an exponent, "nan" and a bare "60" are refused rather than guessed at.
    """
    text = " ".join(text.split())
    written = _WRITTEN.fullmatch(text)
    if not written or not (written[1] or written[2]):
        raise ValueError("Write a probability such as 60% or 0.6.")
    number = Decimal(f"{written[1] or 0}.{written[2] or 0}")
    if written[3]:
        number /= 100
    elif number > 1:
        raise ValueError(
            f"A probability lies between 0 and 1. Did you mean {text}%?"
            if number <= 100 and number == int(number)
            else "A probability lies between 0 and 1, or between 0% and 100%."
        )
    if number > 1:
        raise ValueError("A probability cannot be above 100%.")
    if number != round(number, 6):
        raise ValueError(TOO_FINE)
    return float(number)


def typed_probability(probability: float) -> str:
    """A probability in digits, which `parse_probability` reads as the same probability."""
    return f"{Decimal(repr(probability)).normalize():f}"


def too_fine(probability: float | None) -> bool:
    """Whether it has more decimals than are stored."""
    return probability is not None and probability != round(probability, 6)
