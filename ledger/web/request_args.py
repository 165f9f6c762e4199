"""Reading the query string of a request: text, whole numbers, and the page of a list."""

from __future__ import annotations

from flask import request

from ledger.domain.errors import Missing
from ledger.web.record_numbers import read_number

LONGEST_QUERY = 200  # characters of one value


def text_in(name: str) -> str:
    """A value as typed, cut at LONGEST_QUERY. NUL, which PostgreSQL refuses, becomes a space."""
    return request.args.get(name, "").replace("\x00", " ")[:LONGEST_QUERY]


def words_in(name: str, longest: int = LONGEST_QUERY) -> str:
    """Words to search for, with single spaces between them, cut at `longest` characters."""
    return " ".join(request.args.get(name, "").replace("\x00", " ").split())[:longest]


def number_in(name: str) -> int | None:
    """A whole number, or None where it is not given. Raises Missing for anything else."""
    text = request.args.get(name, "")
    if not text:
        return None
    number = read_number(text)
    if number is None:
        raise Missing(f"{name}={text}")
    return number


def page_number() -> int:
    """The requested page of a list, counted from 1. Raises Missing for anything but a number."""
    return number_in("page") or 1
