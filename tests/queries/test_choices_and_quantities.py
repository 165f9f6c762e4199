"""Choices and quantities: the page compared with a plain recomputation from the rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import inf, log

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.acts import Acts
from support.cast import assessment_terms, claimant_terms, forecast_terms, review_of
from support.oracles import Judged, claims_in, units_in

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import MILLION, Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.forecasts import CountedForecast, Modality
from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.scoring.choices_and_quantities import Answer, Ends, Way, of_choice, of_quantity
from ledger.domain.scoring.units import NO_NUMBER
from ledger.journal.read import read_head
from ledger.queries.answer_parts import AnswerPart
from ledger.queries.call_status import Order
from ledger.queries.choices_and_quantities import PAGE, AnswersPage, answers
from ledger.queries.filters import AnswerFilters, ScorecardFilters
from ledger.queries.judged_answers import counts_of, read_judged
from ledger.queries.scorecard_query import scorecard_query
from ledger.services.claimants import register_claimant
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.end_claim import void_claim
from ledger.services.claims.record import record_forecast
from ledger.services.reviews.schedule import bring_forward, reopen_claim
from ledger.store.claims import Claim, Forecast
from ledger.store.reviews import Verdict

LATE = date(2199, 1, 1)
CITIES = Shape(ClaimKind.CHOICE, options=("Raqqa", "Mosul", "neither"))
SEASONS = Shape(ClaimKind.CHOICE, options=("spring", "summer", "autumn"), ordered=True)
PEOPLE = Shape(ClaimKind.QUANTITY, bounds=Bounds(5_000.0, 7_000.0), unit="people")
NONE, POINT, BETWEEN = Confidence.none(), Confidence.point, Confidence.between


def shared(acts: Acts, *shares: float, who: int | None = None, **changes: object) -> object:
    terms = {"modality": Modality.NUMBER, "confidence": NONE, "shares": shares, "reading": NumberSource.SPEAKER}
    return forecast_terms(acts.cast.document, who or acts.cast.claimant, **{**terms, **changes})


def said(acts: Acts, confidence: Confidence, who: int | None = None, **changes: object) -> object:
    terms = {"modality": Modality.NUMBER, "confidence": confidence, "reading": NumberSource.SPEAKER}
    return forecast_terms(acts.cast.document, who or acts.cast.claimant, **{**terms, **changes})


def measure(acts: Acts, claim: int, outcome: Outcome, value: float | None) -> None:
    acts.judge_as(claim, assessment_terms(outcome, acts.attach(claim), value=value))


def choice(acts: Acts, shape: Shape, answer: int, forecast: object, **changes: object) -> int:
    claim = acts.record(shape=shape, forecast=forecast, **changes)
    acts.judge_choice(claim, answer)
    return claim


def quantity(acts: Acts, shape: Shape, outcome: Outcome, value: float | None, forecast: object) -> int:
    claim = acts.record(shape=shape, forecast=forecast)
    measure(acts, claim, outcome, value)
    return claim


def plainly(session: Session, scope: str, today: date) -> Counter[Answer]:
    """Every answer that counts in a scope now, computed one by one."""
    found: Counter[Answer] = Counter()
    for claim in claims_in(session):
        if not claim.counts or claim.outcome is None or claim.early(today):
            continue
        for one in units_in(claim, scope):
            if answer := _plain(session, claim, one):
                found[answer] += 1
    return found


def _plain(session: Session, judged: Judged, one: CountedForecast) -> Answer | None:
    claim, forecast = session.get_one(Claim, judged.number), session.get_one(Forecast, one.number)
    verdict = session.scalars(
        select(Verdict).where(Verdict.claim_id == claim.id, Verdict.superseded_by.is_(None))
    ).one()
    ends = [judged.number_of(one, end) for end in ("low", "mid", "high")]
    kept = Ends(*(NO_NUMBER if end is None else int(end * MILLION) for end in ends))
    late = one.made_on.first > judged.last_day
    if claim.kind is ClaimKind.CHOICE and judged.outcome is Outcome.ANSWERED:
        return of_choice(
            *(claim.shape, verdict.answer or 0),
            reading=one.reading,
            ends=kept,
            option=forecast.option,
            shares=tuple(forecast.shares),
            late=late,
        )
    if claim.kind is ClaimKind.QUANTITY and judged.outcome in GRADED:
        struck = late and one.confidence.low is not None
        return of_quantity(claim.shape, verdict.value, reading=one.reading, ends=kept, late=struck)
    return None


def check(acts: Acts, today: date = LATE) -> None:
    """Compare the counts with the plain recomputation, for the ledger and the claimant."""
    size = read_head(acts.session).size
    for scope in ("ledger", f"claimant:{acts.cast.claimant}", "topic:battle"):
        found = read_judged(acts.session, size, ScorecardFilters.of_scope(scope), today=today)
        assert counts_of(found) == plainly(acts.session, scope, today), scope


def page_of(acts: Acts, asked: AnswerFilters | None = None, page: int = 1, at: date | None = None) -> AnswersPage:
    key = str(acts.cast.claimant)
    counted = scorecard_query(acts.session, "claimant", key, today=LATE, as_of=at)
    return answers(acts.session, "claimant", key, counted, asked or AnswerFilters(), page=page)


def furnish(acts: Acts) -> dict[str, int]:
    """One claim of every kind, by name."""
    sides = Bounds(5_000.0, 7_000.0, high_strict=True)
    return {
        "shared": choice(acts, CITIES, 2, shared(acts, 0.2, 0.7, 0.1)),
        "impossible": choice(acts, CITIES, 3, shared(acts, 0.5, 0.5, 0.0, reading=NumberSource.OURS)),
        "ordered": choice(acts, SEASONS, 1, shared(acts, 0.1, 0.2, 0.7)),
        "named": choice(acts, CITIES, 1, said(acts, BETWEEN(0.6, 0.8), option=1)),
        "wrong": choice(acts, CITIES, 1, said(acts, POINT(0.9), option=2, reading=NumberSource.OURS)),
        "unsure": choice(acts, CITIES, 3, said(acts, NONE, option=3, modality=Modality.WILL)),
        "held": quantity(acts, PEOPLE, Outcome.TRUE, 6_000.0, said(acts, POINT(0.8))),
        "missed": quantity(acts, PEOPLE, Outcome.FALSE, 7_300.0, said(acts, POINT(0.9))),
        "edge": quantity(acts, replace(PEOPLE, bounds=sides), Outcome.FALSE, 7_000.0, said(acts, POINT(0.6))),
        "open": quantity(acts, replace(PEOPLE, bounds=Bounds(5_000.0)), Outcome.TRUE, 6_000.0, said(acts, POINT(0.6))),
        "unmeasured": quantity(acts, PEOPLE, Outcome.MOSTLY_TRUE, None, said(acts, POINT(0.6))),
        "silent": quantity(acts, PEOPLE, Outcome.TRUE, 6_000.0, said(acts, NONE, modality=Modality.WILL)),
        "certain": quantity(acts, PEOPLE, Outcome.TRUE, 6_000.0, said(acts, POINT(1.0))),
        "waiting": acts.record(shape=CITIES, forecast=shared(acts, 0.3, 0.3, 0.4)),
    }


def test_the_page_has_the_figures_worked_out_by_hand(acts: Acts) -> None:
    claims = furnish(acts)
    found = page_of(acts)
    scores = found.scores
    assert (found.choices, found.quantities) == ({"judged": 6, "open": 1}, {"judged": 7})
    assert scores.choices == {"shared": 3, "named": 2, "no_number": 1, "too_late": 0, "unlisted": 0}
    assert scores.quantities == {
        **{"interval": 3, "one_sided": 1, "unmeasured": 1, "no_number": 1, "too_late": 0, "certain": 1}
    }
    spread = scores.spread
    assert (spread.n, spread.our_reading, spread.impossible, spread.ordered) == (3, 1, 1, 1)
    assert spread.brier == pytest.approx((0.07 + 0.75 + (0.81 + 0.04 + 0.49) / 2) / 3)
    assert (spread.equal_brier, spread.equal_log_score) == pytest.approx((1 / 3, log(3)))
    assert spread.log_score == inf
    assert spread.log_score_clipped == pytest.approx((-log(0.7) - log(0.1) + 36.0436533891) / 3)
    assert (spread.rps, spread.equal_rps) == pytest.approx(((0.81 + 0.49) / 2, (4 / 9 + 1 / 9) / 2))
    named = scores.named
    assert (named.named, named.came, named.n, named.our_reading) == (3, 2, 2, 1)
    assert (named.brier, named.brier_best, named.brier_worst) == pytest.approx(
        ((0.09 + 0.81) / 2, (0.04 + 0.81) / 2, (0.16 + 0.81) / 2)
    )
    held = scores.held
    assert (held.n, held.held, held.our_reading, held.stated) == (3, 1, 0, pytest.approx((0.8 + 0.9 + 0.6) / 3))
    assert held.coverage == pytest.approx(1 / 3) and held.coverage_interval is not None
    calls = {call.claim: call for call in found.calls}
    assert [call.claim for call in found.calls] == sorted(set(claims.values()) - {claims["waiting"]}, reverse=True)
    assert calls[claims["held"]].interval_score == 2_000
    assert calls[claims["missed"]].interval_score == pytest.approx(2_000 + 2 / 0.1 * 300)
    assert calls[claims["edge"]].interval_score == 2_000 and calls[claims["edge"]].hit is False
    assert calls[claims["shared"]].shares == (0.2, 0.7, 0.1)
    assert (calls[claims["shared"]].came, calls[claims["wrong"]].option) == ("Mosul", "Mosul")
    assert calls[claims["impossible"]].scores.log_score == inf
    assert all(calls[claims[word]].interval_score is None for word in ("open", "silent", "certain", "named"))
    check(acts)


def test_each_part_lists_as_many_calls_as_its_number_in_every_order(acts: Acts) -> None:
    furnish(acts)
    scores = {call.claim: call.scores.brier for call in page_of(acts).calls}
    whole = page_of(acts).parts
    for part in AnswerPart:
        for reading in (None, *NumberSource):
            listed = page_of(acts, AnswerFilters(part, reading))
            assert listed.total == len(listed.calls), part
            assert all(reading in (None, call.reading) for call in listed.calls)
            assert reading is not None or listed.total == whole[part], part
    for order, sign in ((Order.WORST, -1), (Order.BEST, 1)):
        found = [scores[call.claim] for call in page_of(acts, AnswerFilters(order=order)).calls]
        assert None not in found and len(found) == 8
        assert found == sorted(found, key=lambda score: sign * (score or 0))


def test_pages_hold_every_call_once_in_every_order(acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(acts)
    for shares in ((0.2, 0.7, 0.1), (0.2, 0.7, 0.1), (0.5, 0.5, 0.0)):
        choice(acts, CITIES, 2, shared(acts, *shares))
    choice(acts, CITIES, 2, shared(acts, 0.2, 0.7, 0.1, made_on=PartialDate(2016, 5)), horizon=PartialDate(2017))
    monkeypatch.setattr("ledger.queries.choices_and_quantities.PAGE", 2)
    for order in Order:
        first = page_of(acts, AnswerFilters(order=order))
        listed = [
            call for n in range(1, first.pages + 1) for call in page_of(acts, AnswerFilters(order=order), n).calls
        ]
        assert len(listed) == first.total == len({call.forecast for call in listed})
        if order is Order.WORST:
            briers = [call.scores.brier or 0 for call in listed]
            assert briers == sorted(briers, reverse=True)
        with pytest.raises(Missing):
            page_of(acts, AnswerFilters(order=order), first.pages + 1)
    assert PAGE == 50


def test_late_forecasts_are_counted_and_have_no_score(acts: Acts) -> None:
    """With a horizon and without: then the usual term runs from the first forecast by anybody."""
    before = acts.do(register_claimant, terms=claimant_terms())
    until = {"horizon": PartialDate(2015), "horizon_basis": HorizonBasis.STATED}
    usual = {"horizon": None, "horizon_basis": HorizonBasis.DEFAULT}
    for horizon, day, way in (
        (until, PartialDate(2015, 12), Way.SHARED),
        (until, PartialDate(2015), Way.SHARED),
        (until, PartialDate(2016, 1, 1), Way.TOO_LATE),
        (usual, PartialDate(2015, 6, 30), Way.SHARED),
        (usual, PartialDate(2015, 7), Way.TOO_LATE),
    ):
        first = shared(acts, 0.5, 0.4, 0.1, who=before, made_on=PartialDate(2014, 6))
        claim = acts.record(shape=CITIES, forecast=first)
        # A date known to the year only counts as its last day, so 2014 is not before June.
        again = shared(acts, 1.0, 0.0, 0.0, who=before, made_on=PartialDate(2014))
        for forecast in (again, shared(acts, 0.2, 0.8, 0.0, made_on=day)):
            acts.do(record_forecast, claim=claim, forecast=forecast)
        # A late forecast is refused, but the horizon can be amended afterwards.
        acts.do(amend_claim, claim=claim, terms=replace(acts.terms(claim), **horizon), reason="As the words have it.")
        acts.judge_choice(claim, 2)
        [call] = [call for call in page_of(acts).calls if call.claim == claim]
        assert call.way is way and (call.scores.brier is None) is (way is Way.TOO_LATE), day
    check(acts)
    late = page_of(acts, AnswerFilters(AnswerPart.CHOICES_TOO_LATE))
    assert late.total == 2 == len(late.calls) and page_of(acts, AnswerFilters(AnswerPart.SHARED)).total == 3
    assert page_of(acts, AnswerFilters(order=Order.WORST)).total == 3


def test_a_past_day_has_the_verdict_and_the_claim_of_that_day(acts: Acts) -> None:
    """Judged and reopened; an option added, bounds moved, the order removed; then judged differently."""
    ordered = choice(acts, SEASONS, 1, shared(acts, 0.2, 0.5, 0.3))
    counted = quantity(acts, PEOPLE, Outcome.TRUE, 6_000.0, said(acts, POINT(0.8)))
    then, day = page_of(acts), acts.now.date()
    assert [call.interval_score for call in then.calls] == [2_000, None]
    acts.now += timedelta(days=10)
    for claim in (ordered, counted):
        acts.do(reopen_claim, by=acts.cast.dora.actor, claim=claim, reason="New facts.")
    amend(acts, ordered, replace(SEASONS, options=(*SEASONS.options, "winter"), ordered=False))
    amend(acts, counted, replace(PEOPLE, bounds=Bounds(6_500.0, 8_000.0), unit="fighters"))
    assert page_of(acts).scores.spread.ordered == 0
    check(acts)
    acts.judge_choice(ordered, 4)
    measure(acts, counted, Outcome.TRUE, 7_500.0)
    check(acts)
    past = page_of(acts, at=day)
    assert (past.scores, past.calls, past.parts, past.choices) == (then.scores, then.calls, then.parts, then.choices)
    for part in AnswerPart:
        assert page_of(acts, AnswerFilters(part), at=day).total == len(page_of(acts, AnswerFilters(part), at=day).calls)
    for order in Order:
        assert len(page_of(acts, AnswerFilters(order=order), at=day).calls) == 2
    now = page_of(acts)
    assert now.scores.choices["unlisted"] == 1 and now.scores.spread.n == 0
    assert [call.interval_score for call in now.calls] == [1_500, None]
    assert (len(now.calls[1].options), now.calls[1].shares, now.calls[1].came) == (4, (0.2, 0.5, 0.3), "winter")


def test_an_early_verdict_waits_for_its_month_and_an_ended_claim_does_not_count(acts: Acts) -> None:
    acts.now = datetime(2027, 1, 10, 12, tzinfo=UTC)
    claim = acts.record(shape=CITIES, horizon=PartialDate(2027, 3), forecast=shared(acts, 0.2, 0.7, 0.1))
    review = review_of(acts.session, claim)
    acts.do(bring_forward, by=acts.cast.dora.actor, review=review, reason="It has happened already.")
    acts.judge_choice(claim, 2)
    other = choice(acts, CITIES, 2, shared(acts, 0.2, 0.7, 0.1))
    key = str(acts.cast.claimant)

    def listed(today: date) -> AnswersPage:
        return answers(
            acts.session, "claimant", key, scorecard_query(acts.session, "claimant", key, today=today), AnswerFilters()
        )

    for today, n in ((date(2027, 3, 31), 1), (date(2027, 4, 1), 2)):
        found = listed(today)
        assert found.scores.spread.n == n == len(found.calls)
        assert found.choices == ({"judged": 2} if n == 2 else {"judged": 1, "early": 1})
        check(acts, today)
    acts.do(void_claim, by=acts.cast.dora.actor, claim=other, reason="Recorded twice.")
    assert [call.claim for call in listed(LATE).calls] == [claim]


def test_only_a_claimant_s_first_forecast_counts_and_filters_apply(acts: Acts) -> None:
    other = acts.do(register_claimant, terms=claimant_terms())
    first = shared(acts, 0.2, 0.7, 0.1, made_on=PartialDate(2016, 9))
    claim = choice(acts, CITIES, 2, first, topics=("Cities",))
    choice(acts, SEASONS, 2, shared(acts, 0.2, 0.7, 0.1), topics=("Seasons",))
    for who, shares in ((acts.cast.claimant, (0.0, 1.0, 0.0)), (other, (1.0, 0.0, 0.0))):
        acts.do(record_forecast, claim=claim, forecast=shared(acts, *shares, who=who, hedge="again"))
    check(acts)

    def briers(**filters: object) -> list[float | None]:
        counted = scorecard_query(acts.session, "ledger", "", today=LATE, filters=ScorecardFilters(**filters))
        found = answers(acts.session, "ledger", "", counted, AnswerFilters(order=Order.WORST))
        return [call.scores.brier for call in found.calls]

    assert briers() == pytest.approx([1, 0.07, 0.07])
    assert briers(topic="cities") == pytest.approx([1, 0.07])
    assert briers(claimant=other) == [1]
    assert briers(topic="seasons", claimant=other) == briers(kind=ClaimKind.QUANTITY) == []


def test_the_check_finds_a_planted_wrong_answer(acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = acts.record(shape=CITIES, forecast=shared(acts, 1.0, 0.0, 0.0, made_on=PartialDate(2014)))
    other = acts.do(register_claimant, terms=claimant_terms())
    acts.do(record_forecast, claim=claim, forecast=shared(acts, 0.0, 1.0, 0.0, who=other, made_on=PartialDate(2016)))
    acts.do(amend_claim, claim=claim, terms=replace(acts.terms(claim), horizon=PartialDate(2015)), reason="Misread.")
    acts.judge_choice(claim, 2)
    check(acts)
    monkeypatch.setattr("ledger.queries.judged_answers.made_too_late", lambda *_: False)
    with pytest.raises(AssertionError):
        check(acts)


def amend(acts: Acts, claim: int, shape: Shape) -> None:
    acts.do(amend_claim, claim=claim, terms=replace(acts.terms(claim), shape=shape), reason="Better so.")
