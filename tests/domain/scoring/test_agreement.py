"""Agreement: published figures to every digit, textbook cases, and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.scoring.agreement import cohen_kappa, krippendorff_alpha, percent_agreement

A, B = "1100101100", "1000101110"

# Krippendorff 2011, section B: 4 observers, 12 units, nominal; alpha .743, ordinal .815.
PUBLISHED = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}


def published() -> list[list[int | None]]:
    rows = [[None if label == "." else int(label) for label in row.split()] for row in PUBLISHED.values()]
    return [list(unit) for unit in zip(*rows, strict=True)]


def test_textbook_figures_of_two_judges() -> None:
    pairs = list(zip(A, B, strict=True))
    assert percent_agreement(pairs) == 0.8
    assert cohen_kappa(pairs) == pytest.approx(0.6)
    assert krippendorff_alpha(pairs) == pytest.approx(0.62)


def test_the_published_example_with_missing_data() -> None:
    assert krippendorff_alpha(published()) == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(published(), order=[1, 2, 3, 4, 5]) == pytest.approx(0.815, abs=5e-4)


@pytest.mark.parametrize("units", [[], [("a", "a")] * 5, [("a", None), (None, "b")]])
def test_undefined_measures_are_none(units: list[tuple[str | None, str | None]]) -> None:
    assert krippendorff_alpha(units) is None
    assert cohen_kappa([(one, other) for one, other in units if one and other]) is None
    assert percent_agreement(units) == (1.0 if units[:1] == [("a", "a")] else None)


def test_a_label_outside_the_order_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the order"):
        krippendorff_alpha([("a", "b")], order=["a"])


units_of_two = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=30)


@given(units_of_two, st.randoms(use_true_random=False))
def test_order_of_units_and_of_judges_does_not_matter(units: list[tuple[str, str]], random) -> None:  # type: ignore[no-untyped-def] # Hypothesis's own
    shuffled = [tuple(reversed(unit)) for unit in random.sample(units, len(units))]
    assert krippendorff_alpha(units) == krippendorff_alpha(shuffled)
    assert krippendorff_alpha(units, order="abc") == krippendorff_alpha(shuffled, order="abc")
    assert cohen_kappa(units) == cohen_kappa([(other, one) for one, other in units])


@given(units_of_two)
def test_full_agreement_is_one_and_none_is_above_it(units: list[tuple[str, str]]) -> None:
    for alpha in (krippendorff_alpha(units), krippendorff_alpha(units, order="abc")):
        assert alpha is None or alpha <= 1
    alike = [(one, one) for one, _ in units]
    assert krippendorff_alpha(alike) in (None, 1.0)
    assert cohen_kappa(alike) in (None, 1.0)
