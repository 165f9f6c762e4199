"""Addresses of scorecards and of what is below them, narrowed as the page being shown is."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from flask import g, request, url_for

from ledger.domain.scoring.units import LEDGER
from ledger.queries.breakdown import By
from ledger.queries.filters import Selection
from ledger.web.public.filter_chips import LABELS, kept

UNESCAPED = "!$'()*,/:;?@"  # what Werkzeug leaves as it is in a query
RULES = {
    LEDGER: "/ledger",
    "claimant": "/claimants/<int:number>",
    "topic": "/topics/<key>",
    "outlet": "/outlets/<key>",
    "document": "/documents/<int:number>",
    "year": "/years/<int:number>",
}


def address_of(kind: str, key: str | int, below: str = "", /, **query: object) -> str:
    """The address of a scorecard, or of what is `below` it ("calls"), narrowed as the page being shown is.

    A value of None takes a filter away. `_anchor` names a place on the page, as it does for `url_for`.
    """
    place = query.pop("_anchor", "")
    asked = [_written(name, str(value)) for name, value in {**kept_query(), **query}.items() if value is not None]
    path = _path(kind, key, below)
    address = f"{path}?{'&'.join(asked)}" if asked else path
    return f"{address}#{place}" if place else address


def address_of_part(kind: str, key: str | int, by: By, part: str, below: str = "", /, **query: object) -> str:
    """The address of a year or a topic of a scorecard, or of what is below it.

    Those of the ledger have scorecards of their own. Where the page is narrowed to a period, the year is what both have
    in common.
    """
    if by is By.TOPIC:
        return (
            address_of("topic", part, below, **query)
            if kind == LEDGER
            else address_of(kind, key, below, topic=part, **query)
        )
    narrowed: Selection = g.narrowed
    if kind == LEDGER and not (narrowed.made_from or narrowed.made_to):
        return address_of("year", part, below, **query)
    ends = (("made_from", narrowed.made_from), ("made_to", narrowed.made_to))
    within = {name: str(day) if day and day.year == int(part) else part for name, day in ends}
    return address_of(kind, key, below, **within, **query)


def kept_query() -> dict[str, str]:
    """The filters of the page being shown, as its address has them, but for those that could not be read."""
    return kept(LABELS) if request.args else {}


def address_of_pair(claimant: int | str, other: int | str, **query: object) -> str:
    """The address of a claimant beside another, narrowed as the page being shown is."""
    asked: dict[str, object] = {**kept_query(), **query}
    return url_for("public.claimant_beside", number=claimant, other=other, **asked)  # type: ignore[arg-type] # words


@lru_cache(maxsize=1 << 12)
def _written(name: str, value: str) -> str:
    """One filter as it stands in an address: a page has hundreds of them, and few that differ."""
    return urlencode({name: value}, safe=UNESCAPED)


def _path(kind: str, key: str | int, below: str) -> str:
    """Built once for a page: a scorecard has a hundred addresses below its own, and each takes Werkzeug a while."""
    known: dict[tuple[str, str | int, str], str] = g.setdefault("paths", {})
    if (kind, key, below) not in known:
        named = "number" if "<int:number>" in RULES[kind] else "key"
        address = {} if kind == LEDGER else {named: key}
        endpoint = f"public.{kind}_{below}" if below else f"public.{kind}"
        known[kind, key, below] = url_for(endpoint, **address)  # type: ignore[arg-type] # words and numbers
    return known[kind, key, below]
