"""Addresses of scorecards and of the pages and files below them, with the filters of the current page."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from flask import g, url_for

from ledger.domain.scoring.units import LEDGER
from ledger.queries.breakdown import By
from ledger.queries.filters import ScorecardFilters
from ledger.web.public.filters import scorecard_args

UNESCAPED = "!$'()*,/:;?@"  # characters that Werkzeug does not escape in a query string
RULES = {
    LEDGER: "/ledger",
    "claimant": "/claimants/<int:number>",
    "topic": "/topics/<key>",
    "outlet": "/outlets/<key>",
    "document": "/documents/<int:number>",
    "year": "/years/<int:number>",
}
# The endpoint of each kind's scorecard (""), and of each page and file below it. That of a page's JSON ends in "_json".
ENDPOINTS = {
    LEDGER: {
        "": "ledger",
        "calls": "ledger_calls",
        "answers": "ledger_answers",
        "repeats": "ledger_repeats",
        "calls_csv": "ledger_calls_csv",
        "bundle": "ledger_bundle",
    },
    "claimant": {
        "": "claimant",
        "calls": "claimant_calls",
        "answers": "claimant_answers",
        "repeats": "claimant_repeats",
        "peers": "claimant_peers",
        "calls_csv": "claimant_calls_csv",
        "bundle": "claimant_bundle",
    },
    "topic": {
        "": "topic",
        "calls": "topic_calls",
        "answers": "topic_answers",
        "repeats": "topic_repeats",
        "calls_csv": "topic_calls_csv",
        "bundle": "topic_bundle",
    },
    "outlet": {
        "": "outlet",
        "calls": "outlet_calls",
        "answers": "outlet_answers",
        "repeats": "outlet_repeats",
        "calls_csv": "outlet_calls_csv",
        "bundle": "outlet_bundle",
    },
    "document": {
        "": "document",
        "calls": "document_calls",
        "answers": "document_answers",
        "repeats": "document_repeats",
        "calls_csv": "document_calls_csv",
        "bundle": "document_bundle",
    },
    "year": {
        "": "year",
        "calls": "year_calls",
        "answers": "year_answers",
        "repeats": "year_repeats",
        "calls_csv": "year_calls_csv",
        "bundle": "year_bundle",
    },
}
# The endpoint of each kind's table of scorecards, which is also its path.
TABLES = {
    "claimant": "claimants",
    "topic": "topics",
    "outlet": "outlets",
    "document": "documents",
    "year": "years",
}


def address_of(kind: str, key: str | int, below: str = "", /, **query: object) -> str:
    """The address of a scorecard, or of a page `below` it ("calls"), with the filters of the current page.

    A value of None removes a filter. `_anchor` is a fragment, as for `url_for`.
    """
    anchor = query.pop("_anchor", "")
    args = [_written(name, str(value)) for name, value in {**scorecard_args(), **query}.items() if value is not None]
    path = _path(kind, key, below)
    address = f"{path}?{'&'.join(args)}" if args else path
    return f"{address}#{anchor}" if anchor else address


def address_of_slice(kind: str, key: str | int, by: By, value: str, below: str = "", /, **query: object) -> str:
    """The address of one year or topic of a scorecard, or of a page below it.

    A year or topic of the whole ledger has a scorecard of its own. On a page filtered by period, the address is for the
    part of the year within the period.
    """
    if by is By.TOPIC:
        return (
            address_of("topic", value, below, **query)
            if kind == LEDGER
            else address_of(kind, key, below, topic=value, **query)
        )
    filters: ScorecardFilters = g.scorecard_filters
    if kind == LEDGER and not (filters.made_from or filters.made_to):
        return address_of("year", value, below, **query)
    ends = (("made_from", filters.made_from), ("made_to", filters.made_to))
    period = {name: str(day) if day and day.year == int(value) else value for name, day in ends}
    return address_of(kind, key, below, **period, **query)


def address_of_pair(claimant: int | str, other: int | str, **query: object) -> str:
    """The address of the comparison of two claimants, with the filters of the current page."""
    args: dict[str, object] = {**scorecard_args(), **query}
    return url_for("public.claimant_beside", number=claimant, other=other, **args)  # type: ignore[arg-type] # words


@lru_cache(maxsize=1 << 12)
def _written(name: str, value: str) -> str:
    """One filter as part of an address. Cached: a page has hundreds of these, few of them different."""
    return urlencode({name: value}, safe=UNESCAPED)


def _path(kind: str, key: str | int, below: str) -> str:
    """The path of a scorecard's page. Cached per request: a page has a hundred such links, and `url_for` is slow."""
    paths: dict[tuple[str, str | int, str], str] = g.setdefault("paths", {})
    if (kind, key, below) not in paths:
        named = "number" if "<int:number>" in RULES[kind] else "key"
        address = {} if kind == LEDGER else {named: key}
        paths[kind, key, below] = url_for(f"public.{ENDPOINTS[kind][below]}", **address)  # type: ignore[arg-type] # words and numbers
    return paths[kind, key, below]
