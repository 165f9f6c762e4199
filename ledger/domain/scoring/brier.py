"""The Brier score (0-1, lower is better), exact in whole numbers.

Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review
78 (1950), halved: the squared error of the event's probability alone, so 0 is perfect and 1 the worst.
"""

from __future__ import annotations

from fractions import Fraction

from ledger.domain.confidence import MILLION

UNIT = MILLION * MILLION  # sums of squared errors are in units of 1e-12


def squared_error(millionths: int, event: int) -> int:
    """(p − event)² in units of 1e-12, exact, for p in millionths and event 0 or 1."""
    error = millionths - event * MILLION
    return error * error


def mean_squared_error(total: int, n: int) -> float | None:
    """The mean of n squared errors with the sum `total` (in units of 1e-12), 0-1; None where n is 0."""
    return float(Fraction(total, n * UNIT)) if n else None


def base_rate_brier(events: int, n: int) -> float | None:
    """The Brier score of always forecasting the observed rate o = events/n, which is o(1 − o); None where n is 0.

    It is the uncertainty term of the Murphy decomposition. The rate is known only afterwards, so this is a demanding
    reference.
    """
    return float(Fraction(events * (n - events), n * n)) if n else None
