"""Filters of lists of claims and of scorecards: their words, those in use, and each with the address without it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from flask import g, request

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import ClaimState
from ledger.domain.dates import PartialDate
from ledger.domain.outcomes import Outcome
from ledger.queries.calls import Stands
from ledger.queries.choices_and_quantities import Part
from ledger.queries.claim_list import Filters
from ledger.queries.filters import Selection

LABELS = {
    "q": "Words",
    "topic": "Topic",
    "outlet": "Outlet",
    "claimant": "Claimant",
    "document": "Document",
    "state": "State",
    "outcome": "Outcome",
    "modality": "Wording",
    "kind": "Kind",
    "basis": "Where the date comes from",
    "checkability": "Checkability",
    "made_from": "Said from",
    "made_to": "Said until",
    "as_of": "As of",
}
# What pages below a scorecard ask for besides: which of its forecasts are listed, and in what order.
LISTED = {
    "standing": "Status",
    "part": "Which",
    "reading": "Source of the probability",
    "p_from": "Given at least",
    "p_to": "Given at most",
    "order": "Order",
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
    "standing": {one.value: one.words.capitalize() for one in Stands},
    "part": {one.value: one.words.capitalize() for one in Part},
    "reading": {"speaker": "The speaker's own", "ours": "Our reading of the words"},
    "order": {"newest": "The newest claims first", "best": "The best first", "worst": "The worst first"},
}


@dataclass(frozen=True)
class Active:
    """A filter in use: its name in the address, its label and value in words, and the same list without it."""

    name: str
    label: str
    value: str
    without: str


def in_use(filters: Filters | Selection, names: Mapping[str, str], at: date | None = None) -> tuple[Active, ...]:
    """The filters that narrow something, in words; and the day as of which it is shown, if that is not today."""
    values = {item.name: getattr(filters, item.name) for item in fields(filters)} | {"as_of": at and PartialDate.of(at)}
    used = {name: values[name] for name in LABELS if values.get(name) not in ("", None)}
    return tuple(
        Active(name, LABELS[name], names.get(name) or _words(name, value), without(name))
        for name, value in used.items()
    )


def kept(names: Collection[str]) -> dict[str, str]:
    """The filters of these names as the address has them, but for what of them could not be read (see `asking`)."""
    unread: Collection[str] = g.get("unread", ())
    return {name: text for name, text in request.args.items() if name in names and text and name not in unread}


def without(name: str) -> str:
    """The query of this address without one filter, from the first page on."""
    return "?" + urlencode(kept({**LABELS, **LISTED}.keys() - {name}))


def query_of(args: Mapping[str, str]) -> str:
    """The query of a list's address: its filters only, none of them empty."""
    return "?" + urlencode({name: args[name] for name in LABELS if args.get(name)})


def _words(name: str, value: object) -> str:
    if isinstance(value, PartialDate):
        return value.words
    return CHOICES[name][value.value] if isinstance(value, StrEnum) else str(value)
