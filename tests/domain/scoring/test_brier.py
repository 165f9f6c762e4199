"""The Brier score: its extremes, its exactness, and the score of the base rate."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.confidence import MILLION
from ledger.domain.scoring.brier import UNIT, base_rate_brier, mean_squared_error, squared_error

forecasts = st.lists(st.tuples(st.integers(0, MILLION), st.sampled_from([0, 1])), min_size=1, max_size=200)


def test_a_perfect_forecast_scores_0_and_the_worst_1() -> None:
    assert squared_error(MILLION, 1) == squared_error(0, 0) == 0
    assert squared_error(0, 1) == squared_error(MILLION, 0) == UNIT
    assert mean_squared_error(squared_error(0, 1), 1) == 1.0
    assert mean_squared_error(0, 7) == 0.0
    assert mean_squared_error(squared_error(500_000, 1), 1) == 0.25


def test_no_forecasts_have_no_score() -> None:
    assert mean_squared_error(0, 0) is None
    assert base_rate_brier(0, 0) is None


@given(forecasts)
def test_sums_are_exact(rows: list[tuple[int, int]]) -> None:
    exact = sum((Fraction(p, MILLION) - event) ** 2 for p, event in rows)
    total = sum(squared_error(p, event) for p, event in rows)
    assert Fraction(total, UNIT) == exact
    assert mean_squared_error(total, len(rows)) == float(exact / len(rows))


@given(forecasts)
def test_the_base_rate_is_the_best_constant_forecast(rows: list[tuple[int, int]]) -> None:
    n, events = len(rows), sum(event for _, event in rows)
    rate = Fraction(events, n)
    exact = sum((rate - event) ** 2 for _, event in rows) / n
    assert base_rate_brier(events, n) == float(exact)


@pytest.mark.parametrize(("events", "n", "score"), [(0, 9, 0.0), (9, 9, 0.0), (1, 2, 0.25), (1, 4, 0.1875)])
def test_base_rates_by_hand(events: int, n: int, score: float) -> None:
    assert base_rate_brier(events, n) == score
