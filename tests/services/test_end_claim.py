"""Ending claims: withdrawn, void, merged, split, reinstated. Nothing is deleted; ended claims do not count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from support.acts import Acts
from support.cast import (
    assessment_terms,
    claim_terms,
    claimant_terms,
    evidence_terms,
    forecast_terms,
    review_of,
)

from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.claims import ClaimState, ClaimTerms
from ledger.domain.conditions import ConditionState
from ledger.domain.errors import AlreadyRecorded, Forbidden, Missing, Refused, Stale
from ledger.domain.evidence import Stance
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import ReviewState
from ledger.domain.wholes import JudgedFrom
from ledger.queries.claim_page import claim_page
from ledger.services.claimants import register_claimant
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.conditions import judge_condition
from ledger.services.claims.end_claim import merge_claims, reinstate_claim, split_claim, void_claim, withdraw_claim
from ledger.services.claims.record import record_claim, record_forecast
from ledger.services.evidence import attach_evidence, retract_evidence
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.services.reviews.schedule import bring_forward, note_fallen_due, reopen_claim
from ledger.store.claims import Claim, Evidence, Forecast
from ledger.store.reviews import Review

CHOICE = Shape(ClaimKind.CHOICE, options=("Raqqa", "Mosul"))


def end(acts: Acts, how: ClaimState) -> int:
    """A claim that ended this way."""
    claim = acts.record()
    match how:
        case ClaimState.WITHDRAWN:
            acts.do(withdraw_claim, claim=claim, reason="Recorded twice.")
        case ClaimState.VOID:
            acts.do(void_claim, claim=claim, reason="Nobody said it.")
        case ClaimState.MERGED:
            acts.do(merge_claims, claim=claim, into=acts.record(), reason="The same.")
        case _:
            acts.do(split_claim, claim=claim, into=[claim_terms(), claim_terms()], reason="Two things.")
    return claim


ENDINGS = [ClaimState.WITHDRAWN, ClaimState.VOID, ClaimState.MERGED, ClaimState.SPLIT]


@pytest.mark.parametrize("how", ENDINGS)
def test_an_ended_claim_is_not_due_and_accepts_nothing(acts: Acts, how: ClaimState) -> None:
    claim = end(acts, how)
    ended = acts.claim(claim)
    assert (ended.state, ended.due_on, ended.fingerprint) == (how, None, None)
    assert len(ended.became) == {ClaimState.MERGED: 1, ClaimState.SPLIT: 2}.get(how, 0)
    review = review_of(acts.session, claim)
    assert acts.session.get_one(Review, review).state is ReviewState.CLOSED

    forecast = acts.forecast(hedge="again")
    terms = replace(acts.terms(claim), statement="Otherwise.")
    acts.refused(record_forecast, "", claim=claim, forecast=forecast)
    acts.refused(attach_evidence, "", claim=claim, terms=evidence_terms())
    acts.refused(amend_claim, "", claim=claim, terms=terms, reason="So.")
    acts.refused(judge_condition, "", claim=claim, state=ConditionState.MET, evidence=[], reason="So.")
    acts.refused(reopen_claim, "", claim=claim, reason="Assess again.")
    acts.refused(bring_forward, "", review=review, reason="So.")
    acts.refused(seal_assessment, "", by=acts.cast.ben.actor, review=review, terms=assessment_terms())
    for again in (withdraw_claim, void_claim):
        acts.refused(again, "", claim=claim, reason="So.")
    acts.refused(merge_claims, "", claim=claim, into=acts.record(), reason="So.")
    acts.refused(merge_claims, "into", claim=acts.record(), into=claim, reason="So.")
    acts.refused(split_claim, "", claim=claim, into=[claim_terms(), claim_terms()], reason="So.")
    note_fallen_due(acts.session, now=acts.now)
    assert acts.claim(claim).state is how


@pytest.mark.parametrize("how", ENDINGS)
def test_an_ended_claim_keeps_its_page(acts: Acts, how: ClaimState) -> None:
    page = claim_page(acts.session, end(acts, how), viewer=None)
    assert page.claim.state is how


@pytest.mark.parametrize("how", ENDINGS)
def test_an_ended_claim_can_be_recorded_again(acts: Acts, how: ClaimState) -> None:
    claim = end(acts, how)
    again = acts.do(record_claim, claim=acts.terms(claim), forecast=acts.forecast())
    assert again != claim
    if how in (ClaimState.WITHDRAWN, ClaimState.VOID):
        with pytest.raises(AlreadyRecorded) as known:
            acts.fails(reinstate_claim, claim=claim, reason="It should count.")
        assert known.value.number == again
    else:
        acts.refused(reinstate_claim, "reason", claim=claim, reason="It should count.")


def test_a_claim_is_withdrawn_by_its_recorder_or_an_editor(acts: Acts) -> None:
    claim = acts.record()
    with pytest.raises(Forbidden):
        acts.fails(withdraw_claim, by=acts.cast.ben.actor, claim=claim, reason="So.")
    acts.refused(withdraw_claim, "reason", claim=claim, reason="")
    with pytest.raises(Stale):
        acts.fails(withdraw_claim, claim=claim, reason="So.", seen=acts.claim(claim).changed - 1)
    with pytest.raises(Missing):
        acts.fails(withdraw_claim, claim=10**6, reason="So.")
    acts.do(withdraw_claim, by=acts.cast.dora.actor, claim=claim, reason="So.", editor=True)
    assert acts.claim(claim).ended_because == "So."


def test_a_claim_with_a_verdict_can_be_void_and_reinstated_but_not_withdrawn(acts: Acts) -> None:
    claim = acts.record()
    acts.judge(claim, Outcome.TRUE)
    acts.refused(withdraw_claim, "reason", claim=claim, reason="It came out badly.")
    acts.do(void_claim, claim=claim, reason="Nobody said it.")
    acts.do(reinstate_claim, claim=claim, reason="Somebody did.")
    again = acts.claim(claim)
    assert (again.state, again.outcome, again.ended_because) == (ClaimState.RESOLVED, Outcome.TRUE, "")
    acts.do(reopen_claim, claim=claim, reason="New facts.")


def test_a_reinstated_claim_is_due_again(acts: Acts) -> None:
    claim = end(acts, ClaimState.WITHDRAWN)
    acts.refused(reinstate_claim, "reason", claim=claim, reason="")
    acts.do(reinstate_claim, claim=claim, reason="It was not recorded twice.")
    review = acts.session.get_one(Review, review_of(acts.session, claim))
    assert (acts.claim(claim).state, review.state) == (ClaimState.OPEN, ReviewState.WAITING)
    assert len(assignees(acts.session, review.id)) == 2
    acts.judge(claim, Outcome.TRUE)
    acts.refused(reinstate_claim, "reason", claim=claim, reason="So.")


@pytest.mark.parametrize("split", [False, True])
def test_nothing_ends_under_sealed_assessments(acts: Acts, split: bool) -> None:
    claim, other = acts.record(), acts.record()
    fact, review = acts.attach(claim), review_of(acts.session, claim)
    for actor, outcome in zip(sorted(assignees(acts.session, review)), Outcome, strict=False):
        acts.do(seal_assessment, by=actor, review=review, terms=assessment_terms(outcome, fact))
        if not split:
            break
    for act in (withdraw_claim, void_claim):
        acts.refused(act, "", claim=claim, reason="So.")
    acts.refused(merge_claims, "", claim=claim, into=other, reason="So.")
    acts.refused(merge_claims, "into", claim=other, into=claim, reason="So.")
    acts.refused(split_claim, "", claim=claim, into=[claim_terms(), claim_terms()], reason="So.")


# Merging


def test_a_merge_moves_forecasts_and_evidence(acts: Acts) -> None:
    speaker = register_claimant(acts.session, now=acts.now, by=acts.cast.ada.actor, terms=claimant_terms())
    claim, into = acts.record(forecast=forecast_terms(acts.cast.document, speaker)), acts.record()
    shared = evidence_terms()
    for number in (claim, into):
        acts.do(attach_evidence, claim=number, terms=shared)
    acts.attach(claim)
    acts.do(retract_evidence, evidence=acts.attach(claim), reason="Misread.")
    acts.do(merge_claims, claim=claim, into=into, reason="The same.")
    count = select(func.count()).where
    assert acts.session.scalar(count(Forecast.claim_id == into)) == 2
    assert acts.session.scalar(count(Evidence.claim_id == into)) == 3
    assert acts.session.scalar(count(Evidence.claim_id == claim)) == 1  # the other claim had the same report already
    assert acts.claim(claim).became == (into,)
    acts.judge(into, Outcome.TRUE)


def test_the_recorder_of_a_merged_claim_is_replaced_as_reviewer(acts: Acts) -> None:
    """Otherwise their seat would never be filled: they may not assess, and nobody else is assigned."""
    into = acts.record()
    reviewer = min(assignees(acts.session, review_of(acts.session, into)))
    claim = acts.record(by=reviewer)
    acts.do(merge_claims, by=acts.cast.dora.actor, claim=claim, into=into, reason="The same.")
    seats = assignees(acts.session, review_of(acts.session, into))
    assert reviewer not in seats


@pytest.mark.parametrize(
    ("changes", "other"),
    [
        ({}, {"shape": CHOICE}),
        ({"shape": CHOICE}, {"shape": replace(CHOICE, options=("Mosul", "Raqqa"))}),
    ],
)
def test_claims_with_other_options_are_not_merged(acts: Acts, changes: dict[str, Any], other: dict[str, Any]) -> None:
    claim, into = (
        acts.record(**terms, forecast=acts.forecast(option=1 if terms else None)) for terms in (changes, other)
    )
    acts.refused(merge_claims, "into", claim=claim, into=into, reason="The same.")


def test_what_cannot_be_merged(acts: Acts) -> None:
    claim, judged, whole = acts.record(), acts.record(), acts.record()
    acts.record(whole=whole)
    acts.judge(judged, Outcome.TRUE)
    for one, other, field in (
        (claim, claim, "into"),
        (claim, 10**6, "into"),
        (claim, judged, "into"),
        (judged, claim, "into"),
        (whole, claim, "into"),
    ):
        acts.refused(merge_claims, field, claim=one, into=other, reason="The same.")
    acts.refused(merge_claims, "reason", claim=claim, into=whole, reason="")


def test_a_merged_part_no_longer_counts_for_its_whole(acts: Acts) -> None:
    whole = acts.record(judged_from=JudgedFrom.ALL)
    one, other = (acts.record(whole=whole) for _ in range(2))
    acts.judge(one, Outcome.TRUE)
    acts.do(merge_claims, claim=other, into=acts.record(), reason="The same.")
    assert acts.claim(whole).outcome is Outcome.TRUE


# Splitting


def test_each_piece_has_the_forecasts_and_the_evidence(acts: Acts) -> None:
    claim = acts.record()
    kept = acts.attach(claim, stance=Stance.CONTRADICTS)
    acts.do(retract_evidence, evidence=acts.attach(claim), reason="Misread.")
    terms = acts.session.get_one(Evidence, kept).terms
    pieces = [claim_terms(), claim_terms(topics=("Elsewhere",))]
    numbers = acts.do(split_claim, by=acts.cast.dora.actor, claim=claim, into=pieces, reason="Two things.")
    assert acts.claim(claim).became == numbers
    for number, piece in zip(numbers, pieces, strict=True):
        assert acts.terms(number) == piece
        [fact] = acts.session.scalars(select(Evidence).where(Evidence.claim_id == number))
        assert (fact.terms, fact.attached_by) == (terms, acts.cast.ada.actor)
        [forecast] = acts.session.scalars(select(Forecast).where(Forecast.claim_id == number))
        assert forecast.terms((acts.cast.claimant,)) == acts.forecast()
        assert forecast.recorded_by == acts.cast.ada.actor
        assert acts.cast.ada.actor not in assignees(acts.session, review_of(acts.session, number))


@pytest.mark.parametrize(
    ("into", "at"),
    [
        ([], [""]),
        ([claim_terms()], [""]),
        ([claim_terms() for _ in range(13)], [""]),
        ([claim_terms(statement=""), claim_terms(criteria="")], ["0-statement", "1-criteria"]),
        ([claim_terms(), claim_terms(shape=CHOICE)], ["1-options"]),
        ([claim_terms(), claim_terms(whole=10**6)], ["1-whole"]),
        ([claim_terms(statement="Same."), claim_terms(statement="SAME.")], [""]),
    ],
)
def test_invalid_pieces(acts: Acts, into: list[ClaimTerms], at: list[str]) -> None:
    acts.refused(split_claim, *at, claim=acts.record(), into=into, reason="Two things.")


def test_a_piece_cannot_be_a_duplicate(acts: Acts) -> None:
    claim, other = acts.record(), acts.record()
    acts.refused(split_claim, "", claim=claim, into=[claim_terms(), acts.terms(claim)], reason="Two things.")
    with pytest.raises(AlreadyRecorded) as known:
        acts.fails(split_claim, claim=claim, into=[claim_terms(), acts.terms(other)], reason="Two things.")
    assert known.value.number == other


def test_a_whole_with_parts_is_not_split(acts: Acts) -> None:
    """And pieces cannot be parts of the claim that ends."""
    whole, claim = acts.record(), acts.record()
    acts.record(whole=whole)
    acts.refused(split_claim, "", claim=whole, into=[claim_terms(), claim_terms()], reason="Two things.")
    acts.refused(split_claim, "0-whole", claim=claim, into=[claim_terms(whole=claim), claim_terms()], reason="Two.")
    acts.do(split_claim, claim=claim, into=[claim_terms(whole=whole), claim_terms(whole=whole)], reason="Two things.")
    assert acts.session.scalar(select(func.count()).where(Claim.whole_id == whole)) == 3


def test_a_judged_claim_is_not_split(acts: Acts) -> None:
    claim = acts.record()
    acts.judge(claim, Outcome.TRUE)
    with pytest.raises(Refused):
        acts.fails(split_claim, claim=claim, into=[claim_terms(), claim_terms()], reason="Two things.")
