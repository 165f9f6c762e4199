"""Tallies: adding and removing claims, and the headline computed from the cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.oracles import Judged, headline_of, scopes_of, tally_of

from ledger.domain.checkability import Checkability
from ledger.domain.confidence import MILLION, Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import CountedForecast, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import FOUNDING
from ledger.domain.scoring.running_sums import ClusterScores, RunningSums, by_month, score
from ledger.domain.scoring.tally import Cell, Headline, cell_of, headline, sums
from ledger.domain.scoring.units import CountedClaim, Unit, event_of, scope, scopes, units
from ledger.domain.text import slug

Cells = Counter[tuple[str, Cell]]
enough = settings(max_examples=50)  # each example is many claims on many days


def units_of(claim: Judged) -> list[Unit]:
    counted = CountedClaim(
        number=claim.number,
        whole=claim.whole,
        kind=claim.kind,
        basis=claim.basis,
        checkability=claim.checkability,
        horizon=claim.horizon,
        outcome=claim.outcome,
        decided_on=claim.decided_on,
        counts=claim.counts,
    )
    return units(counted, claim.said, FOUNDING)


def counted_in(claim: Judged) -> list[tuple[str, Unit]]:
    return [(key, unit) for unit in units_of(claim) for key in scopes(unit, map(slug, claim.topics))]


def added(claims: Iterable[Judged]) -> Cells:
    return Counter((key, cell_of(unit)) for claim in claims for key, unit in counted_in(claim))


def of_scope(cells: Cells, key: str) -> dict[Cell, int]:
    return {cell: n for (where, cell), n in cells.items() if where == key}


def read(cells: Cells, key: str, today: date) -> Headline:
    return headline(sums(of_scope(cells, key), today))


def clustered(claims: Iterable[Judged], key: str, today: date) -> RunningSums:
    """The running sums of all clusters over the months up to `today`."""
    clusters: dict[int, dict[str, ClusterScores]] = {}
    for where, unit in (found for claim in claims for found in counted_in(claim)):
        event = event_of(unit.status)
        if where == key and event is not None and unit.mid >= 0:
            months = clusters.setdefault(unit.cluster, {})
            months[unit.month] = months.get(unit.month, ClusterScores()) + ClusterScores(1, score(unit.mid, event))
    added = (item for months in clusters.values() for item in by_month(months).items())
    return sum((one for month, one in added if month <= f"{today:%Y-%m}"), RunningSums())


millionths = st.integers(0, MILLION).map(lambda n: n / MILLION)
confidences = st.one_of(
    st.just(Confidence.none()),
    millionths.map(Confidence.point),
    st.tuples(millionths, millionths).map(lambda ends: Confidence.between(min(ends), max(ends))),
    st.sampled_from(["likely", "unlikely", "remote"]).map(lambda term: Confidence.verbal("ICD203", term)),
)
made = st.sampled_from([PartialDate(2016), PartialDate(2016, 10), PartialDate(2016, 10, 17), PartialDate(2017, 1, 2)])
said_by = st.lists(
    st.tuples(
        made,
        st.sets(st.integers(1, 3), min_size=1),
        st.sampled_from([("times", 7), ("post", 8)]),
        confidences,
        st.sampled_from(Modality),
        st.sampled_from(NumberSource),
    ),
    min_size=1,
    max_size=4,
).map(
    lambda rows: tuple(
        CountedForecast(number, when, tuple(sorted(who)), outlet, document, confidence, modality, reading)
        for number, (when, who, (outlet, document), confidence, modality, reading) in enumerate(rows, 1)
    )
)


@st.composite
def judged(draw: st.DrawFn) -> Judged:
    """A claim, open or judged, before or after a horizon of any precision."""
    outcome = draw(st.none() | st.sampled_from(Outcome))
    return Judged(
        said=draw(said_by),
        topics=tuple(draw(st.sets(st.sampled_from(["Drones", "Oil & gas", "選挙"])))),
        horizon=draw(
            st.none() | st.sampled_from([PartialDate(2017, 12, 31), PartialDate(2018, 1, 1), PartialDate(2018, 2)])
        ),
        outcome=outcome,
        decided_on=draw(st.dates(date(2017, 12, 1), date(2018, 4, 1))) if outcome else None,
        counts=draw(st.sampled_from([True, True, True, False])),
        checkability=draw(st.sampled_from([Checkability.CHECKABLE] * 3 + [Checkability.TOO_VAGUE])),
        whole=draw(st.sampled_from([None, None, 1, 2, 100])),
    )


many = st.lists(judged(), max_size=6).map(
    lambda claims: [replace(claim, number=number) for number, claim in enumerate(claims, 1)]
)
DAYS = [date(2017, 12, 31), date(2018, 1, 1), date(2018, 2, 28), date(2018, 3, 1), date(2026, 11, 22)]


@given(many)
@enough
def test_every_scope_s_headline_equals_its_plain_recomputation(claims: list[Judged]) -> None:
    cells = added(claims)
    assert {key for key, _ in cells} <= scopes_of(claims)  # a document with restatements only has no cell
    for key in scopes_of(claims):
        for today in DAYS:
            assert read(cells, key, today) == headline_of(claims, key, today)
            assert clustered(claims, key, today) == tally_of(claims, key, today).clusters


@given(many, st.dates(date(2017, 11, 1), date(2018, 6, 1)))
@enough
def test_every_recorded_forecast_is_open_judged_or_early(claims: list[Judged], today: date) -> None:
    for key in scopes_of(claims):
        figures = read(added(claims), key, today)
        assert figures.recorded == figures.open + figures.uncheckable + figures.judged + figures.early
        assert figures.judged == sum(figures.outcomes.values()) >= figures.scored >= figures.events
        if figures.brier is not None:
            assert figures.brier_best is not None and figures.brier_worst is not None
            assert 0 <= figures.brier_best <= figures.brier + 1e-6
            assert figures.brier - 1e-6 <= figures.brier_worst <= 1


@given(many, st.randoms(use_true_random=False))
@enough
def test_the_order_of_claims_does_not_matter(claims: list[Judged], random: Random) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert added(shuffled) == added(claims)


def one(outcome: Outcome | None, horizon: PartialDate | None, decided_on: date | None, *, p: float = 0.5) -> Judged:
    said = CountedForecast(
        1, PartialDate(2016, 10, 17), (5,), "times", 7, Confidence.point(p), Modality.NUMBER, NumberSource.SPEAKER
    )
    return Judged((said,), (), horizon, outcome, decided_on)


@pytest.mark.parametrize(
    ("horizon", "decided_on", "enters"),
    [
        # Judged on the last day of the horizon it is early; it counts from the next month.
        (PartialDate(2017, 10, 31), date(2017, 10, 31), date(2017, 11, 1)),
        (PartialDate(2017, 10, 5), date(2017, 10, 5), date(2017, 11, 1)),
        (PartialDate(2017, 12), date(2016, 12, 24), date(2018, 1, 1)),
        (PartialDate(2018), date(2018, 6, 1), date(2019, 1, 1)),
        # Judged after the horizon it counts at once. Without a horizon, the last day is a year after the forecast.
        (PartialDate(2017, 10, 5), date(2017, 10, 6), date(2017, 10, 6)),
        (None, date(2017, 10, 17), date(2017, 11, 1)),
        (None, date(2017, 10, 18), date(2017, 10, 18)),
    ],
)
def test_early_verdicts_enter_the_headline_by_the_calendar(
    horizon: PartialDate | None, decided_on: date, enters: date
) -> None:
    cells = added([one(Outcome.TRUE, horizon, decided_on)])
    on_the_day = read(cells, "ledger", enters)
    assert (on_the_day.judged, on_the_day.early, on_the_day.scored) == (1, 0, 1)
    if decided_on <= (horizon or PartialDate(2017, 10, 17)).last:
        eve = date.fromordinal(enters.toordinal() - 1)
        assert (read(cells, "ledger", eve).judged, read(cells, "ledger", eve).early) == (0, 1)
        assert read(cells, "ledger", eve).brier is None


def test_a_small_scorecard_worked_out_by_hand() -> None:
    late = date(2017, 11, 5)
    rows = [
        one(Outcome.TRUE, None, late, p=0.9),  # .01
        one(Outcome.TRUE, None, late, p=0.7),  # .09
        one(Outcome.FALSE, None, late, p=0.4),  # .16
        one(Outcome.FALSE, None, late, p=0.2),  # .04
        one(Outcome.PARTLY_TRUE, None, late, p=0.2),  # counted, not scored
        one(Outcome.TOO_VAGUE, None, late, p=1.0),  # counted, not scored
        one(None, None, None),  # open
    ]
    words = Confidence.verbal("ICD203", "likely")
    likely = CountedForecast(1, PartialDate(2016), (5,), "times", 7, words, Modality.LIKELY, NumberSource.OURS)
    rows.append(Judged((likely,), (), None, Outcome.TRUE, late))  # .55 to .8: .325² = .105625, best .04, worst .2025
    could = CountedForecast(
        1, PartialDate(2016), (5,), "times", 7, Confidence.none(), Modality.COULD, NumberSource.OURS
    )
    rows.append(Judged((could,), (), None, Outcome.FALSE, late))  # counted, no number
    figures = read(added(rows), "claimant:5", date(2026, 11, 22))
    assert (figures.recorded, figures.open, figures.judged, figures.early) == (9, 1, 8, 0)
    assert figures.outcomes["true"] == figures.outcomes["false"] == 3
    assert (figures.scored, figures.events) == (5, 3)
    assert figures.brier == pytest.approx((0.01 + 0.09 + 0.16 + 0.04 + 0.105625) / 5, abs=1e-15)
    assert figures.brier_best == pytest.approx((0.01 + 0.09 + 0.16 + 0.04 + 0.04) / 5, abs=1e-15)
    assert figures.brier_worst == pytest.approx((0.01 + 0.09 + 0.16 + 0.04 + 0.2025) / 5, abs=1e-15)
    assert figures.base_rate == 0.6
    assert figures.base_rate_brier == 0.24


def test_an_empty_scope_has_zero_counts_and_no_scores() -> None:
    figures = headline({})
    assert (figures.recorded, figures.scored) == (0, 0)
    assert figures.brier is figures.brier_best is figures.base_rate is figures.base_rate_brier is None
    assert set(figures.outcomes) == {outcome.value for outcome in Outcome}


@given(st.lists(st.tuples(millionths, st.sampled_from([Outcome.TRUE, Outcome.FALSE])), min_size=1, max_size=60))
@enough
def test_sums_never_drift_from_the_exact_fraction(rows: list[tuple[float, Outcome]]) -> None:
    claims = [one(outcome, None, date(2017, 11, 5), p=p) for p, outcome in rows]
    assert read(added(claims), "ledger", DAYS[-1]).brier == headline_of(claims, "ledger", DAYS[-1]).brier


def test_keys_of_scopes() -> None:
    assert [scope("ledger"), scope("claimant", 5), scope("topic", "drones")] == ["ledger", "claimant:5", "topic:drones"]
