"""Option probabilities ("shares"): one for each option of a choice, read from text and written as text."""

from __future__ import annotations

import re
from decimal import Decimal

_PERCENT = re.compile(r"\s+%")
_NUMBER = re.compile(r"(\d{1,3})?(?:[.,](\d{1,20}))?(%?)", re.ASCII)
LONGEST = 1_000


def parse_shares(text: str) -> tuple[float, ...]:
    """Read "60, 30, 10", "60% 30% 10%", "0.6; 0.3; 0.1" or one a line: probabilities in the order of the options.

    Numbers without % are percentages if one of them is above 1. Their sum is not checked here. Raises ValueError with
    a sentence for the person who typed them.
    """
    if len(text) > LONGEST:
        raise ValueError("This is too long: give one probability for each option.")
    parts = _parts(_PERCENT.sub("%", text))
    found = [_NUMBER.fullmatch(part) for part in parts]
    numbers = [match for match in found if match and (match[1] or match[2])]
    if not numbers or len(numbers) < len(parts):
        raise ValueError("Write a probability for each option, one a line: 60%, 30%, 10%.")
    signed = {bool(match[3]) for match in numbers}
    if len(signed) > 1:
        raise ValueError("Write all of them with %, or none.")
    shares = [Decimal(f"{match[1] or 0}.{match[2] or 0}") for match in numbers]
    if signed == {True} or any(share > 1 for share in shares):
        shares = [share / 100 for share in shares]
    if any(share > 1 for share in shares):
        raise ValueError("A probability cannot be above 100%.")
    if any(share != round(share, 6) for share in shares):
        raise ValueError("At most six decimals are kept: write the probabilities shorter.")
    return tuple(float(share) for share in shares)


def _parts(text: str) -> list[str]:
    """The numbers as text. A comma may be a decimal comma, so it separates numbers only where nothing else does."""
    if "\n" in text or ";" in text:
        pieces = re.split(r"[\n;]", text)
        return [piece.strip().rstrip(",") for piece in pieces if piece.strip()]
    if len(text.split()) > 1:
        return [piece.rstrip(",/") for piece in text.split() if piece.strip(",/")]
    return [piece for piece in re.split(r"/" if "/" in text else ",", text) if piece]


def typed_shares(shares: tuple[float, ...]) -> str:
    """Shares as text, one a line, which `parse_shares` reads as the same shares."""
    return "\n".join(f"{(Decimal(repr(share)) * 100).normalize():f}%" for share in shares)
