"""As of a past day: statements and claimants as they were before amendments and merges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from support.acts import Acts
from support.cast import claimant_terms, forecast_terms

from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.journal.read import read_head
from ledger.queries.as_of import claims_as_of
from ledger.queries.calls import list_calls
from ledger.queries.choices_and_quantities import answers
from ledger.queries.filters import AnswerFilters, CallFilters, ScorecardFilters
from ledger.queries.peers import compare_pair
from ledger.queries.restatements_page import list_restatements
from ledger.queries.scopes import describe_scope, unmerged_claimant
from ledger.queries.scorecard_query import ScorecardQuery, scorecard_query
from ledger.services.claimants import merge_claimants, register_claimant
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.record import record_forecast
from ledger.services.reviews.schedule import reopen_claim

LATE = date(2199, 1, 1)


def sure(acts: Acts, p: float, *who: int, **changes: object) -> object:
    confidence = Confidence.point(p)
    one = forecast_terms(acts.cast.document, who[0], modality=Modality.NUMBER, confidence=confidence, **changes)
    return replace(one, claimants=who)


def people(acts: Acts, *names: str) -> list[int]:
    return [acts.do(register_claimant, terms=claimant_terms(name=name)) for name in names]


def merge(acts: Acts, one: int, into: int) -> None:
    acts.now += timedelta(days=1)
    acts.do(merge_claimants, by=acts.cast.dora.actor, claimant=one, into=into, reason="One person.")


def amend(acts: Acts, claim: int, **changes: object) -> None:
    acts.now += timedelta(days=1)
    acts.do(amend_claim, claim=claim, terms=replace(acts.terms(claim), **changes), reason="Better so.")


def as_of(acts: Acts, kind: str, key: str, day: date) -> ScorecardQuery:
    return scorecard_query(acts.session, kind, key, today=LATE, as_of=day)


def test_calls_have_the_statements_and_claimants_of_their_day(acts: Acts) -> None:
    """Three claimants are merged, one after another; the claim's statement is amended twice, and its horizon once."""
    one, two, three = people(acts, "One", "Two", "Three")
    claim = acts.record(
        statement="It rains.", horizon=PartialDate(2017), topics=("Rain",), forecast=sure(acts, 0.5, one, two)
    )
    days = [acts.now.date()]
    amend(acts, claim, statement="It rains hard.", horizon=PartialDate(2018))
    days.append(acts.now.date())
    merge(acts, one, two)
    days.append(acts.now.date())
    amend(acts, claim, statement="It pours.")
    merge(acts, two, three)
    days.append(acts.now.date())
    for day, statement, year, names in (
        (days[0], "It rains.", 2017, ["One", "Two"]),
        (days[1], "It rains hard.", 2018, ["One", "Two"]),
        (days[2], "It rains hard.", 2018, ["Two"]),
        (days[3], "It pours.", 2018, ["Three"]),
    ):
        then = as_of(acts, "topic", "rain", day)
        [call] = list_calls(acts.session, then.entry, then.scoped_filters, CallFilters(), today=LATE).calls
        assert (call.statement, call.horizon) == (statement, PartialDate(year)), day
        assert [by.name for by in call.claimants] == names, day
    known = [[unmerged_claimant(acts.session, who, day) for who in (one, two, three)] for day in (*days, None)]
    assert known == [[one, two, three], [one, two, three], [two, two, three], [three] * 3, [three] * 3]
    merged = describe_scope(acts.session, "claimant", str(one))[1].merged_into
    assert merged is not None and merged.name == "Three"
    with pytest.raises(Missing):
        unmerged_claimant(acts.session, 10**6, days[0])


def test_only_amended_claims_are_read_from_the_journal(acts: Acts) -> None:
    claim, other = acts.record(), acts.record()
    then = read_head(acts.session).size
    assert claims_as_of(acts.session, [claim, other], then) == {}
    amend(acts, other, statement="It is put better.")
    assert set(claims_as_of(acts.session, [claim, other], then)) == {other}
    assert claims_as_of(acts.session, [claim, other], read_head(acts.session).size) == {}
    assert claims_as_of(acts.session, [], then) == {}


def test_other_lists_have_the_statements_of_their_day(acts: Acts) -> None:
    """Restatements, pairs of claimants, and choices."""
    one, two = people(acts, "One", "Two")
    claim = acts.record(statement="It rains.", topics=("Rain",), forecast=sure(acts, 0.5, one))
    acts.do(record_forecast, claim=claim, forecast=sure(acts, 0.7, one, made_on=PartialDate(2016, 5)))
    acts.do(record_forecast, claim=claim, forecast=sure(acts, 0.2, two))
    shape = Shape(ClaimKind.CHOICE, options=("rain", "snow"))
    choice = forecast_terms(acts.cast.document, one, confidence=Confidence.none(), option=1)
    options = acts.record(statement="Which falls?", shape=shape, topics=("Rain",), forecast=choice)
    acts.judge(claim, Outcome.TRUE)
    acts.judge_choice(options, 1)
    day = acts.now.date()
    for number in (claim, options):
        acts.do(reopen_claim, by=acts.cast.dora.actor, claim=number, reason="It is put badly.")
        amend(acts, number, statement=f"{acts.terms(number).statement} Truly.")
    acts.judge(claim, Outcome.TRUE)
    acts.judge_choice(options, 1)
    for at, ending in ((day, ""), (acts.now.date(), " Truly.")):
        then, theirs = as_of(acts, "topic", "rain", at), as_of(acts, "claimant", str(one), at)
        assert list_restatements(acts.session, "topic", "rain", then).repeats[0].statement == f"It rains.{ending}"
        assert compare_pair(acts.session, one, two, theirs).claims[0].statement == f"It rains.{ending}"
        assert (
            answers(acts.session, "topic", "rain", then, AnswerFilters()).calls[0].statement == f"Which falls?{ending}"
        )
    merge(acts, one, two)
    assert compare_pair(acts.session, one, two, as_of(acts, "claimant", str(one), day)).beside is not None
    with pytest.raises(Missing):
        compare_pair(acts.session, one, two, as_of(acts, "claimant", str(one), acts.now.date()))
    counted = as_of(acts, "ledger", "", day)
    assert list_calls(acts.session, counted.entry, ScorecardFilters(claimant=one), CallFilters(), today=LATE).total == 2
