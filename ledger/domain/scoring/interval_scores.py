"""Scores of intervals: the range in which a quantity is forecast to lie, and a probability given as a range.

All functions raise ValueError where a low end is above its high end.
"""

from __future__ import annotations

from collections.abc import Iterable


def interval_score(low: float, high: float, level: float, value: float) -> float:
    """Interval (Winkler) score of a central interval: (u - l) + 2/α (l - x)⁺ + 2/α (x - u)⁺, α = 1 - level.

    In the quantity's units, 0 or more, lower is better: narrow intervals score better, and a miss costs more the higher
    the level. `level` is the stated probability that the interval contains the value, above 0 and below 1. Source:
    Winkler 1972, JASA 67; Gneiting and Raftery 2007, JASA 102, section 6.2.
    """
    _check(low, high)
    if not 0 < level < 1:
        raise ValueError(f"an interval's level lies between 0 and 1: {level}")
    return (high - low) + 2 / (1 - level) * (max(low - value, 0) + max(value - high, 0))


def coverage(spans: Iterable[tuple[float, float, float]]) -> float | None:
    """The share of (low, high, value) whose value is in the interval, ends included: 0-1; None without any."""
    held = []
    for low, high, value in spans:
        _check(low, high)
        held.append(low <= value <= high)
    return sum(held) / len(held) if held else None


def range_score(low: float, high: float, event: int) -> float:
    """Mean Brier score over all probabilities in a range [a, b]: (m - y)² + (b - a)²/12, where m is the middle.

    0-1, lower is better. As a mean over the range, it gives a wide range no advantage by its better end.
    """
    _check(low, high)
    if not (low >= 0 and high <= 1 and event in (0, 1)):
        raise ValueError(f"not a range of probability and an event: {low}-{high}, {event}")
    return ((low + high) / 2 - event) ** 2 + (high - low) ** 2 / 12


def _check(low: float, high: float) -> None:
    if not low <= high:
        raise ValueError(f"a span's low end is above its high end: {low}, {high}")
