"""Confidence intervals for a proportion, the rate behind k successes of n."""

from __future__ import annotations

from math import exp, fsum, lgamma, log, log1p, sqrt
from statistics import NormalDist

LEVEL = 0.95
Interval = tuple[float, float]

_STEPS = 500  # more than the continued fraction needs
_TINY = 1e-300


def wilson(k: float, n: float, level: float = LEVEL) -> Interval | None:
    """Wilson's score interval for the rate behind k of n; None where n is 0.

    It is cut off at 0 and 1, since rounding can give 1.0000000000000002. Raises ValueError where k is not in 0-n, or
    the level not between 0 and 1. Source: Wilson 1927, JASA 22.
    """
    _check(k, n, level)
    if not n:
        return None
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    middle = (k + z2 / 2) / (n + z2)
    half = sqrt(z2 * (k * (n - k) / n + z2 / 4)) / (n + z2)
    # For k = 0 and k = n the formula gives exactly 0 and 1; floats may not.
    return (0.0 if not k else max(middle - half, 0.0)), (1.0 if k == n else min(middle + half, 1.0))


def jeffreys(k: float, n: float, level: float = LEVEL) -> Interval | None:
    """Jeffreys' interval for the rate behind k of n: quantiles of Beta(k + ½, n - k + ½).

    Its low end is 0 where k is 0, its high end 1 where k is n; None where n is 0. Raises ValueError as `wilson` does.
    Source: Brown, Cai and DasGupta 2001, Statistical Science 16.
    """
    _check(k, n, level)
    if not n:
        return None
    a, b, tail = k + 0.5, n - k + 0.5, (1 - level) / 2
    return (_beta_quantile(tail, a, b) if k else 0.0), (_beta_quantile(1 - tail, a, b) if k < n else 1.0)


def _check(k: float, n: float, level: float) -> None:
    if not (0 <= k <= n and 0 < level < 1):
        raise ValueError(f"not a proportion and a level: {k} of {n}, {level}")


def _beta_quantile(share: float, a: float, b: float) -> float:
    """The `share` quantile of Beta(a, b), by bisection: 60 steps reach the precision of a double."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _beta_cdf(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or x >= 1:
        return float(x > 0)
    if x > (a + 1) / (a + b + 2):  # where the fraction would converge slowly
        return 1 - _beta_cdf(1 - x, b, a)
    front = exp(fsum((lgamma(a + b), -lgamma(a), -lgamma(b), a * log(x), b * log1p(-x)))) / a
    # Lentz's method, as modified by Thompson and Barnett 1986.
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * value


def _away_from_zero(x: float) -> float:
    return x if abs(x) > _TINY else _TINY
