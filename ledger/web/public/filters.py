"""Filters of the current page: parsed from its address, described in words, and written into the addresses of links.

ledger.queries.filters.FILTERS defines the filters and how each is parsed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import g, request

from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing, Problem, Refused
from ledger.domain.text import slug
from ledger.queries.claimant_lookup import find_claimants
from ledger.queries.filters import (
    FILTER,
    AnswerFilters,
    AppliesTo,
    CallFilters,
    ClaimFilters,
    Filter,
    ScorecardFilters,
    Widget,
    filters_on,
    in_use,
)
from ledger.queries.scopes import describe_scope, most_judged, unmerged_claimant
from ledger.web.context import session
from ledger.web.record_numbers import read_number
from ledger.web.request_args import text_in, words_in

SUGGESTED = 40
AS_OF = FILTER["as_of"]
ALL_KEYS = frozenset(FILTER)
CLAIM_KEYS = tuple(one.key for one in filters_on(AppliesTo.CLAIMS))
SCORECARD_KEYS = frozenset(one.key for one in filters_on(AppliesTo.SCORECARDS))


@dataclass(frozen=True)
class ActiveFilter:
    """A filter in use: its name in the address, its label, its value in words, and the query string without it."""

    name: str
    label: str
    value: str
    without: str


@dataclass(frozen=True)
class ParsedFilters:
    """The filters of an address, as values and in words.

    `problems`, `typed` and `names` are keyed by the filter's name: why a filter could not be read and is ignored, its
    text as typed, and the name of its topic, outlet, claimant or document.
    """

    values: ScorecardFilters
    active: tuple[ActiveFilter, ...]
    problems: dict[str, str]
    typed: dict[str, str]
    names: dict[str, str]

    def refuse_problems(self) -> None:
        """Raise Refused where a filter could not be read. For downloads, which have no form to show it."""
        if self.problems:
            raise Refused(*(Problem("", f"{FILTER[name].label}: {words}") for name, words in self.problems.items()))


class FilterReader:
    """Parses the filters in this request's address. One that cannot be read is ignored and reported in `problems`."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.typed: dict[str, str] = {}
        self._unread: set[str] = set()
        g.unread_filters = self._unread  # links of the page omit them too: see `args_in_use`

    def claims(self) -> ClaimFilters:
        """The filters of a list of claims."""
        return ClaimFilters(**self._read(AppliesTo.CLAIMS))

    def scorecard(self, as_of: date | None) -> ScorecardFilters:
        """The filters of a scorecard as it is today, or as of a past day (UTC)."""
        return ScorecardFilters(**self._read(AppliesTo.SCORECARDS, as_of))

    def calls(self) -> CallFilters:
        """The filters of a list of a scorecard's calls."""
        return CallFilters(**self._read(AppliesTo.CALLS))

    def answers(self) -> AnswerFilters:
        """The filters of a list of calls on choices and quantities."""
        return AnswerFilters(**self._read(AppliesTo.ANSWERS))

    def as_of(self, today: date) -> date | None:
        """The past day (UTC) of an as-of scorecard, the last of a month or a year. None for today."""
        requested: PartialDate | None = self._value(AS_OF)
        if requested is None or requested.last == today:
            return None
        if requested.last > today:
            self._refuse(AS_OF, "This day has not passed yet: the record is shown as it is now.")
            return None
        return requested.last

    def parsed(self, values: ScorecardFilters, as_of: date | None = None) -> ParsedFilters:
        """The filters read so far, with these values and this past day, if any."""
        return ParsedFilters(values, _active(values, self.names, as_of), self.problems, self.typed, self.names)

    def _read(self, pages: AppliesTo, as_of: date | None = None) -> dict[str, Any]:
        """The value of each filter of these pages that is set."""
        found: dict[str, Any] = {}
        for one in filters_on(pages):
            value = self._value(one, as_of) if one is not AS_OF else None
            if value is not None and one.lower in found and _is_below(value, found[one.lower]):
                self._refuse(one, one.below_lower)
            elif value is not None:
                found[one.key] = value
        return found

    def _value(self, one: Filter, as_of: date | None = None) -> Any:
        """The value of a filter; None where it is not set or cannot be read."""
        if len(set(request.args.getlist(one.key))) > 1:
            self.problems[one.key] = "Only one value is possible: the others are left out."
        match one.widget:
            case Widget.SEARCH:
                return words_in(one.key) or None
            case Widget.NAME | Widget.HIDDEN:
                self.typed[one.key] = text_in(one.key)
                return self._scope(one, words_in(one.key), as_of)
            case Widget.TEXT:
                self.typed[one.key] = text_in(one.key)
                text = self.typed[one.key].strip()
            case _:
                text = request.args.get(one.key, "")
        try:
            return one.parse(text) if text else None
        except ValueError as error:
            self._refuse(one, str(error))
            return None

    def _scope(self, one: Filter, text: str, as_of: date | None) -> Any:
        """The value for a topic, outlet, claimant or document, given by its key or its name.

        A claimant that had been merged into another by the as-of day is replaced by that one.
        """
        for key in _scope_keys(one.scope, text) if text else ():
            try:
                known = str(unmerged_claimant(session(), int(key), as_of)) if one.scope == "claimant" else key
                self.names[one.key], _ = describe_scope(session(), one.scope, known)
            except Missing:
                continue
            return one.parse(known)
        if text:
            self._refuse(one, f"Nothing on record is called “{text[:60]}”: choose another, or leave the filter empty.")
        return None

    def _refuse(self, one: Filter, words: str) -> None:
        self.problems[one.key] = words
        self._unread.add(one.key)


def parse_claim_filters() -> tuple[ClaimFilters, ParsedFilters]:
    """The filters of the list of claims in the address, as values and in words."""
    reader = FilterReader()
    filters = reader.claims()
    return filters, reader.parsed(filters)


def suggestions(kind: str) -> tuple[str, ...]:
    """Suggestions for a filter field: the topics, outlets or claimants with most claims judged."""
    return most_judged(session(), kind, SUGGESTED)


def args_in_use(names: Collection[str]) -> dict[str, str]:
    """The arguments of the address with these names, except those that are empty or could not be read."""
    unread: Collection[str] = g.get("unread_filters", ())
    return {name: text for name, text in request.args.items() if name in names and text and name not in unread}


def scorecard_args() -> dict[str, str]:
    """The filters of the current scorecard as arguments of an address."""
    return args_in_use(SCORECARD_KEYS) if request.args else {}


def this_search() -> str:
    """The query string of the current list of claims with its filters, on the first page."""
    return "?" + urlencode(args_in_use(CLAIM_KEYS))


def turned_to(**place: int) -> str:
    """The query string of another place in the current list: `before` a claim, or on a `page`."""
    return "?" + urlencode({**args_in_use(ALL_KEYS), **place})


def query_of(args: Mapping[str, str]) -> str:
    """The query string of a list of claims, from those of these arguments that are filters and not empty."""
    return "?" + urlencode({name: args[name] for name in CLAIM_KEYS if args.get(name)})


def _active(filters: ScorecardFilters, names: Mapping[str, str], as_of: date | None) -> tuple[ActiveFilter, ...]:
    """The filters in use, in words, and the past day, if there is one."""
    used = [(one, names.get(one.key) or _words(one, value)) for one, value in in_use(filters)]
    if as_of is not None:
        used.append((AS_OF, PartialDate.of(as_of).words))
    return tuple(
        ActiveFilter(one.key, one.label, words, "?" + urlencode(args_in_use(ALL_KEYS - {one.key})))
        for one, words in used
    )


def _words(one: Filter, value: Any) -> str:
    if one.choices:
        return one.choices[value]
    return value.words if isinstance(value, PartialDate) else str(value)


def _scope_keys(kind: str, text: str) -> list[str]:
    """The keys that a text may stand for: the text itself, or the keys of what has this name."""
    if kind in ("topic", "outlet"):
        return list(dict.fromkeys((text, slug(text))))
    number = read_number(text)
    found = [] if number is None else [number]
    return [str(one) for one in (found if kind == "document" else [*found, *find_claimants(session(), [text])[0]])]


def _is_below(end: Any, start: Any) -> bool:
    """Whether a range ends before it starts."""
    return bool(end.last < start.first if isinstance(end, PartialDate) else end < start)
