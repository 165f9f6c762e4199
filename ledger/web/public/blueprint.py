"""The blueprint that public pages register on, and how they read an address's query."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, request

from ledger.domain.confidence import parse_probability
from ledger.domain.problems import Missing
from ledger.web.numbers import read_number

public_pages = Blueprint("public", "ledger")
Word = TypeVar("Word", bound=StrEnum)
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


def probability_in(name: str) -> float | None:
    """A probability in the query, 0-1 or in per cent, or None. Raises Missing for anything else."""
    text = request.args.get(name, "")
    try:
        return parse_probability(text) if text else None
    except ValueError:
        raise Missing(f"{name}={text}") from None


def word_in(name: str, words: type[Word]) -> Word | None:
    """One of an enum's values in the query, or None. Raises Missing for a word it does not have."""
    text = request.args.get(name, "")
    if not text:
        return None
    if text not in list(words):
        raise Missing(f"{name}={text}")
    return words(text)
