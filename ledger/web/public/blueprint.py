"""The blueprint that public pages register on, and how they read an address's query."""

from __future__ import annotations

from flask import Blueprint, request

from ledger.domain.errors import Missing
from ledger.web.converters import read_number

public_pages = Blueprint("public", "ledger")
LONGEST_QUERY = 200


def words_in(name: str, longest: int = LONGEST_QUERY) -> str:
    """Words in the query to search for, tidied and bounded; NUL, which PostgreSQL refuses, counts as a space."""
    return " ".join(request.args.get(name, "").replace("\x00", " ").split())[:longest]


def number_in(name: str) -> int | None:
    """A whole number in the query, or None. Raises Missing for anything else: such a page does not exist."""
    text = request.args.get(name, "")
    if not text:
        return None
    number = read_number(text)
    if number is None:
        raise Missing(f"{name}={text}")
    return number
