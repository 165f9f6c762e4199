"""The scorecard against its definition, computed from single forecasts in fractions; and identities of its figures."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.samples.policies import any_grades

from ledger.domain.confidence import MILLION, NumberSource
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.policies import FOUNDING, Grades
from ledger.domain.scoring.exact_log import mean_log_scores
from ledger.domain.scoring.running_sums import ClusterScores, RunningSums, of_cluster, score
from ledger.domain.scoring.scorecard import Card, card
from ledger.domain.scoring.tally import Cell, Tally
from ledger.domain.scoring.units import NO_NUMBER, OPEN, UNCHECKABLE

TODAY = date(2020, 6, 15)

numbers = st.one_of(
    st.just((NO_NUMBER,) * 3),
    st.integers(0, MILLION).map(lambda p: (p, p, p)),
    st.tuples(st.integers(0, MILLION // 2), st.integers(MILLION // 2, MILLION)).map(
        lambda ends: (ends[0], (ends[0] + ends[1]) // 2, ends[1])
    ),
)
cells = st.builds(
    lambda status, month, ends, modality, reading: Cell(
        status, "" if status in (OPEN, UNCHECKABLE) else month, *ends, modality, reading
    ),
    st.sampled_from([OPEN, UNCHECKABLE, *Outcome]).map(str),
    st.sampled_from(["", "2020-06", "2020-07"]),
    numbers,
    st.sampled_from(Modality),
    st.sampled_from(NumberSource),
)
tallies = st.lists(cells, max_size=12).map(Counter).map(lambda found: Tally(found, clusters_of(found)))


def scored(found: dict[Cell, int], *, early: bool = False) -> list[Cell]:
    """The scored forecasts, one list item each."""
    return [
        cell
        for cell, n in found.items()
        for _ in range(n)
        if cell.status in ("true", "false") and cell.mid != NO_NUMBER and (early or cell.month <= "2020-06")
    ]


def clusters_of(found: dict[Cell, int]) -> RunningSums:
    """The running sums where each forecast is its own cluster."""
    ones = (of_cluster(ClusterScores(1, score(cell.mid, int(cell.status == "true")))) for cell in scored(found))
    return sum(ones, RunningSums())


def mean(values: list[Fraction]) -> float | None:
    return float(sum(values) / len(values)) if values else None


def of(millionths: int) -> Fraction:
    return Fraction(millionths, MILLION)


@given(tallies, st.just(FOUNDING.grades) | any_grades)
def test_every_figure_follows_from_its_definition(tally: Tally, grades: Grades) -> None:
    found = card(tally, TODAY, grades)
    now, regardless = scored(tally.cells), scored(tally.cells, early=True)
    for name in ("low", "mid", "high"):
        expected = mean([(of(getattr(cell, name)) - (cell.status == "true")) ** 2 for cell in now])
        assert getattr(found.readings, name) == expected
    assert found.scores.brier == found.headline.brier == found.readings.mid == found.early.headline.brier
    assert found.early.with_early.brier == mean([(of(c.mid) - (c.status == "true")) ** 2 for c in regardless])
    assert found.early.with_early.n == len(regardless)
    assert found.headline.our_reading == sum(cell.reading is NumberSource.OURS for cell in now)
    graded = [
        (cell, Fraction(str(grades.of(Outcome(cell.status)))))
        for cell, n in tally.cells.items()
        for _ in range(n)
        if cell.status in GRADED and cell.mid != NO_NUMBER and cell.month <= "2020-06"
    ]
    assert found.graded.by_grade.n == found.graded.as_true.n == found.graded.as_false.n == len(graded)
    assert found.graded.by_grade.brier == mean([(of(cell.mid) - grade) ** 2 for cell, grade in graded])
    assert found.graded.as_true.brier == mean([(of(cell.mid) - (grade > 0)) ** 2 for cell, grade in graded])
    assert found.graded.as_false.brier == mean([(of(cell.mid) - (grade == 1)) ** 2 for cell, grade in graded])


@given(tallies)
def test_scored_and_unscored_add_up_to_recorded(tally: Tally) -> None:
    found = card(tally, TODAY, FOUNDING.grades)
    assert found.headline.scored + sum(found.unscored.values()) == found.headline.recorded == tally.cells.total()
    assert sum(found.profile.worded.values()) == found.profile.recorded == found.headline.recorded
    assert found.scores.n == found.headline.scored
    if found.profile.hedge_interval:
        low, high = found.profile.hedge_interval
        assert 0 <= low <= found.profile.hedge_rate <= high <= 1


@given(tallies)
def test_the_decomposition_adds_up_to_the_score(tally: Tally) -> None:
    scores = card(tally, TODAY, FOUNDING.grades).scores
    if scores.brier is None:
        assert scores.mcb is scores.dsc is scores.unc is scores.ci is None
    else:
        assert scores.mcb - scores.dsc + scores.unc == pytest.approx(scores.brier, abs=1e-12)
        assert scores.ci is None or scores.ci[0] <= scores.brier + 1e-6


def test_log_scores_equal_float_logarithms_up_to_rounding() -> None:
    happened, did_not = {900_000: 3, 1: 1, MILLION: 2}, {250_000: 4, 0: 1}
    total = 3 * log(0.9) + log(1e-6) + 4 * log(0.75)
    exact, clipped = mean_log_scores(happened, did_not)
    assert exact == pytest.approx(-total / 11, rel=1e-15)
    assert clipped == pytest.approx(exact, rel=1e-15)
    assert mean_log_scores({0: 1}, {}) == (inf, pytest.approx(52 * log(2), rel=1e-15))
    assert mean_log_scores({}, {MILLION: 1, 500_000: 1}) == (inf, pytest.approx(53 * log(2) / 2, rel=1e-15))
    assert mean_log_scores({MILLION: 1}, {0: 1})[0] == 0
    assert mean_log_scores({}, {}) == (None, None)


@given(tallies)
def test_counts_are_whole(tally: Tally) -> None:
    scores = card(tally, TODAY, FOUNDING.grades).scores
    counts = [scores.n, scores.impossible, *(n for block in scores.calibration for n in (block.n, block.events))]
    assert all(type(n) is int for n in counts)


def test_an_empty_tally_has_no_figures() -> None:
    found: Card = card(Tally({}, RunningSums()), TODAY, FOUNDING.grades)
    assert found.headline.recorded == found.profile.recorded == 0
    assert found.profile.hedge_rate is None
    assert found.profile.hedge_interval is None
    assert found.graded.by_grade.brier is None
    assert set(found.unscored.values()) == {0}


def test_a_bare_could_is_hedged_and_one_with_a_number_is_not() -> None:
    def said(modality: Modality, ends: tuple[int, int, int]) -> Cell:
        return Cell("true", "", *ends, modality, NumberSource.OURS)

    none, some = (NO_NUMBER,) * 3, (500_000,) * 3
    counts = {
        said(Modality.COULD, none): 3,
        said(Modality.COULD, some): 1,
        said(Modality.WILL, none): 4,
        said(Modality.LIKELY, some): 2,
    }
    found = card(Tally(counts, RunningSums()), TODAY, FOUNDING.grades)
    profile = found.profile
    assert (profile.recorded, profile.hedged, profile.hedge_rate) == (10, 3, 0.3)
    assert profile.worded == {"will": 4, "likely": 2, "could": 4, "number": 0}
    assert found.headline.our_reading == 3
