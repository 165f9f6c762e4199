"""What a list of claims is narrowed to: read from an address, told in words, and each with the address without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from flask import request

from ledger.domain.checkability import Checkability
from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.kinds import ClaimKind
from ledger.domain.outcomes import Outcome
from ledger.services.reading.claims import Filters
from ledger.services.reading.scorecards import name_of
from ledger.services.reading.selecting import Selection
from ledger.web.context import session
from ledger.web.public.blueprint import LONGEST_QUERY, number_in, word_in, words_in

SCOPES = ("topic", "outlet", "claimant", "document")  # these have pages, and so names, of their own
LABELS = {
    "q": "Words",
    "topic": "Topic",
    "outlet": "Outlet",
    "claimant": "Claimant",
    "document": "Document",
    "state": "State",
    "outcome": "Outcome",
    "modality": "How it was worded",
    "kind": "Kind",
    "basis": "Where the date comes from",
    "checkability": "Checkability",
    "made_from": "Said from",
    "made_to": "Said until",
    "as_of": "As of",
}
# What people choose among, with its words; in the order of the form.
CHOICES: dict[str, dict[str, str]] = {
    "state": {state.value: state.words.capitalize() for state in ClaimState},
    "outcome": {outcome.value: outcome.value.replace("_", " ").capitalize() for outcome in Outcome},
    "modality": {
        "will": "Certainty (will)",
        "likely": "Likelihood (likely, unlikely)",
        "could": "Possibility (could)",
        "number": "A number",
    },
    "kind": {kind.value: kind.words.partition(":")[0].capitalize() for kind in ClaimKind},
    "basis": {
        "stated": "Stated by the claimant",
        "implied": "Implied by the words",
        "assigned": "Assigned by us",
        "default": "None given: our usual term",
    },
    "checkability": {one.value: one.words.capitalize() for one in Checkability},
}


@dataclass(frozen=True)
class Active:
    """A filter in use: its name in the address, its label and value in words, and the same list without it."""

    name: str
    label: str
    value: str
    without: str


def read_filters(problems: dict[str, str]) -> Filters:
    """What the address asks for. A date that cannot be read is told in `problems` and narrows nothing."""
    made_from, made_to = _date("made_from", problems), _date("made_to", problems)
    if made_from and made_to and made_to.last < made_from.first:
        problems["made_to"] = "This is before the period begins."
        made_to = None
    return Filters(
        q=words_in("q"),
        topic=request.args.get("topic", "")[:LONGEST_QUERY],
        outlet=request.args.get("outlet", "")[:LONGEST_QUERY],
        claimant=number_in("claimant"),
        document=number_in("document"),
        state=word_in("state", ClaimState),
        outcome=word_in("outcome", Outcome),
        modality=word_in("modality", Modality),
        kind=word_in("kind", ClaimKind),
        basis=word_in("basis", HorizonBasis),
        checkability=word_in("checkability", Checkability),
        made_from=made_from,
        made_to=made_to,
    )


def read_selection(problems: dict[str, str]) -> Selection:
    """What the address narrows a scorecard to; `problems` as above."""
    asked = read_filters(problems)
    return Selection(**{item.name: getattr(asked, item.name) for item in fields(Selection)})


def read_as_of(problems: dict[str, str], today: date) -> date | None:
    """The day (UTC) that a scorecard is asked for as of: the last one of a month or a year. None for as it stands."""
    asked = _date("as_of", problems)
    return None if asked is None or asked.last >= today else asked.last


def scope_names(filters: Filters | Selection) -> dict[str, str]:
    """The names of the scopes that a list is narrowed to. Raises Missing for one that is not on record."""
    keys = {kind: getattr(filters, kind) for kind in SCOPES}
    return {kind: name_of(session(), kind, str(key)) for kind, key in keys.items() if key}


def in_use(filters: Filters | Selection, names: Mapping[str, str], at: date | None = None) -> tuple[Active, ...]:
    """The filters that narrow something, in words; and the day as of which it is shown, if that is not today."""
    values = {item.name: getattr(filters, item.name) for item in fields(filters)} | {"as_of": at and PartialDate.of(at)}
    used = {name: values[name] for name in LABELS if values.get(name) not in ("", None)}
    return tuple(
        Active(name, LABELS[name], names.get(name) or _words(name, value), without(name))
        for name, value in used.items()
    )


def without(name: str) -> str:
    """The query of this address without one filter, from the first page on."""
    return query_of(request.args.to_dict(), leave_out=name)


def query_of(args: Mapping[str, str], leave_out: str = "") -> str:
    """The query of a list's address: its filters only, none of them empty."""
    kept = {name: args[name] for name in LABELS if args.get(name) and name != leave_out}
    return "?" + urlencode(kept)


def _words(name: str, value: object) -> str:
    if isinstance(value, PartialDate):
        return value.words
    return CHOICES[name][value.value] if isinstance(value, StrEnum) else str(value)


def _date(name: str, problems: dict[str, str]) -> PartialDate | None:
    text = request.args.get(name, "").replace("\x00", " ").strip()
    if not text:
        return None
    try:
        return PartialDate.parse(text[:LONGEST_QUERY])
    except ValueError as fault:
        problems[name] = str(fault)
        return None
