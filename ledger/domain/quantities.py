"""Quantities: measured numbers, read from text as people write them, and written as text."""

from __future__ import annotations

import re
from decimal import Decimal

from ledger.domain.claim_types import LARGEST_QUANTITY

MOST_DIGITS = 15  # as many as a float holds exactly
_SPACES = "[ \u00a0\u2009\u202f'’]"
_WHOLE_OR_POINT = re.compile(r"\d+(?:[.,]\d+)?|[.,]\d+", re.ASCII)
# Thousands in groups of three, with another mark for decimals: 5 000, 5,000.5, 5.000,5
_GROUPED = (
    (re.compile(rf"[1-9]\d{{0,2}}(?:{_SPACES}\d{{3}})+(?:[.,]\d+)?", re.ASCII), _SPACES),
    (re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", re.ASCII), ","),
    (re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|\.\d{3}(?=,))(?:,\d+)?", re.ASCII), r"\."),
)
_EITHER = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)


def parse_quantity(text: str) -> float:
    """Read a number as people write it: "5000", "5,000", "5 000", "-3.5", "3,5", "1,234.5".

    "5,000" is five thousand, as pages show it. "5.000" means five in one country and five thousand in another, so
    it is refused. Raises ValueError with a sentence for the person who typed it.
    """
    text = " ".join(text.split(" ")).replace("−", "-")
    if len(text) > 60:
        raise ValueError("This is too long for a number.")
    sign, digits = (-1, text[1:].strip()) if text.startswith("-") else (1, text)
    if _EITHER.fullmatch(digits):
        grouped = digits.replace(".", "")
        raise ValueError(f"This can be read in two ways: write {grouped} for the larger, {digits}0 for the smaller.")
    for pattern, mark in _GROUPED:
        if pattern.fullmatch(digits):
            digits = re.sub(mark, "", digits)
            break
    if not _WHOLE_OR_POINT.fullmatch(digits):
        raise ValueError("Write a number in digits, such as 5000, 5,000 or 3.5, without its unit.")
    number = sign * Decimal(digits.replace(",", "."))
    if abs(number) > Decimal(LARGEST_QUANTITY):
        raise ValueError("Write a number up to 1,000,000,000,000,000; use a larger unit for more.")
    if len(number.normalize().as_tuple().digits) > MOST_DIGITS and Decimal(repr(float(number))) != number:
        raise ValueError(f"At most {MOST_DIGITS} digits are kept: write the number shorter.")
    return float(number) + 0.0  # so that -0 is 0


def typed_quantity(value: float) -> str:
    """A quantity in digits, which `parse_quantity` reads as the same value."""
    digits = f"{Decimal(repr(value)).normalize():f}"
    return f"{digits}0" if _EITHER.fullmatch(digits.removeprefix("-")) else digits
