"""Calls, peers and restatements against figures worked out by hand, also as of a past day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from support.acts import Acts
from support.cast import claimant_terms, forecast_terms, review_of

from ledger.domain.confidence import Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.journal.read import read_head
from ledger.queries.call_status import Order
from ledger.queries.calls import best_and_worst, every_call, list_calls
from ledger.queries.filters import CallFilters, ScorecardFilters
from ledger.queries.peers import compare_pair, peers
from ledger.queries.restatements_page import Restatements, list_restatements
from ledger.queries.scorecard_query import ScorecardQuery, scorecard_query
from ledger.queries.tallies import tally_as_of
from ledger.services.claimants import merge_claimants, register_claimant
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.end_claim import merge_claims, void_claim
from ledger.services.claims.record import record_forecast
from ledger.services.reviews.schedule import bring_forward, reopen_claim

LATE = date(2199, 1, 1)


def sure(acts: Acts, p: float, claimant: int | None = None, **changes: object) -> object:
    who = claimant or acts.cast.claimant
    confidence = Confidence.point(p)
    return forecast_terms(acts.cast.document, who, modality=Modality.NUMBER, confidence=confidence, **changes)


def worded(acts: Acts, claimant: int, **changes: object) -> object:
    confidence = Confidence.verbal("ICD203", "likely")
    terms = {"modality": Modality.LIKELY, "reading": NumberSource.OURS, "confidence": confidence, **changes}
    return forecast_terms(acts.cast.document, claimant, **terms)


def test_best_and_worst_are_as_of_the_day(acts: Acts) -> None:
    """A claim judged early, then differently: no stored tally has the earlier cell any more."""
    acts.now = datetime(2027, 1, 10, 12, tzinfo=UTC)
    claim = acts.record(horizon=PartialDate(2027, 3), forecast=sure(acts, 0.9))
    review = review_of(acts.session, claim)
    acts.do(bring_forward, by=acts.cast.dora.actor, review=review, reason="It has happened already.")
    acts.judge(claim, Outcome.TRUE)
    then = read_head(acts.session).size
    acts.now += timedelta(days=100)
    acts.do(reopen_claim, by=acts.cast.dora.actor, claim=claim, reason="It had not.")
    acts.judge(claim, Outcome.FALSE)
    mine = ScorecardFilters(claimant=acts.cast.claimant)
    for entry, score in ((then, 0.01), (read_head(acts.session).size, 0.81)):
        tally = tally_as_of(acts.session, entry, mine, today=LATE)
        best, worst = best_and_worst(acts.session, entry, mine, tally, today=LATE)
        assert best is not None and best == worst
        assert (best.claim, best.brier) == (claim, pytest.approx(score))


def test_every_order_lists_all_calls_once(acts: Acts) -> None:
    claims = [acts.record(forecast=sure(acts, p)) for p in (0.2, 0.9, 0.5)]
    for claim in claims:
        acts.judge(claim, Outcome.TRUE)
    mine, entry = ScorecardFilters(claimant=acts.cast.claimant), read_head(acts.session).size

    def listed(order: Order) -> list[int]:
        found = list_calls(acts.session, entry, mine, CallFilters(order=order), today=LATE)
        return [call.claim for call in found.calls if call.claim in claims]

    assert listed(Order.NEWEST) == claims[::-1]
    assert listed(Order.BEST) == [claims[1], claims[2], claims[0]]
    assert listed(Order.WORST) == [claims[0], claims[2], claims[1]]
    every = [call.claim for call in every_call(acts.session, entry, mine, today=LATE)]
    assert every == sorted(every) and set(claims) <= set(every) and len(set(every)) == len(every)
    with pytest.raises(Missing):
        list_calls(acts.session, entry, mine, CallFilters(), today=LATE, page=2)


def of(acts: Acts, claimant: int, **filters: Any) -> ScorecardQuery:
    """The query of a claimant's scorecard, filtered."""
    return scorecard_query(acts.session, "claimant", str(claimant), today=LATE, filters=ScorecardFilters(**filters))


def test_claimants_are_compared_on_the_claims_that_both_forecast(acts: Acts) -> None:
    one, other, third = (
        acts.do(register_claimant, terms=claimant_terms(name=name)) for name in ("One", "Other", "Third")
    )
    shared = []
    for own, theirs, outcome in ((0.9, 0.6, Outcome.TRUE), (0.2, 0.4, Outcome.FALSE), (0.5, 0.5, Outcome.PARTLY_TRUE)):
        claim = acts.record(forecast=sure(acts, own, one))
        acts.do(record_forecast, claim=claim, forecast=sure(acts, theirs, other))
        acts.judge(claim, outcome)
        shared.append(claim)
    acts.do(record_forecast, claim=shared[0], forecast=sure(acts, 0.1, third))
    alone = acts.record(forecast=sure(acts, 0.0, one))
    acts.judge(alone, Outcome.TRUE)
    pair = compare_pair(acts.session, one, other, of(acts, one))
    assert [line.claim for line in pair.claims] == [shared[1], shared[0]]
    assert pair.beside is not None and pair.beside.difference.n == 2
    assert (pair.beside.own, pair.beside.theirs) == pytest.approx(((0.01 + 0.04) / 2, (0.16 + 0.16) / 2))
    assert pair.beside.difference.mean == pytest.approx(0.025 - 0.16)
    found = peers(acts.session, one, of(acts, one))
    assert [(line.claimant.key, line.difference.n) for line in found.others] == [(other, 2), (third, 1)]
    assert found.together is not None
    # On the first claim the others' mean is that of .16 and .81.
    assert found.together.theirs == pytest.approx(((0.16 + 0.81) / 2 + 0.16) / 2)
    likely = acts.record(forecast=worded(acts, one))
    acts.do(record_forecast, claim=likely, forecast=sure(acts, 0.9, other))
    acts.judge(likely, Outcome.TRUE)
    for modality, claims in ((Modality.LIKELY, [likely]), (Modality.NUMBER, [shared[1], shared[0]])):
        # The filter applies to the claimant's own forecasts: the other gave a number each time.
        pair = compare_pair(acts.session, one, other, of(acts, one, modality=modality))
        assert [line.claim for line in pair.claims] == claims
        assert peers(acts.session, one, of(acts, one, modality=modality)).others[0].difference.n == len(claims)
    before = replace(of(acts, one), entry=alone)
    assert [line.claim for line in compare_pair(acts.session, one, other, before).claims] == [shared[1], shared[0]]
    assert compare_pair(acts.session, one, other, replace(before, entry=shared[0])).claims == ()
    acts.do(merge_claimants, by=acts.cast.dora.actor, claimant=third, into=other, reason="One person.")
    for nobody in (one, third, 10**6):
        with pytest.raises(Missing):
            compare_pair(acts.session, one, nobody, of(acts, one))
    acts.do(void_claim, by=acts.cast.dora.actor, claim=shared[0], reason="Recorded twice.")
    assert [line.claim for line in compare_pair(acts.session, one, other, of(acts, one)).claims] == [likely, shared[1]]


def test_restatements_show_the_first_and_the_latest_forecast(acts: Acts) -> None:
    one = acts.do(register_claimant, terms=claimant_terms(name="One"))
    claim = acts.record(horizon=PartialDate(2017, 12), forecast=sure(acts, 0.5, one, made_on=PartialDate(2016, 3)))
    acts.record(forecast=sure(acts, 0.5, one))  # forecast once
    acts.do(record_forecast, claim=claim, forecast=sure(acts, 0.9, one, made_on=PartialDate(2016, 9)))
    acts.do(record_forecast, claim=claim, forecast=sure(acts, 0.7, one, made_on=PartialDate(2016, 6)))
    assert list_restatements(acts.session, "claimant", str(one), of(acts, one)).scored == 0
    acts.judge(claim, Outcome.TRUE)
    found = list_restatements(acts.session, "claimant", str(one), of(acts, one))
    assert (found.total, [(line.claim, line.times) for line in found.repeats]) == (1, [(claim, 3)])
    assert (found.first_brier, found.latest_brier) == pytest.approx((0.25, 0.01))
    acts.do(void_claim, by=acts.cast.dora.actor, claim=claim, reason="Recorded twice.")
    # An ended claim does not count.
    assert list_restatements(acts.session, "claimant", str(one), of(acts, one)).scored == 0
    with pytest.raises(Missing):
        list_restatements(acts.session, "claimant", str(10**6), of(acts, 10**6))


def test_every_scorecard_has_restatements_filtered_and_as_of_any_entry(acts: Acts) -> None:
    one, other = (acts.do(register_claimant, terms=claimant_terms(name=name)) for name in ("One", "Other"))
    claim = acts.record(
        horizon=PartialDate(2017, 12), topics=("Sieges",), forecast=sure(acts, 0.5, one, made_on=PartialDate(2015, 3))
    )
    acts.do(record_forecast, claim=claim, forecast=sure(acts, 0.4, other, made_on=PartialDate(2016, 3)))
    once = read_head(acts.session).size
    acts.do(record_forecast, claim=claim, forecast=worded(acts, one, made_on=PartialDate(2016, 9)))
    acts.do(record_forecast, claim=claim, forecast=sure(acts, 0.1, other, made_on=PartialDate(2016, 9)))
    said = read_head(acts.session).size
    acts.judge(claim, Outcome.FALSE)

    def found(kind: str, key: str, entry: int | None = None, **filters: Any) -> Restatements:
        counted = scorecard_query(acts.session, kind, key, today=LATE, filters=ScorecardFilters(**filters))
        return list_restatements(acts.session, kind, key, replace(counted, entry=entry or counted.entry))

    both, first = [(claim, other, 2), (claim, one, 2)], [(claim, one, 2)]
    for kind, key, filters, expected in (
        ("ledger", "", {"topic": "sieges"}, both),
        ("topic", "sieges", {}, both),
        ("topic", "sieges", {"made_to": PartialDate(2015)}, first),  # the date of the first forecast
        ("topic", "sieges", {"modality": Modality.LIKELY}, []),
        ("topic", "sieges", {"claimant": one}, first),
        ("document", str(acts.cast.document), {"topic": "sieges"}, both),
        ("claimant", str(other), {}, [(claim, other, 2)]),
        # The year's own count has everybody's forecasts, but of each claimant only the first counts.
        ("year", "2015", {"topic": "sieges"}, first),
    ):
        lines = found(kind, key, **filters).repeats
        assert [(line.claim, line.claimant.key, line.times) for line in lines] == expected, (kind, filters)
    now = found("topic", "sieges")
    assert now.scored == 2 and [line.outcome for line in now.repeats] == [Outcome.FALSE] * 2
    assert now.first_brier == pytest.approx((0.25 + 0.16) / 2)
    then = found("topic", "sieges", said)
    assert then.scored == 0 and [(line.outcome, line.times) for line in then.repeats] == [(None, 2)] * 2
    assert found("topic", "sieges", once).repeats == ()


def rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 12)


def test_later_changes_do_not_alter_restatements_of_a_past_day(acts: Acts) -> None:
    """Two claimants are merged, two claims are merged, and the horizon of one is moved."""
    one, other = (acts.do(register_claimant, terms=claimant_terms(name=name)) for name in ("One", "Other"))
    horizon = PartialDate(2016, 12)
    claim, twin = (
        acts.record(horizon=horizon, topics=("Sieges",), forecast=sure(acts, p, who, made_on=PartialDate(2015, 3)))
        for p, who in ((0.5, one), (0.3, other))
    )
    acts.do(record_forecast, claim=claim, forecast=sure(acts, 0.9, one, made_on=PartialDate(2016, 6)))
    acts.do(record_forecast, claim=claim, forecast=sure(acts, 0.2, other, made_on=PartialDate(2016, 7)))
    past: dict[int, list[tuple[int, int, float | None, float | None]]] = {}

    def remember(*expected: tuple[int, int, float | None, float | None]) -> None:
        """The claimant, the number of times, and the scores of the first and the latest forecast."""
        past[read_head(acts.session).size] = list(expected)
        counted = scorecard_query(acts.session, "topic", "sieges", today=LATE)
        for entry, was in past.items():
            lines = list_restatements(acts.session, "topic", "sieges", replace(counted, entry=entry)).repeats
            assert [(s.claimant.key, s.times, rounded(s.first.brier), rounded(s.latest.brier)) for s in lines] == was

    remember((one, 2, None, None))
    acts.do(merge_claims, by=acts.cast.dora.actor, claim=twin, into=claim, reason="One and the same.")
    remember((other, 2, None, None), (one, 2, None, None))
    acts.judge(claim, Outcome.TRUE)
    remember((other, 2, 0.49, 0.64), (one, 2, 0.25, 0.01))
    acts.do(reopen_claim, by=acts.cast.dora.actor, claim=claim, reason="Its day was another.")
    earlier = replace(acts.terms(claim), horizon=PartialDate(2016, 5))
    acts.do(amend_claim, claim=claim, terms=earlier, reason="By May, it said.")
    acts.judge(claim, Outcome.TRUE)
    remember((other, 2, 0.49, None), (one, 2, 0.25, None))  # the latest forecast was made after the horizon
    acts.do(merge_claimants, by=acts.cast.dora.actor, claimant=other, into=one, reason="One person.")
    remember((one, 4, 0.25, None))
