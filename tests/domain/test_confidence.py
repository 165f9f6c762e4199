"""Confidence: parsing probabilities, ranges, terms of a yardstick, and confidence in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.confidence import MILLION, Confidence, ConfidenceKind, parse_probability, percent

millionths = st.integers(0, MILLION)


@pytest.mark.parametrize(
    ("text", "probability"),
    [
        *(("60%", 0.6), ("60 %", 0.6), ("60\u00a0%", 0.6), (" 60% ", 0.6), ("0,6", 0.6), ("0.6", 0.6), (".6", 0.6)),
        *(("0", 0.0), ("1", 1.0), ("100%", 1.0), ("0%", 0.0), ("1%", 0.01), (",5%", 0.005), ("2,5 %", 0.025)),
        *(("0.000001", 0.000001), ("99.9999%", 0.999999), ("0.6000000000", 0.6), ("1.000", 1.0), ("007%", 0.07)),
    ],
)
def test_probabilities_are_read_as_people_write_them(text: str, probability: float) -> None:
    assert parse_probability(text) == probability


WRITE, BETWEEN = "Write a probability such as 60% or 0.6.", "A probability lies between 0 and 1"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.01", f"{BETWEEN}, or between 0% and 100%."),
        ("60", f"{BETWEEN}. Did you mean 60%?"),
        ("100", f"{BETWEEN}. Did you mean 100%?"),
        ("60.5", f"{BETWEEN}, or between 0% and 100%."),
        ("101%", "A probability cannot be above 100%."),
        ("100.000001%", "A probability cannot be above 100%."),
        ("0.0000001", "At most six decimals are kept: write the probability shorter."),
        ("0.3333333333", "At most six decimals are kept: write the probability shorter."),
        ("12.34567%", "At most six decimals are kept: write the probability shorter."),
        *(
            (text, WRITE)
            for text in (
                *(
                    "",
                    " ",
                    "%",
                    ".",
                    "-0",
                    "+0.5",
                    "-5%",
                    "nan",
                    "inf",
                    "1e-1",
                    "0x1",
                    "60 percent",
                    "1/2",
                    "0.",
                    "6O%",
                ),
                *("٦٠%", "６０%", "0.٦", "½", "60%%", "60 % %", "1 0", "0..6", "0.6.1", "1000%", "likely"),
            )
        ),
    ],
)
def test_other_texts_are_refused_as_probabilities(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_probability(text)
    assert str(refusal.value) == sentence


@given(millionths)
def test_every_millionth_survives_being_written_and_read(n: int) -> None:
    probability = n / MILLION
    assert parse_probability(percent(probability)) == probability
    assert parse_probability(f"{probability:.6f}") == probability
    assert round(parse_probability(f"{probability:.6f}") * MILLION) == n


@given(st.text(max_size=12))
def test_every_text_gives_a_probability_or_an_error_message(text: str) -> None:
    try:
        assert 0 <= parse_probability(text) <= 1
    except ValueError as refusal:
        assert str(refusal)[-1] in ".?"


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (Confidence.none(), "no number given"),
        (Confidence.point(0.6), "60%"),
        (Confidence.point(0.125), "12.5%"),
        (Confidence.point(0.000001), "0.0001%"),
        (Confidence.point(0.0), "0%"),
        (Confidence.point(1.0), "100%"),
        (Confidence.between(0.55, 0.8), "55–80%"),
        (Confidence.between(0.07, 0.07), "7%"),
        (Confidence.verbal("ICD203", "likely"), "“likely” (ICD 203 2015: 55–80%)"),
        (Confidence.verbal("Kent1964", "certain"), "“certain” (Kent 1964: 100%)"),
    ],
)
def test_confidence_in_words(confidence: Confidence, words: str) -> None:
    assert confidence.words == words


@given(st.tuples(millionths, millionths).map(sorted))
def test_the_middle_of_a_range_lies_in_it_to_a_millionth(ends: list[int]) -> None:
    low, high = (end / MILLION for end in ends)
    confidence = Confidence.between(low, high)
    assert confidence.mid is not None
    assert low <= confidence.mid <= high
    assert abs(confidence.mid - (low + high) / 2) <= 0.5000001 / MILLION
    assert confidence.mid == round(confidence.mid * MILLION) / MILLION


def test_no_confidence_has_no_middle() -> None:
    assert Confidence.none().mid is None
    assert Confidence.none().kind is ConfidenceKind.NONE


@pytest.mark.parametrize("probability", [-0.01, 1.01, 60.0, float("nan"), float("inf"), float("-inf")])
def test_numbers_outside_0_to_1_are_refused(probability: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Confidence.point(probability)
    with pytest.raises(ValueError):
        Confidence.between(0.5, probability)
    with pytest.raises(ValueError):
        Confidence.between(probability, 0.5)


def test_a_range_with_its_low_end_above_its_high_end_is_refused() -> None:
    with pytest.raises(ValueError, match="lower end"):
        Confidence.between(0.8, 0.55)


def test_a_term_must_be_in_its_yardstick() -> None:
    with pytest.raises(ValueError, match="Choose one of the listed probability scales"):
        Confidence.verbal("My own", "likely")
    with pytest.raises(ValueError, match="ICD 203 has no term “maybe”"):
        Confidence.verbal("ICD203", "maybe")
