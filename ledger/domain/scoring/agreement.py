"""Agreement between judges: measures of it, and how far it goes beyond chance.

All measures take units: for each thing judged, what each judge said of it, None where one said nothing. Where a
measure is undefined (nobody differs because there is one label only, or nothing was judged twice) it is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Unit = Sequence[Hashable | None]
Distance = Callable[[Hashable, Hashable], Fraction]


def percent_agreement(units: Sequence[Unit]) -> float | None:
    """Share of pairs of judgements of one thing that are alike, 0 to 1."""
    pairs = [one == other for unit in units for one, other in combinations(_said(unit), 2)]
    return sum(pairs) / len(pairs) if pairs else None


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two judges: (observed - expected) / (1 - expected), expected from each judge's own habits.

    1 is full agreement, 0 what chance gives. Source: Cohen 1960, Educational and Psychological Measurement 20.
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
    1 is full agreement, 0 what chance gives, below 0 worse than that. Source: Krippendorff 2011, Computing
    Krippendorff's Alpha-Reliability. Raises ValueError for a label that is not in `order`.
    """
    judged = [said for unit in units if len(said := _said(unit)) > 1]
    totals = Counter(label for said in judged for label in said)
    if order is not None and not set(totals) <= set(order):
        raise ValueError("a label stands outside the order")
    if len(totals) < 2:
        return None
    distance = _nominal if order is None else _ordinal(order, totals)
    n = sum(totals.values())
    observed = sum(
        (2 * distance(one, other) / (len(said) - 1) for said in judged for one, other in combinations(said, 2)),
        Fraction(),
    )
    expected = sum(
        (2 * totals[one] * totals[other] * distance(one, other) for one, other in combinations(totals, 2)),
        Fraction(),
    )
    return float(1 - (n - 1) * observed / expected)


def _said(unit: Unit) -> list[Hashable]:
    return [label for label in unit if label is not None]


def _nominal(one: Hashable, other: Hashable) -> Fraction:
    return Fraction(one != other)


def _ordinal(order: Sequence[Hashable], totals: Mapping[Hashable, int]) -> Distance:
    """Krippendorff's ordinal difference: as far apart as judgements lie between two labels, squared."""

    def distance(one: Hashable, other: Hashable) -> Fraction:
        low, high = sorted((order.index(one), order.index(other)))
        between = sum(totals.get(label, 0) for label in order[low : high + 1])
        ends = totals.get(order[low], 0) + totals.get(order[high], 0)
        return (between - Fraction(ends, 2)) ** 2 if low != high else Fraction()

    return distance
