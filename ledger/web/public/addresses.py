"""Addresses of scorecards and of what is below them, narrowed as the page being shown is."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import g, request, url_for

from ledger.domain.scoring.units import LEDGER
from ledger.web.public.filtering import LABELS

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

    A value of None takes a filter away.
    """
    kept = {name: value for name, value in request.args.items() if name in LABELS and value}
    asked = {name: value for name, value in {**kept, **query}.items() if value is not None}
    path = _path(kind, key, below)
    return f"{path}?{urlencode(asked, safe=UNESCAPED)}" if asked else path


def _path(kind: str, key: str | int, below: str) -> str:
    """Built once for a page: a scorecard has a hundred addresses below its own, and each takes Werkzeug a while."""
    known: dict[tuple[str, str | int, str], str] = g.setdefault("paths", {})
    if (kind, key, below) not in known:
        named = "number" if "<int:number>" in RULES[kind] else "key"
        address = {} if kind == LEDGER else {named: key}
        endpoint = f"public.{kind}_{below}" if below else f"public.{kind}"
        known[kind, key, below] = url_for(endpoint, **address)  # type: ignore[arg-type] # words and numbers
    return known[kind, key, below]
