"""Forecasts of yes-or-no events, grouped by probability: how often each was given, and how often the event happened.

All scores of such forecasts depend on these counts alone, so a million forecasts in whole percent are 101 rows. They
are stored as columns, not as a list of records, so that a million distinct forecasts are scored fast, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from math import fsum
from operator import add


@dataclass(frozen=True)
class Grouped:
    """Distinct probabilities (0-1), ascending; for each, the number of forecasts and the number of events.

    All `counts` are above 0. Counts may be weights, which need not be whole.
    """

    forecasts: list[float]
    counts: list[float]
    events: list[float]
    # Where each forecast occurs once (see `from_values`): those of events and those of non-events, both ascending.
    # Millions of distinct forecasts are scored through these lists in half the time that counts of 1 take.
    singles: tuple[list[float], list[float]] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def n(self) -> float:
        """The number of forecasts, or the sum of their weights."""
        return fsum(self.counts)

    @cached_property
    def happened(self) -> float:
        """The number of events that happened."""
        return fsum(self.events)

    @property
    def base_rate(self) -> float | None:
        """The share of forecasts whose event happened, 0-1; None without forecasts."""
        n = self.n
        return self.happened / n if n else None

    def rows(self) -> Iterator[tuple[float, float, float]]:
        """(probability, forecasts, events), ascending."""
        return zip(self.forecasts, self.counts, self.events, strict=True)


def group(forecasts: Iterable[tuple[float, float, float]]) -> Grouped:
    """Group (probability, forecasts, events) by probability, leaving out groups whose count is 0.

    Raises ValueError for a probability outside 0-1, and for more events than forecasts.
    """
    counts: dict[float, float] = {}
    events: dict[float, float] = {}
    for p, n, k in forecasts:
        if not (0 <= p <= 1 and 0 <= k <= n):
            raise ValueError(f"not a forecast with its outcomes: probability {p}, {k} events of {n}")
        counts[p] = counts.get(p, 0) + n
        events[p] = events.get(p, 0) + k
    order = sorted(p for p, n in counts.items() if n)
    return Grouped(order, [counts[p] for p in order], [events[p] for p in order])


def group_single(forecasts: Iterable[tuple[float, int]]) -> Grouped:
    """Group single forecasts: (probability, 1 if the event happened, else 0). Raises ValueError as `group` does."""
    return group((p, 1, event) for p, event in forecasts)


def from_counts(happened: Mapping[float, float], did_not: Mapping[float, float]) -> Grouped:
    """Group forecasts that are counted by probability (0-1), separately for events and non-events."""
    order = sorted({**happened, **did_not})
    events = list(map(happened.get, order, repeat(0.0)))
    return Grouped(order, list(map(add, events, map(did_not.get, order, repeat(0.0)))), events)


def from_values(happened: list[float], did_not: list[float]) -> Grouped:
    """Group single forecasts of events and of non-events. If all are distinct they are sorted, not counted: faster."""
    happened, did_not = sorted(happened), sorted(did_not)
    order = sorted([*happened, *did_not])  # fast: sorting merges the two sorted runs
    events = _events_if_distinct(order, happened)
    if events is None:
        return from_counts(Counter(happened), Counter(did_not))
    return Grouped(order, [1.0] * len(order), events, (happened, did_not))


def _events_if_distinct(order: list[float], happened: list[float]) -> list[float] | None:
    """For each of ascending forecasts, 1 if it is in `happened` (ascending, too), else 0; None if one occurs twice."""
    to_come = iter(happened)
    after, before = next(to_come, None), None
    events = []
    for p in order:
        if p == before:
            return None
        before = p
        if p == after:
            events.append(1.0)
            after = next(to_come, None)
        else:
            events.append(0.0)
    return events
