"""Scores of probabilities given to yes-or-no events: of one forecast, and their means over grouped ones.

The scores of one forecast take a probability p in 0-1 and an event y, 1 where it came about and else 0, and raise
ValueError for anything else. A mean over no forecasts is None.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, repeat
from math import fsum, inf, log, log1p, sqrt
from operator import mul, neg, sub
from sys import float_info

from ledger.domain.scoring.grouped_forecasts import Grouped

# Where a log score has to be finite, probabilities keep this distance from 0 and 1 (as scikit-learn's log_loss does
# with doubles), so that something impossible that happened counts 36.04 nats.
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

    Infinite when something called impossible happened, or something called certain did not: that is what was said.
    Source: Good 1952, Journal of the Royal Statistical Society B 14.
    """
    _check(p, event)
    if event:
        return -log(p) if p else inf
    return -log1p(-p) if p < 1 else inf


def log_score_clipped(p: float, event: int) -> float:
    """The log score with p kept CLIPPED_AT away from 0 and 1: nats, at most 36.04. Always to be labelled as clipped."""
    _check(p, event)
    return log_score(_clipped(p), event)


def spherical(p: float, event: int) -> float:
    """Spherical score: the probability of what happened over the length of (p, 1 - p): 0-1, HIGHER is better.

    Source: Gneiting and Raftery 2007, Journal of the American Statistical Association 102, example 2.
    """
    _check(p, event)
    return (p if event else 1 - p) / _length(p)


def baseline_score(p: float, event: int) -> float:
    """Log score against a coin: 100 (1 + log2(probability of what happened)), HIGHER is better.

    100 at best, 0 for 50%, minus infinity where the impossible happened. Source: Metaculus, "Scores FAQ".
    """
    return 100 * (1 - log_score(p, event) / log(2))


def mean_brier(grouped: Grouped) -> float | None:
    """The mean Brier score, of (p - y)²: 0-1, lower is better; None without forecasts.

    Source: as `brier`. Raises nothing: what is grouped was checked when it was.
    """
    if grouped.singles:
        yes, no = grouped.singles
        errors = list(map(sub, repeat(1.0), yes))
        return _mean(grouped, fsum(map(mul, errors, errors)) + fsum(map(mul, no, no)))
    happened = [k * (1 - p) * (1 - p) for p, k in zip(grouped.forecasts, grouped.events, strict=True) if k]
    did_not = [(n - k) * p * p for p, n, k in grouped.rows() if n != k]
    return _mean(grouped, fsum(happened) + fsum(did_not))


def mean_log_score(grouped: Grouped) -> float | None:
    """The mean log score, of -ln of the probability of what happened: nats, lower is better, infinite where one is.

    None without forecasts. Source: as `log_score`. Raises nothing: what is grouped was checked when it was.
    """
    return _mean(grouped, inf if impossible(grouped) else _log_sum(grouped))


def mean_log_score_clipped(grouped: Grouped) -> float | None:
    """The mean of the clipped log score: the log score itself, where no forecast is as near to 0 or 1.

    Nats, 0 to 36.04, lower is better; None without forecasts. Source: as `log_score_clipped`. Raises nothing.
    """
    clipped = Grouped([_clipped(p) for p in grouped.forecasts], grouped.counts, grouped.events)
    return _mean(grouped, _log_sum(clipped))


def mean_spherical(grouped: Grouped) -> float | None:
    """The mean spherical score, of the probability of what happened over √(p² + (1 - p)²): 0-1, HIGHER is better.

    None without forecasts. Source: as `spherical`. Raises nothing: what is grouped was checked when it was.
    """
    if grouped.singles:
        yes, no = grouped.singles
        came, went = [p / _length(p) for p in yes], [(1 - p) / _length(p) for p in no]
        return _mean(grouped, fsum(chain(came, went)))
    return _mean(grouped, fsum([(k * p + (n - k) * (1 - p)) / _length(p) for p, n, k in grouped.rows()]))


def impossible(grouped: Grouped) -> float:
    """How many forecasts gave 0 to what happened, or certain what did not: their log score is infinite.

    A count, or a weight; 0 without forecasts. Raises nothing.
    """
    if not grouped.forecasts:
        return 0.0
    called_impossible = grouped.events[0] if grouped.forecasts[0] == 0 else 0.0
    called_certain = grouped.counts[-1] - grouped.events[-1] if grouped.forecasts[-1] == 1 else 0.0
    return called_impossible + called_certain


def _log_sum(grouped: Grouped) -> float:
    """The sum of the log scores of forecasts, none of which was impossible."""
    if grouped.singles:
        yes, no = grouped.singles
        return 0.0 - fsum(map(log, yes)) - fsum(map(log1p, map(neg, no)))
    happened = [k * log(p) for p, k in zip(grouped.forecasts, grouped.events, strict=True) if k]
    did_not = [(n - k) * log1p(-p) for p, n, k in grouped.rows() if n != k]
    return 0.0 - fsum(happened) - fsum(did_not)  # not -0.0, where all were sure and right


def _mean(grouped: Grouped, total: float) -> float | None:
    return total / grouped.n if grouped.forecasts else None


def _length(p: float) -> float:
    """Of (p, 1 - p). Not hypot, whose last digit depends on the version of Python: figures are recomputed elsewhere."""
    return sqrt(p * p + (1 - p) * (1 - p))


def _clipped(p: float) -> float:
    return min(max(p, CLIPPED_AT), 1 - CLIPPED_AT)


def _check(p: float, event: int) -> None:
    if not (0 <= p <= 1 and event in (0, 1)):
        raise ValueError(f"not a probability and an event: {p}, {event}")
