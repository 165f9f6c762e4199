"""Quick entry: a claim typed as one text, parsed into statement, topics, horizon and probability.

In "The group regroups by end of 2027 #ISIS 60%" the topic and the probability are taken out of the text. The date
becomes the horizon and also stays in the statement, because the sentence needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import parse_probability
from ledger.domain.dates import PartialDate, add_months
from ledger.domain.text import tidy

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 1)}
_MONTH = "[A-Za-z]{3,9}"  # reading the date refuses other words
_YEAR = r"(?:1[89]|2[01])\d\d"
# Phones write curly quotation marks where straight ones are typed.
_TOPIC = re.compile(r'(?<!\S)#(?:["“„]([^"“”]{1,60})["“”]|([^\s#,.;:!?"“”„]{1,60}))')
_PERCENT = re.compile(r"(?<![\w.,%])\d{1,3}(?:[.,]\d{1,4})?\s?%(?![\w%])")
_COUNT = rf"(\d{{1,3}}|an?|{'|'.join(_NUMBERS)})"
_LEAD = r"\b(?:by|before|until|till|through|in|during|within|over|for)\b"


@dataclass(frozen=True)
class QuickEntry:
    """What was parsed. `horizon_words` are the words that gave the horizon, to be shown before the claim is saved.

    `counted` says that the horizon was counted from the day of the forecast ("next year"). `left` are the words that
    look like a date or a probability and were not used as one.
    """

    statement: str
    topics: tuple[str, ...] = ()
    horizon: PartialDate | None = None
    horizon_words: str = ""
    probability: float | None = None
    counted: bool = False
    left: tuple[str, ...] = ()

    @property
    def horizon_basis(self) -> HorizonBasis:
        """A named date was stated; a date that had to be counted is implied by the words."""
        if self.horizon is None:
            return HorizonBasis.DEFAULT
        return HorizonBasis.IMPLIED if self.counted else HorizonBasis.STATED


def read_quick_entry(text: str, *, said_on: date) -> QuickEntry:
    """Parse a text. It accepts every text. Words such as "next year" count from `said_on`.

    Two probabilities stay in the statement unused, because either could be meant. Of several dates, the latest is
    the horizon.
    """
    text = tidy(text)
    topics = tuple(dict.fromkeys((quoted or plain).replace("_", " ") for quoted, plain in _TOPIC.findall(text)))
    text = _TOPIC.sub(" ", text)
    probability = None
    written = _PERCENT.findall(text)
    if len(written) == 1:
        try:
            probability = parse_probability(written[0])
        except ValueError:
            probability = None  # such as 160%: it stays in the statement
    if probability is not None:
        text = _PERCENT.sub(" ", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    statement = re.sub(r"[,;:]+(?=[.!?])", "", text).strip(" ,;:")  # punctuation around the words that were taken out
    dates, left = _dates(statement, said_on)
    if probability is None:
        left += _PERCENT.findall(statement)
    if not dates:
        return QuickEntry(statement, topics, probability=probability, left=tuple(dict.fromkeys(left)))
    horizon, words, counted = max(dates, key=lambda found: found[0].last)
    left += [other for when, other, _ in dates if when != horizon]
    return QuickEntry(statement, topics, horizon, words, probability, counted, tuple(dict.fromkeys(left)))


DateReader = Callable[[re.Match[str], date], PartialDate]


def _dates(text: str, said_on: date) -> tuple[list[tuple[PartialDate, str, bool]], list[str]]:
    """The dates in a text, each with its words and whether it was counted; then words that look like a date only."""
    longest: dict[int, tuple[re.Match[str], DateReader]] = {}
    for pattern, read in _DATES:
        for match in re.finditer(rf"{_LEAD}\s+(?:the\s+)?({pattern})(?!\w)", text, re.IGNORECASE):
            before = longest.get(match.start())
            if before is None or before[0].end() < match.end():  # "by 2027 Q1" also matches "by 2027"
                longest[match.start()] = match, read
    found, left = [], []
    for match, read in longest.values():
        try:
            found.append((read(match, said_on), match[0], read in (_this_or_next, _ahead)))
        except ValueError:
            left.append(match[0])  # such as 31 February: it is shown to the person
    return found, left


def _before(match: re.Match[str], when: PartialDate) -> PartialDate:
    """ "Before 2028" ends the day before it begins."""
    if not match[0].lower().startswith("before") or "end of" in match[0].lower():
        return when
    day = when.first - timedelta(days=1)
    if when.day is not None:
        return PartialDate.of(day)
    return PartialDate(day.year, day.month if when.month is not None else None)


def _named_day(match: re.Match[str], _: date) -> PartialDate:
    return _before(match, PartialDate.parse(match[1]))


def _named_month(match: re.Match[str], _: date) -> PartialDate:
    return _before(match, PartialDate.parse(re.sub(r"^end of\s+", "", match[1], flags=re.IGNORECASE)))


def _quarter(match: re.Match[str], _: date) -> PartialDate:
    [quarter], [year] = re.findall(r"[Qq]([1-4])", match[1]), re.findall(r"\d{4}", match[1])
    return _before(match, PartialDate(int(year), 3 * int(quarter)))


def _year(match: re.Match[str], _: date) -> PartialDate:
    return _before(match, PartialDate(int(match[1][-4:])))


def _this_or_next(match: re.Match[str], said_on: date) -> PartialDate:
    ahead = "next" in match[1].lower()
    if match[1].lower().endswith("year"):
        return PartialDate(said_on.year + ahead)
    month = add_months(said_on.replace(day=1), int(ahead))
    return PartialDate(month.year, month.month)


def _ahead(match: re.Match[str], said_on: date) -> PartialDate:
    counted = re.search(rf"{_COUNT}?\s*(day|week|month|year)s?$", match[1], re.IGNORECASE)
    if counted is None:
        raise ValueError("no unit of time")
    number = (counted[1] or "1").lower()
    n = int(number) if number.isdigit() else _NUMBERS.get(number, 1)
    unit = counted[2].lower()
    if unit in ("month", "year"):
        return PartialDate.of(add_months(said_on, n * (12 if unit == "year" else 1)))
    return PartialDate.of(said_on + timedelta(days=n * (7 if unit == "week" else 1)))


_DATES: tuple[tuple[str, DateReader], ...] = (
    (rf"\d{{1,2}}\s+(?:{_MONTH})\.?\s+{_YEAR}|{_YEAR}-\d{{1,2}}-\d{{1,2}}", _named_day),
    (rf"(?:end of\s+)?(?:(?:{_MONTH})\.?\s+{_YEAR}|{_YEAR}-\d{{1,2}}(?![\d-]))", _named_month),
    (rf"(?:end of\s+)?(?:Q[1-4]\s*,?\s*{_YEAR}|{_YEAR}\s*Q[1-4])", _quarter),
    (rf"(?:end of\s+)?{_YEAR}(?![\d-])", _year),
    (r"(?:end of\s+)?(?:this|next)\s+(?:month|year)", _this_or_next),
    (rf"(?:(?:next|coming)\s+)?{_COUNT}\s*(?:days?|weeks?|months?|years?)", _ahead),
    (r"coming\s+(?:day|week|month|year)", _ahead),
)
