"""Text for charts: counts with a noun, percentages, and line breaks that fit a phone."""

from __future__ import annotations

from unicodedata import category, east_asian_width


def plain(text: str) -> str:
    """Text without the characters that XML forbids. One of them makes vl-convert end its process."""
    return "".join(" " if category(s) in ("Cc", "Cs") or s in "\ufffe\uffff" else s for s in text)


def counted(n: float, noun: str) -> str:
    """A count with its noun: "1 forecast", "1,200 forecasts"; for weights "2.5 forecasts"."""
    return f"{n:,.0f} {noun}{'' if n == 1 else 's'}" if n == int(n) else f"{n:,.1f} {noun}s"


def percent(share: float) -> str:
    """A share as a whole percentage: "7%". Only 0 is "0%" and only 1 is "100%"."""
    if 0 < share < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < share < 1 else f"{100 * share:.0f}%"


def span(low: float, high: float) -> str:
    """A probability or a range of probabilities: "70%", "62.5%", "20% to 30%"."""
    return _exact(low) if low == high else f"{_exact(low)} to {_exact(high)}"


def _exact(p: float) -> str:
    return f"{100 * p:.4g}%"


def lines(text: str, width: int, most: int = 3) -> list[str]:
    """Text in at most `most` lines of `width` characters (wide ones count twice), broken between words if possible."""
    found, room = [""], width
    for word in plain(text).split():
        if found[-1] and _width(word) + 1 > room and _width(word) <= width:
            found.append("")
            room = width
        for sign in " " * bool(found[-1]) + word:
            if _width(sign) > room:
                found.append("")
                room = width
            found[-1] += sign
            room -= _width(sign)
    if len(found) > most:
        found = [*found[: most - 1], found[most - 1][: width - 1].rstrip() + "…"]
    return [line.strip() for line in found]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in ("W", "F") else 1 for sign in text)
