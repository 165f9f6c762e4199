"""Scores of probabilities of yes-or-no events: of one forecast, and means over grouped forecasts.

The scores of one forecast take a probability p in 0-1 and an event y, 1 if it happened and else 0, and raise ValueError
for anything else. A mean over no forecasts is None.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, repeat
from math import fsum, inf, log, log1p, sqrt
from operator import mul, neg, sub
from sys import float_info

from ledger.domain.scoring.grouped_forecasts import Grouped

# For a finite log score, probabilities are clipped to this distance from 0 and 1 (as in scikit-learn's log_loss with
# doubles), so that an event with probability 0 that happened costs 36.04 nats.
CLIPPED_AT = float_info.epsilon

MeanScore = Callable[[Grouped], float | None]


def brier(p: float, event: int) -> float:
    """Brier score (p - y)²: 0-1, lower is better; half of the original, which runs from 0 to 2.

    Source: Brier 1950, Monthly Weather Review 78.
    """
    _check(p, event)
    return (p - event) ** 2


def log_score(p: float, event: int) -> float:
    """Logarithmic score -ln(probability of what happened): nats, 0 to infinity, lower is better.

    Infinite where an event with probability 0 happened, or one with probability 1 did not.
    Source: Good 1952, Journal of the Royal Statistical Society B 14.
    """
    _check(p, event)
    if event:
        return -log(p) if p else inf
    return -log1p(-p) if p < 1 else inf


def log_score_clipped(p: float, event: int) -> float:
    """The log score with p clipped to CLIPPED_AT from 0 and 1: nats, at most 36.04. Always label it as clipped."""
    _check(p, event)
    return log_score(_clipped(p), event)


def spherical(p: float, event: int) -> float:
    """Spherical score: the probability of what happened, divided by the length of (p, 1 - p): 0-1, HIGHER is better.

    Source: Gneiting and Raftery 2007, Journal of the American Statistical Association 102, example 2.
    """
    _check(p, event)
    return (p if event else 1 - p) / _length(p)


def baseline_score(p: float, event: int) -> float:
    """Log score relative to a coin toss: 100 (1 + log2(probability of what happened)), HIGHER is better.

    100 at best, 0 for 50%, minus infinity where the log score is infinite. Source: Metaculus, "Scores FAQ".
    """
    return 100 * (1 - log_score(p, event) / log(2))


def mean_brier(grouped: Grouped) -> float | None:
    """The mean Brier score, of (p - y)²: 0-1, lower is better; None without forecasts. Source: as `brier`."""
    if grouped.singles:
        yes, no = grouped.singles
        errors = list(map(sub, repeat(1.0), yes))
        return _mean(grouped, fsum(map(mul, errors, errors)) + fsum(map(mul, no, no)))
    happened = [k * (1 - p) * (1 - p) for p, k in zip(grouped.forecasts, grouped.events, strict=True) if k]
    did_not = [(n - k) * p * p for p, n, k in grouped.rows() if n != k]
    return _mean(grouped, fsum(happened) + fsum(did_not))


def mean_log_score(grouped: Grouped) -> float | None:
    """The mean log score, of -ln(probability of what happened): nats, lower is better, infinite where one score is.

    None without forecasts. Source: as `log_score`.
    """
    return _mean(grouped, inf if impossible(grouped) else _log_sum(grouped))


def mean_log_score_clipped(grouped: Grouped) -> float | None:
    """The mean clipped log score: nats, 0 to 36.04, lower is better; None without forecasts.

    It equals the mean log score where all forecasts are at least CLIPPED_AT from 0 and 1.
    """
    clipped = Grouped([_clipped(p) for p in grouped.forecasts], grouped.counts, grouped.events)
    return _mean(grouped, _log_sum(clipped))


def mean_spherical(grouped: Grouped) -> float | None:
    """The mean spherical score, of the probability of what happened / √(p² + (1 - p)²): 0-1, HIGHER is better.

    None without forecasts. Source: as `spherical`.
    """
    if grouped.singles:
        yes, no = grouped.singles
        came, went = [p / _length(p) for p in yes], [(1 - p) / _length(p) for p in no]
        return _mean(grouped, fsum(chain(came, went)))
    return _mean(grouped, fsum([(k * p + (n - k) * (1 - p)) / _length(p) for p, n, k in grouped.rows()]))


def impossible(grouped: Grouped) -> float:
    """The number (or weight) of forecasts with an infinite log score: 0 for an event, or 1 for a non-event."""
    if not grouped.forecasts:
        return 0.0
    called_impossible = grouped.events[0] if grouped.forecasts[0] == 0 else 0.0
    called_certain = grouped.counts[-1] - grouped.events[-1] if grouped.forecasts[-1] == 1 else 0.0
    return called_impossible + called_certain


def _log_sum(grouped: Grouped) -> float:
    """The sum of the log scores of forecasts, all of which have to be finite."""
    if grouped.singles:
        yes, no = grouped.singles
        return 0.0 - fsum(map(log, yes)) - fsum(map(log1p, map(neg, no)))
    happened = [k * log(p) for p, k in zip(grouped.forecasts, grouped.events, strict=True) if k]
    did_not = [(n - k) * log1p(-p) for p, n, k in grouped.rows() if n != k]
    return 0.0 - fsum(happened) - fsum(did_not)  # not -0.0, where all were certain and right


def _mean(grouped: Grouped, total: float) -> float | None:
    return total / grouped.n if grouped.forecasts else None


def _length(p: float) -> float:
    """The length of (p, 1 - p). Not by hypot: its last digit depends on the Python version, and figures must not."""
    return sqrt(p * p + (1 - p) * (1 - p))


def _clipped(p: float) -> float:
    return min(max(p, CLIPPED_AT), 1 - CLIPPED_AT)


def _check(p: float, event: int) -> None:
    if not (0 <= p <= 1 and event in (0, 1)):
        raise ValueError(f"not a probability and an event: {p}, {event}")
