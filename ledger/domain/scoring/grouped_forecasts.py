"""Forecasts of yes-or-no events, grouped: how often each probability was given, and how often the event followed.

All scores of such forecasts depend on these counts alone, so a million forecasts in whole percent are 101 rows. The
columns are kept apart rather than as a list of records: a million distinct forecasts are scored through them too.
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
    """Distinct probabilities (0-1), ascending; for each, how many forecasts gave it and how many events followed.

    Every count is above 0. Counts may be weights, and then need not be whole.
    """

    forecasts: list[float]
    counts: list[float]
    events: list[float]
    # Where each forecast was given once, as `from_values` finds: those an event followed, and those none did, both
    # ascending. Millions of distinct forecasts are scored through these in half the time that counts of one take.
    singles: tuple[list[float], list[float]] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def n(self) -> float:
        """How many forecasts there are, or what they weigh together."""
        return fsum(self.counts)

    @cached_property
    def happened(self) -> float:
        """How many events followed."""
        return fsum(self.events)

    @property
    def base_rate(self) -> float | None:
        """The share of forecasts whose event came about, 0-1; None without any."""
        n = self.n
        return self.happened / n if n else None

    def rows(self) -> Iterator[tuple[float, float, float]]:
        """(probability, forecasts, events), ascending."""
        return zip(self.forecasts, self.counts, self.events, strict=True)


def group(forecasts: Iterable[tuple[float, float, float]]) -> Grouped:
    """Group (probability, forecasts, events) by probability. Raises ValueError where one cannot be scored.

    Counts that add up to nothing leave no group.
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
    """Group single forecasts: (probability, 1 if the event came about, else 0). Raises ValueError as `group` does."""
    return group((p, 1, event) for p, event in forecasts)


def from_counts(happened: Mapping[float, float], did_not: Mapping[float, float]) -> Grouped:
    """Group forecasts counted by probability: those that an event followed, and those that none did. All in 0-1."""
    order = sorted({**happened, **did_not})
    events = list(map(happened.get, order, repeat(0.0)))
    return Grouped(order, list(map(add, events, map(did_not.get, order, repeat(0.0)))), events)


def from_values(happened: list[float], did_not: list[float]) -> Grouped:
    """The same of forecasts one by one, which may all be distinct; millions of them are not counted but sorted."""
    happened, did_not = sorted(happened), sorted(did_not)
    order = sorted([*happened, *did_not])  # finds two runs and merges them
    events = _events_if_distinct(order, happened)
    if events is None:
        return from_counts(Counter(happened), Counter(did_not))
    return Grouped(order, [1.0] * len(order), events, (happened, did_not))


def _events_if_distinct(order: list[float], happened: list[float]) -> list[float] | None:
    """For each of ascending forecasts, 1 where it is among those that happened, ascending too; None if any is twice."""
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
