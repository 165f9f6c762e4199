"""The query of the address that is asked for: words, whole numbers, and the page of a list."""

from __future__ import annotations

from flask import request

from ledger.domain.errors import Missing
from ledger.web.converters import read_number

LONGEST_QUERY = 200  # letters of one value


def text_in(name: str) -> str:
    """A value as it was typed, bounded; NUL, which PostgreSQL refuses, becomes a space."""
    return request.args.get(name, "").replace("\x00", " ")[:LONGEST_QUERY]


def words_in(name: str, longest: int = LONGEST_QUERY) -> str:
    """Words to search for, with single spaces between them, bounded."""
    return " ".join(request.args.get(name, "").replace("\x00", " ").split())[:longest]


def number_in(name: str) -> int | None:
    """A whole number, or None. Raises Missing for anything else: such a page does not exist."""
    text = request.args.get(name, "")
    if not text:
        return None
    number = read_number(text)
    if number is None:
        raise Missing(f"{name}={text}")
    return number


def page_number() -> int:
    """Which page of a list is asked for, from 1 on. Raises Missing for what is no number."""
    return number_in("page") or 1
