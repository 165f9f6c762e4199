"""Claimants: described again, found by their other names, merged; scorecards follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.acts import Acts
from support.cast import assessment_terms, claimant_terms, forecast_terms, review_of

from ledger.domain.errors import AlreadyRecorded, Missing
from ledger.domain.outcomes import Outcome
from ledger.queries.claimant_lookup import find_claimant, find_claimants
from ledger.queries.scorecard_query import scorecard_query
from ledger.queries.scorecards import ScorecardRow, scorecard, scorecard_table
from ledger.services.claimants import MOST_ALIASES, describe_claimant, merge_claimants, register_claimant
from ledger.services.claimants import (
    claimant_terms as terms_of,
)
from ledger.services.claims.record import Speakers, record_claim, record_forecast
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees, barred
from ledger.store.people import Claimant, ClaimantKind


def register(acts: Acts, name: str) -> int:
    number: int = acts.do(register_claimant, terms=claimant_terms(name=name))
    return number


def describe(acts: Acts, claimant: int, **changes: Any) -> None:
    terms = replace(terms_of(acts.session, find_claimant(acts.session, claimant)), **changes)
    acts.do(describe_claimant, claimant=claimant, terms=terms, reason="Known better now.")


def describe_refused(acts: Acts, claimant: int, *at: str, reason: str = "So.", **changes: Any) -> None:
    terms = replace(terms_of(acts.session, find_claimant(acts.session, claimant)), **changes)
    acts.refused(describe_claimant, *at, claimant=claimant, terms=terms, reason=reason)


def lines(acts: Acts) -> dict[str, ScorecardRow]:
    return {row.key: row for row in scorecard_table(acts.session, "claimant", today=acts.now.date()).rows}


def test_a_description_replaces_the_one_before(acts: Acts) -> None:
    one = register(acts, "Jo March")
    described = claimant_terms(
        name="Josephine March",
        kind=ClaimantKind.PERSON,
        about="A writer.",
        url="https://example.org/jo",
        aliases=("Jo March", "ジョー"),
        links=("https://example.org/a", "https://example.org/b"),
    )
    acts.do(describe_claimant, claimant=one, terms=described, reason="Known better now.")
    assert terms_of(acts.session, find_claimant(acts.session, one)) == described
    assert find_claimants(acts.session, ["jo  MARCH", "Josephine March", "ジョー", "Amy"]) == ([one], ["Amy"])
    describe_refused(acts, one, "")
    describe_refused(acts, one, "reason", reason="", about="A famous writer.")
    describe(acts, one, aliases=())
    assert find_claimants(acts.session, ["Jo March"]) == ([], ["Jo March"])  # the name is free again
    assert register(acts, "Jo March") != one


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "\ud800"}, ["name"]),
        ({"about": "\x00"}, ["about"]),
        ({"url": "example.org"}, ["url"]),
        ({"links": ("https://example.org", "nowhere")}, ["links"]),
        ({"aliases": ("",)}, ["aliases"]),
        ({"aliases": ("Jo", "JO ")}, ["aliases"]),
        ({"aliases": ("Jo March",)}, ["aliases"]),
        ({"aliases": ("\udfff",)}, ["aliases"]),
        ({"aliases": tuple(f"Jo {n}" for n in range(MOST_ALIASES + 1))}, ["aliases"]),
        ({"aliases": ("Paula Pundit",)}, ["aliases"]),
        ({"name": "paula pundit"}, ["name"]),
    ],
)
def test_invalid_descriptions(acts: Acts, changes: dict[str, Any], at: list[str]) -> None:
    describe_refused(acts, register(acts, "Jo March"), *at, **changes)


def test_an_alias_of_another_claimant_is_refused(acts: Acts) -> None:
    describe(acts, acts.cast.claimant, aliases=("P. Pundit",))
    with pytest.raises(AlreadyRecorded) as known:
        acts.fails(register_claimant, terms=claimant_terms(name="p. pundit"))
    assert known.value.number == acts.cast.claimant
    describe_refused(acts, register(acts, "Jo March"), "aliases", aliases=("P. PUNDIT",))


def test_an_alias_names_the_same_claimant(acts: Acts) -> None:
    describe(acts, acts.cast.claimant, aliases=("P. Pundit",))
    claim = acts.record()
    speakers = Speakers(("p. pundit", "Paula Pundit"))
    with pytest.raises(AlreadyRecorded):
        acts.fails(record_forecast, claim=claim, forecast=acts.forecast(), speakers=speakers)


def test_a_reviewer_is_not_assigned_to_claims_under_their_alias(acts: Acts) -> None:
    claim = acts.record()
    describe(acts, acts.cast.claimant, aliases=(acts.cast.ben.name,))
    assert acts.cast.ben.actor in barred(acts.session, claim)
    assert acts.cast.ben.actor not in assignees(acts.session, review_of(acts.session, acts.record()))


def seated(acts: Acts, claimant: int) -> int:
    """A claim by this claimant that Ben and Cleo review, and Ada could."""
    said = forecast_terms(acts.cast.document, claimant)
    people = (acts.cast.ben.actor, acts.cast.cleo.actor)
    return acts.record(forecast=said, by=acts.cast.dora.actor, reviewers=people)


def seats(acts: Acts, claim: int) -> set[str]:
    names = {person.actor: person.name.split()[0] for person in acts.cast.everybody}
    return {names[actor] for actor in assignees(acts.session, review_of(acts.session, claim))}


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("how", ["described", "merged", "merged into"])
def test_a_reviewer_found_to_be_the_claimant_is_replaced(acts: Acts, how: str, sealed: bool) -> None:
    one, ben = register(acts, "B. B."), acts.cast.ben
    claim, other = seated(acts, one), seated(acts, acts.cast.claimant)
    if sealed:
        terms = assessment_terms(Outcome.TRUE, acts.attach(claim))
        acts.do(seal_assessment, by=ben.actor, review=review_of(acts.session, claim), terms=terms)
    if how == "described":
        describe(acts, one, aliases=(ben.name,))
    else:
        of_that_name = register(acts, ben.name)
        claimant, into = (one, of_that_name) if how == "merged" else (of_that_name, one)
        # Done by the reviewer concerned, which is allowed: it records nothing on the claim.
        acts.do(merge_claimants, by=ben.actor, claimant=claimant, into=into, reason="One person.")
    assert seats(acts, claim) == {"Ada", "Cleo"}
    assert seats(acts, other) == {"Ben", "Cleo"}  # reviewers of other claims stay
    for person in (acts.cast.ada, acts.cast.cleo):
        terms = assessment_terms(Outcome.FALSE, acts.attach(claim))
        acts.do(seal_assessment, by=person.actor, review=review_of(acts.session, claim), terms=terms)
    assert acts.claim(claim).outcome is Outcome.FALSE  # Ben's sealed assessment no longer counts


def test_a_closed_review_keeps_its_reviewers(acts: Acts) -> None:
    one = register(acts, "B. B.")
    claim = seated(acts, one)
    acts.judge(claim, Outcome.TRUE)
    describe(acts, one, aliases=(acts.cast.ben.name,))
    assert seats(acts, claim) == {"Ben", "Cleo"}
    assert acts.claim(claim).outcome is Outcome.TRUE


# Merging


def test_claims_and_figures_follow_a_merge(acts: Acts) -> None:
    one = register(acts, "Pundit, Paula")
    mine = acts.record(forecast=forecast_terms(acts.cast.document, one))
    acts.judge(mine, Outcome.TRUE)
    both = acts.record()  # both forecast it
    acts.do(record_forecast, claim=both, forecast=forecast_terms(acts.cast.document, one))
    acts.judge(both, Outcome.FALSE)
    together = acts.record(forecast=forecast_terms(acts.cast.document, one, acts.cast.claimant))
    assert lines(acts)[str(one)].figures.recorded == 3
    acts.do(merge_claimants, by=acts.cast.dora.actor, claimant=one, into=acts.cast.claimant, reason="One person.")
    after = lines(acts)
    assert str(one) not in after  # no empty scorecard is left
    figures = after[str(acts.cast.claimant)].figures
    assert (figures.recorded, figures.judged, figures.open) == (3, 2, 1)  # a claim with two forecasts counts once
    key = str(acts.cast.claimant)
    counted = scorecard_query(acts.session, "claimant", key, today=acts.now.date())
    card = scorecard(acts.session, "claimant", key, counted)
    assert {line.id for line in card.claims.lines} == {mine, both, together}
    assert find_claimants(acts.session, ["pundit, paula", "Paula Pundit"]) == ([acts.cast.claimant], [])


def test_merged_claimants_make_no_more_forecasts(acts: Acts) -> None:
    one, other = register(acts, "One"), register(acts, "Other")
    acts.do(merge_claimants, claimant=one, into=other, reason="One person.")
    forecast = forecast_terms(acts.cast.document, one)
    claim = acts.record()
    assert str(other) in acts.refused(record_forecast, "speaker", claim=claim, forecast=forecast)
    terms = replace(acts.terms(claim), statement="Otherwise.")
    acts.refused(record_claim, "speaker", claim=terms, forecast=forecast)
    acts.refused(describe_claimant, "", claimant=one, terms=claimant_terms(name="Won"), reason="So.")
    acts.refused(merge_claimants, "", claimant=one, into=acts.cast.claimant, reason="So.")
    acts.refused(merge_claimants, "into", claimant=acts.cast.claimant, into=one, reason="So.")


def test_names_follow_repeated_merges(acts: Acts) -> None:
    one, two, three = (register(acts, name) for name in ("One", "Two", "Three"))
    describe(acts, one, aliases=("Uno",))
    acts.do(merge_claimants, claimant=one, into=two, reason="One person.")
    acts.do(merge_claimants, claimant=two, into=three, reason="One person.")
    assert find_claimants(acts.session, ["One", "Two", "Three", "Uno"]) == ([three], [])
    assert {acts.session.get_one(Claimant, number).merged_into for number in (one, two)} == {three}


def test_a_claimant_cannot_take_the_name_of_one_merged_into_it(acts: Acts) -> None:
    one, other = register(acts, "One"), register(acts, "Other")
    acts.do(merge_claimants, claimant=one, into=other, reason="One person.")
    describe_refused(acts, other, "name", name="ONE")
    describe(acts, other, aliases=("One",))
    assert find_claimants(acts.session, ["one"]) == ([other], [])


def test_what_cannot_be_merged(acts: Acts) -> None:
    one = register(acts, "One")
    acts.refused(merge_claimants, "into", claimant=one, into=one, reason="So.")
    acts.refused(merge_claimants, "into", claimant=one, into=10**6, reason="So.")
    acts.refused(merge_claimants, "reason", claimant=one, into=acts.cast.claimant, reason="")
    with pytest.raises(Missing):
        acts.fails(merge_claimants, claimant=10**6, into=one, reason="So.")
