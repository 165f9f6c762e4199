"""Addresses of scorecards and of what is below them, narrowed as the page being shown is."""

from __future__ import annotations

from flask import request, url_for

from ledger.domain.scoring.units import LEDGER
from ledger.web.public.filtering import LABELS

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
    named = "number" if "<int:number>" in RULES[kind] else "key"
    address = {} if kind == LEDGER else {named: key}
    kept = {name: value for name, value in request.args.to_dict().items() if name in LABELS and value}
    asked = {name: value for name, value in {**kept, **query}.items() if value is not None}
    return url_for(f"public.{kind}_{below}" if below else f"public.{kind}", **{**asked, **address})  # type: ignore[arg-type] # words and numbers
