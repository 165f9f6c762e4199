"""The Brier score (0-1, lower is better), exact in whole numbers.

Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review
78 (1950), halved: the squared error of the event's probability alone, so 0 is perfect and 1 the worst.
"""

from __future__ import annotations

from fractions import Fraction

from ledger.domain.confidence import MILLION

UNIT = MILLION * MILLION  # sums of squared errors are kept in units of 1e-12


def squared_error(millionths: int, event: int) -> int:
    """(p − event)² in units of 1e-12, exact, for p in millionths and event 0 or 1."""
    error = millionths - event * MILLION
    return error * error


def mean_squared_error(total: int, n: int) -> float | None:
    """The mean of n squared errors that sum to `total` units, 0-1; None without any."""
    return float(Fraction(total, n * UNIT)) if n else None


def base_rate_brier(events: int, n: int) -> float | None:
    """What always forecasting the observed rate o = events/n would have scored: o(1 − o); None without any.

    It is the uncertainty term of the Murphy decomposition, known only afterwards, so it is a demanding guess.
    """
    return float(Fraction(events * (n - events), n * n)) if n else None
