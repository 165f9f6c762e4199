"""Scores of a probability distribution over several options, of which one came about.

Each function takes the probabilities in the order of the options and the index of the option that came about. It raises
ValueError where the probabilities do not add up to 1, to a millionth, or the index is wrong. Lower is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import fsum, inf, log

_OFF = 1e-6


def brier(probabilities: Sequence[float], actual: int) -> float:
    """Multi-category Brier score, half of the sum of (p - y)² over the options: 0-1.

    It is half of the original score, so that two options score like one event. Source: Brier 1950, Monthly Weather
    Review 78.
    """
    _check(probabilities, actual)
    return fsum((p - (i == actual)) ** 2 for i, p in enumerate(probabilities)) / 2


def log_score(probabilities: Sequence[float], actual: int) -> float:
    """-ln of the probability of the option that came about: nats, 0 to infinity. Source: Good 1952, JRSS B 14."""
    _check(probabilities, actual)
    return -log(probabilities[actual]) if probabilities[actual] else inf


def ranked_probability_score(probabilities: Sequence[float], actual: int) -> float:
    """RPS of ordered options: the mean of (P - Y)² over the borders between options, P and Y cumulative: 0-1.

    "One step off" costs less than "four steps off". The mean, instead of the sum, does not grow with the number of
    options. Source: Epstein 1969, Journal of Applied Meteorology 8; Murphy 1971, same 10.
    """
    _check(probabilities, actual)
    borders = list(accumulate(probabilities))[:-1]
    if not borders:
        return 0.0
    return fsum((below - (actual <= i)) ** 2 for i, below in enumerate(borders)) / len(borders)


def _check(probabilities: Sequence[float], actual: int) -> None:
    if not 0 <= actual < len(probabilities):
        raise ValueError(f"what came about is none of the {len(probabilities)} options: {actual}")
    if not all(0 <= p <= 1 for p in probabilities) or abs(fsum(probabilities) - 1) > _OFF:
        raise ValueError("probabilities of options lie between 0 and 1 and add up to 1")
