"""Parsing numbers and option probabilities: unambiguous ones are read, others refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ledger.domain.claim_types import LARGEST_QUANTITY, quantity_problem
from ledger.domain.option_probabilities import parse_shares, typed_shares
from ledger.domain.quantities import parse_quantity, typed_quantity


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("5000", 5_000), ("5,000", 5_000), ("5 000", 5_000), ("5\u00a0000", 5_000), ("5'000", 5_000)),
        *(("1,234,567.5", 1_234_567.5), ("1.234.567", 1_234_567), ("1.234,5", 1_234.5), ("5 000,5", 5_000.5)),
        *(("3.5", 3.5), ("3,5", 3.5), (".5", 0.5), ("0.125", 0.125), ("0,125", 0.125), ("1.0000", 1)),
        *(("-3.5", -3.5), ("−3", -3), ("- 3", -3), ("-0", 0), ("1000000000000000", 1e15)),
    ],
)
def test_unambiguous_numbers(typed: str, meant: float) -> None:
    assert parse_quantity(typed) == meant
    assert parse_quantity(typed_quantity(meant)) == meant


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("5.000", "This can be read in two ways: write 5000 for the larger, 5.0000 for the smaller."),
        ("12.345", "write 12345 for the larger, 12.3450 for the smaller"),
        *((typed, "Write a number in digits") for typed in ("", "nan", "inf", "1e5", "0x10", "5,00,0", "5 000 0", "٣")),
        *((typed, "Write a number in digits") for typed in ("five", "5 people", "1-2", "+5", "5_000", "1.2.3")),
        ("1000000000000001", "Write a number up to 1,000,000,000,000,000"),
        ("1234567890.12345678", "At most 15 digits are kept"),
        ("9" * 5_000, "This is too long for a number."),
    ],
)
def test_other_texts_are_refused_as_numbers(typed: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_quantity(typed)


@given(st.decimals(-(10**9), 10**9, places=4).map(float) | st.floats(-LARGEST_QUANTITY, LARGEST_QUANTITY))
@example(0.1 + 0.2)
@example(-1e-24)
def test_a_written_number_is_read_as_the_same_number(value: float) -> None:
    assume(quantity_problem(value) is None)
    assert parse_quantity(typed_quantity(value)) == value


@pytest.mark.parametrize("value", [1e-25, 5e-324, 1e16, float("nan"), float("inf")])
def test_numbers_that_cannot_be_written_are_refused(value: float) -> None:
    assert quantity_problem(value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("60, 30, 10", (0.6, 0.3, 0.1)),
        ("60,30,10", (0.6, 0.3, 0.1)),
        ("60/30/10", (0.6, 0.3, 0.1)),
        ("60% 30% 10%", (0.6, 0.3, 0.1)),
        ("60 %, 30 %, 10 %", (0.6, 0.3, 0.1)),
        ("60\n30\n\n10", (0.6, 0.3, 0.1)),
        ("0.6; 0.3; 0.1", (0.6, 0.3, 0.1)),
        ("0,6 0,4", (0.6, 0.4)),
        ("0,6\n0,4", (0.6, 0.4)),
        ("12.5, 87.5", (0.125, 0.875)),
        ("1, 0", (1.0, 0.0)),
        ("60,40", (0.6, 0.4)),
    ],
)
def test_shares(typed: str, meant: tuple[float, ...]) -> None:
    assert parse_shares(typed) == meant
    assert parse_shares(typed_shares(meant)) == meant


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("60%, 40", "Write all of them with %, or none."),
        ("150, 20", "A probability cannot be above 100%."),
        ("0.1234567; 0.5", "At most six decimals are kept"),
        ("a lot, a little", "Write a probability for each option"),
        (",", "Write a probability for each option"),
        ("-60, 40", "Write a probability for each option"),
        ("1" * 5_000, "This is too long"),
    ],
)
def test_shares_that_cannot_be_read(typed: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_shares(typed)
