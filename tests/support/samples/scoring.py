"""Forecasts to score: published data sets, and Hypothesis strategies."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from ledger.domain.scoring.grouped_forecasts import Grouped, group_single

PUBLISHED = Path(__file__).parents[2] / "domain" / "scoring" / "published"
METHODS = ("Logistic", "EMOS", "ENS", "EPC")


@cache
def rain() -> dict[str, tuple[tuple[float, int], ...]]:
    """By method: the probability of rain of each day, and whether it rained."""
    with (PUBLISHED / "precip_Niamey_2016.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return {method: tuple((float(row[method]), int(float(row["obs"]))) for row in rows) for method in METHODS}


@cache
def perceptions() -> dict[str, tuple[float, ...]]:
    """By word: the probability, in percent, that each of 46 people understands by it."""
    with (PUBLISHED / "probly.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    return {word: tuple(float(row[word]) for row in rows) for word in rows[0]}


@cache
def games() -> Grouped:
    """The first team's probability of winning, and whether it won."""
    with (PUBLISHED / "nba_games.csv").open(encoding="utf-8", newline="") as source:
        return group_single((float(row["prob1"]), int(row["prob1_outcome"])) for row in csv.DictReader(source))


# Whole percentages are frequent, ties and extremes among them; the rest are arbitrary doubles.
probabilities = st.one_of(
    st.integers(0, 100).map(lambda percent: percent / 100), st.floats(0, 1, allow_subnormal=False)
)
forecasts = st.lists(st.tuples(probabilities, st.integers(0, 1)), min_size=1, max_size=60)
