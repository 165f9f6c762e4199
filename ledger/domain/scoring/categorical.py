"""Scores of probabilities spread over several options, of which one came about.

Each takes the probabilities in the options' order (adding up to 1, to a millionth) and the index of what came about,
and raises ValueError for anything else. Lower is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import fsum, inf, log

_OFF = 1e-6


def brier(probabilities: Sequence[float], came: int) -> float:
    """Multi-category Brier score, half of the sum of (p - y)² over the options: 0-1.

    Halved, so that two options score as one event does; the original runs from 0 to 2. Source: Brier 1950, Monthly
    Weather Review 78.
    """
    _check(probabilities, came)
    return fsum((p - (i == came)) ** 2 for i, p in enumerate(probabilities)) / 2


def log_score(probabilities: Sequence[float], came: int) -> float:
    """-ln(probability of what came about): nats, 0 to infinity. Source: Good 1952, JRSS B 14."""
    _check(probabilities, came)
    return -log(probabilities[came]) if probabilities[came] else inf


def ranked_probability_score(probabilities: Sequence[float], came: int) -> float:
    """RPS of ordered options: the mean, over the borders between options, of (P - Y)², both cumulated: 0-1.

    With it "one step off" costs less than "four steps off". Divided by the number of borders, so that it does not grow
    with the options. Source: Epstein 1969, Journal of Applied Meteorology 8; Murphy 1971, same 10.
    """
    _check(probabilities, came)
    borders = list(accumulate(probabilities))[:-1]
    if not borders:
        return 0.0
    return fsum((below - (came <= i)) ** 2 for i, below in enumerate(borders)) / len(borders)


def _check(probabilities: Sequence[float], came: int) -> None:
    if not 0 <= came < len(probabilities):
        raise ValueError(f"what came about is none of the {len(probabilities)} options: {came}")
    if not all(0 <= p <= 1 for p in probabilities) or abs(fsum(probabilities) - 1) > _OFF:
        raise ValueError("probabilities of options lie between 0 and 1 and add up to 1")
