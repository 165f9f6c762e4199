"""Numbers and names as charts write them: counts with their noun, percent, and text in lines that fit a phone."""

from __future__ import annotations

from unicodedata import category, east_asian_width


def plain(text: str) -> str:
    """Text without the characters that XML forbids, of which one is the end of the program that draws."""
    return "".join(" " if category(s) in ("Cc", "Cs") or s in "\ufffe\uffff" else s for s in text)


def counted(n: float, noun: str) -> str:
    """ "1 forecast", "1,200 forecasts", and weights as they are: "2.5 forecasts"."""
    return f"{n:,.0f} {noun}{'' if n == 1 else 's'}" if n == int(n) else f"{n:,.1f} {noun}s"


def percent(share: float) -> str:
    """ "7%"; what is neither 0 nor 1 is never rounded to them."""
    if 0 < share < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < share < 1 else f"{100 * share:.0f}%"


def span(low: float, high: float) -> str:
    """One forecast, or the ends of several: "70%", "62.5%", "20% to 30%"."""
    return _exact(low) if low == high else f"{_exact(low)} to {_exact(high)}"


def _exact(p: float) -> str:
    return f"{100 * p:.4g}%"


def lines(text: str, width: int, most: int = 3) -> list[str]:
    """Text in at most so many lines of so many signs (wide ones count twice), broken between words where it can be."""
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
