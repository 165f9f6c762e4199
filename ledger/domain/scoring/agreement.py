"""Measures of agreement between judges, with and without correction for chance.

All measures take units. A unit is one judged item, with the label that each judge gave it, or None for a judge who gave
none. A measure is None where it is undefined: where only one label was given, or no item was judged twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Unit = Sequence[Hashable | None]
Distance = Callable[[Hashable, Hashable], Fraction]


def percent_agreement(units: Sequence[Unit]) -> float | None:
    """The share of pairs of judgements of the same item that are equal, 0 to 1."""
    pairs = [one == other for unit in units for one, other in combinations(_labels(unit), 2)]
    return sum(pairs) / len(pairs) if pairs else None


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two judges: (observed - expected) / (1 - expected) agreement.

    The expected agreement follows from each judge's label frequencies. 1 is full agreement, 0 chance agreement.
    Source: Cohen 1960, Educational and Psychological Measurement 20.
    """
    n = len(pairs)
    if not n:
        return None
    observed = Fraction(sum(one == other for one, other in pairs), n)
    left, right = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum((Fraction(left[label] * right[label], n * n) for label in left), Fraction())
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def krippendorff_alpha(units: Sequence[Unit], order: Sequence[Hashable] | None = None) -> float | None:
    """Krippendorff's alpha: 1 - observed / expected disagreement, for any number of judges, with missing data.

    Nominal without `order`; ordinal over the labels of `order` (from lowest to highest), every label among them.
    1 is full agreement, 0 chance agreement, below 0 worse than that. Source: Krippendorff 2011, Computing
    Krippendorff's Alpha-Reliability. Raises ValueError for a label that is not in `order`.
    """
    judged = [labels for unit in units if len(labels := _labels(unit)) > 1]
    totals = Counter(label for labels in judged for label in labels)
    if order is not None and not set(totals) <= set(order):
        raise ValueError("a label stands outside the order")
    if len(totals) < 2:
        return None
    distance = _nominal if order is None else _ordinal(order, totals)
    n = sum(totals.values())
    observed = sum(
        (2 * distance(one, other) / (len(labels) - 1) for labels in judged for one, other in combinations(labels, 2)),
        Fraction(),
    )
    expected = sum(
        (2 * totals[one] * totals[other] * distance(one, other) for one, other in combinations(totals, 2)),
        Fraction(),
    )
    return float(1 - (n - 1) * observed / expected)


def _labels(unit: Unit) -> list[Hashable]:
    return [label for label in unit if label is not None]


def _nominal(one: Hashable, other: Hashable) -> Fraction:
    return Fraction(one != other)


def _ordinal(order: Sequence[Hashable], totals: Mapping[Hashable, int]) -> Distance:
    """Krippendorff's ordinal difference of two labels: the number of judgements between them, squared."""

    def distance(one: Hashable, other: Hashable) -> Fraction:
        low, high = sorted((order.index(one), order.index(other)))
        between = sum(totals.get(label, 0) for label in order[low : high + 1])
        ends = totals.get(order[low], 0) + totals.get(order[high], 0)
        return (between - Fraction(ends, 2)) ** 2 if low != high else Fraction()

    return distance
