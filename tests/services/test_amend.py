"""Amending claims: free before evidence, with a reason afterwards, never under sealed assessments or a verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from support.acts import Acts
from support.cast import assessment_terms, review_of

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import ClaimState, ClaimTerms, HorizonBasis
from ledger.domain.conditions import ConditionState
from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Missing, Stale
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import ReviewState
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import ClaimAmended
from ledger.journal.entries.claims import ClaimFields
from ledger.journal.read import read_entry
from ledger.queries import amendments
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.conditions import judge_condition
from ledger.services.claims.end_claim import merge_claims, withdraw_claim
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.services.reviews.schedule import note_fallen_due, reopen_claim
from ledger.store.claims import Topic
from ledger.store.reviews import Review

VAGUE: dict[str, Any] = {"checkability": Checkability.TOO_VAGUE, "checkability_reason": "No one could tell."}
CHOICE = Shape(ClaimKind.CHOICE, options=("Raqqa", "Mosul"))


def amend(acts: Acts, claim: int, reason: str = "", seen: int | None = None, **changes: Any) -> int:
    number: int = acts.do(
        amend_claim, claim=claim, terms=replace(acts.terms(claim), **changes), reason=reason, seen=seen
    )
    return number


def amend_refused(acts: Acts, claim: int, *fields: str, reason: str = "So.", **changes: Any) -> str:
    terms = replace(acts.terms(claim), **changes)
    return acts.refused(amend_claim, *fields, claim=claim, terms=terms, reason=reason)


def test_before_evidence_no_reason_is_needed_and_after_it_one_is(acts: Acts) -> None:
    claim = acts.record(topics=("Battle",))
    number = amend(acts, claim, statement="It falls.", topics=("War", "Peace"))
    entry = read_entry(acts.session, number)
    assert isinstance(entry, ClaimAmended) and not entry.after_evidence
    assert (acts.claim(claim).statement, acts.claim(claim).changed) == ("It falls.", number)
    topics = select(Topic.slug).where(Topic.claim_id == claim).order_by(Topic.position)
    assert acts.session.scalars(topics).all() == ["war", "peace"]

    acts.attach(claim)
    amend_refused(acts, claim, "reason", reason="", statement="It falls soon.")
    later = read_entry(acts.session, amend(acts, claim, "It was misread.", statement="It falls soon."))
    assert isinstance(later, ClaimAmended) and later.after_evidence and later.reason == "It was misread."


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({}, [""]),
        ({"statement": ""}, ["statement"]),
        ({"horizon": PartialDate(2010)}, ["horizon"]),
        ({"whole": 10**6}, ["whole"]),
        ({"shape": CHOICE}, ["kind"]),  # forecasts on record name no option
        ({"shape": Shape(ClaimKind.QUANTITY)}, ["unit", "low_bound"]),
        (VAGUE | {"checkability_reason": ""}, ["checkability_reason"]),
    ],
)
def test_invalid_amendments(acts: Acts, changes: dict[str, Any], at: list[str]) -> None:
    amend_refused(acts, acts.record(), *at, **changes)


def test_a_claim_cannot_become_a_duplicate(acts: Acts) -> None:
    one, other = acts.record(statement="One thing."), acts.record(statement="Another.")
    with pytest.raises(AlreadyRecorded) as known:
        acts.fails(amend_claim, claim=other, terms=replace(acts.terms(other), statement="one  THING."), reason="")
    assert known.value.number == one
    amend(acts, one, statement="ONE thing.")  # only its capitals change
    with pytest.raises(Missing):
        acts.fails(amend_claim, claim=10**6, terms=acts.terms(one), reason="")
    with pytest.raises(Stale):
        acts.fails(amend_claim, claim=one, terms=acts.terms(other), reason="", seen=acts.claim(one).changed - 1)


def test_the_review_follows_the_horizon(acts: Acts) -> None:
    claim = acts.record(horizon=PartialDate(2017))
    acts.do(lambda session, now, by: note_fallen_due(session, now=now))
    assert acts.claim(claim).state is ClaimState.DUE
    amend(acts, claim, horizon=PartialDate(2030, 6))
    assert (acts.claim(claim).state, acts.claim(claim).due_on) == (ClaimState.OPEN, date(2030, 7, 1))
    amend(acts, claim, horizon=None, horizon_basis=HorizonBasis.DEFAULT)
    assert acts.claim(claim).due_on == date(2017, 10, 18)  # a year after it was made


def test_nothing_changes_under_sealed_assessments_or_a_verdict(acts: Acts) -> None:
    claim = acts.record(condition="if it rains")
    fact, review = acts.attach(claim), review_of(acts.session, claim)
    terms = assessment_terms(Outcome.TRUE, fact)
    acts.do(seal_assessment, by=min(assignees(acts.session, review)), review=review, terms=terms)
    amend_refused(acts, claim, "", statement="Otherwise.")
    acts.judge(claim, Outcome.TRUE)
    for field, changes in (
        ("statement", {"statement": "Otherwise."}),
        ("criteria", {"criteria": "Otherwise."}),
        ("condition", {"condition": ""}),
        ("horizon", {"horizon": PartialDate(2018)}),
        ("kind", {"shape": Shape(ClaimKind.QUANTITY, bounds=Bounds(1.0), unit="cities")}),
        ("judged_from", {"judged_from": JudgedFrom.ALL}),
    ):
        amend_refused(acts, claim, field, **changes)
    amend(acts, claim, "Filed better.", topics=("Elsewhere",))
    assert (acts.claim(claim).state, acts.claim(claim).outcome) == (ClaimState.RESOLVED, Outcome.TRUE)
    acts.do(reopen_claim, claim=claim, reason="New facts.")
    amend(acts, claim, "Said more clearly.", statement="Otherwise.")
    assert acts.claim(claim).outcome is Outcome.TRUE


def test_checkability_is_decided_before_evidence(acts: Acts) -> None:
    claim = acts.record()
    amend(acts, claim, **VAGUE)
    assert (acts.claim(claim).state, acts.claim(claim).due_on) == (ClaimState.OPEN, None)
    assert acts.session.get_one(Review, review_of(acts.session, claim)).state is ReviewState.CLOSED
    acts.refused(reopen_claim, "reason", claim=claim, reason="Assess all the same.")
    amend(acts, claim, checkability=Checkability.CHECKABLE, checkability_reason="")
    review = acts.session.get_one(Review, review_of(acts.session, claim))
    assert review.state is ReviewState.WAITING and len(assignees(acts.session, review.id)) == 2
    acts.attach(claim)
    amend_refused(acts, claim, "checkability", **VAGUE)


def test_options_keep_their_place(acts: Acts) -> None:
    claim = acts.record(shape=CHOICE, forecast=acts.forecast(option=2))
    for options in (("Mosul", "Raqqa"), ("Raqqa",), ("Raqqa", "Mosul city"), ()):
        shape = replace(CHOICE, options=options)
        at = ["options"] if len(options) > 1 else ["options", "options"]
        amend_refused(acts, claim, *at, shape=shape)
    amend_refused(acts, claim, "options", shape=Shape())
    amend(acts, claim, shape=replace(CHOICE, options=("Raqqa", "Mosul", "neither")))
    acts.judge_choice(claim, 3)
    assert acts.claim(claim).outcome is Outcome.ANSWERED


def test_an_amended_condition_is_unknown_again(acts: Acts) -> None:
    claim = acts.record(condition="if it rains")
    fact = acts.attach(claim)
    acts.do(judge_condition, claim=claim, state=ConditionState.MET, evidence=[fact], reason="It rained.")
    amend(acts, claim, "A capital.", condition="If it  rains")
    assert acts.claim(claim).condition_state is ConditionState.MET
    amend(acts, claim, "Misread.", condition="if it snows")
    assert (acts.claim(claim).condition_state, acts.claim(claim).condition_reason) == (ConditionState.UNKNOWN, "")


def test_a_claim_judged_from_its_parts_is_no_longer_reviewed(acts: Acts) -> None:
    """Otherwise the open review would fall due although the claim has its verdict."""
    claim = acts.record()
    amend(acts, claim, judged_from=JudgedFrom.ALL)
    assert (acts.claim(claim).state, acts.claim(claim).due_on) == (ClaimState.OPEN, None)
    assert acts.session.get_one(Review, review_of(acts.session, claim)).state is ReviewState.CLOSED
    acts.judge(acts.record(whole=claim), Outcome.FALSE)
    acts.do(lambda session, now, by: note_fallen_due(session, now=now))
    assert (acts.claim(claim).state, acts.claim(claim).outcome) == (ClaimState.RESOLVED, Outcome.FALSE)
    acts.refused(reopen_claim, "reason", claim=claim, reason="Assess all the same.")
    amend(acts, claim, judged_from=JudgedFrom.ITSELF)  # judged by reviewers again: the verdict stays in force
    review = acts.session.get_one(Review, review_of(acts.session, claim))
    assert review.state is ReviewState.WAITING
    assert acts.claim(claim).outcome is Outcome.FALSE


def test_how_parts_decide_can_be_amended_and_the_verdict_follows(acts: Acts) -> None:
    whole = acts.record(judged_from=JudgedFrom.ALL)
    parts = [acts.record(whole=whole) for _ in range(2)]
    for part, outcome in zip(parts, (Outcome.TRUE, Outcome.FALSE), strict=True):
        acts.judge(part, outcome)
    assert acts.claim(whole).outcome is Outcome.FALSE
    amend(acts, whole, judged_from=JudgedFrom.ANY)
    assert acts.claim(whole).outcome is Outcome.TRUE
    amend(acts, whole, judged_from=JudgedFrom.SHARE)
    assert acts.claim(whole).outcome is Outcome.PARTLY_TRUE
    assert [verdict.outcome for verdict in acts.verdicts(whole)] == [Outcome.FALSE, Outcome.TRUE, Outcome.PARTLY_TRUE]
    amend(acts, whole, topics=("Another",))
    assert (acts.claim(whole).state, len(acts.verdicts(whole))) == (ClaimState.RESOLVED, 3)


def test_parts_move_between_wholes_and_both_are_reassessed(acts: Acts) -> None:
    one, other = (acts.record(judged_from=JudgedFrom.ALL) for _ in range(2))
    stays, goes = (acts.record(whole=one) for _ in range(2))
    acts.judge(stays, Outcome.TRUE)
    acts.judge(goes, Outcome.FALSE)
    amend(acts, goes, "It belongs there.", whole=other)
    assert (acts.claim(one).outcome, acts.claim(other).outcome) == (Outcome.TRUE, Outcome.FALSE)


def test_wholes_have_parts_and_parts_have_none(acts: Acts) -> None:
    whole = acts.record()
    part = acts.record(whole=whole)
    amend_refused(acts, whole, "whole", whole=whole)
    amend_refused(acts, whole, "whole", "whole", whole=part)
    amend_refused(acts, part, "judged_from", judged_from=JudgedFrom.ANY)
    amend_refused(acts, acts.record(), "whole", whole=part)


@pytest.mark.parametrize("merged", [False, True])
def test_an_ended_claim_is_not_amended(acts: Acts, merged: bool) -> None:
    """Not even a merged claim, which has no forecasts left that date it."""
    claim = acts.record()
    terms: ClaimTerms = replace(acts.terms(claim), statement="Otherwise.")
    if merged:
        acts.do(merge_claims, claim=claim, into=acts.record(), reason="The same.")
    else:
        acts.do(withdraw_claim, claim=claim, reason="Recorded twice.")
    acts.refused(amend_claim, "", claim=claim, terms=terms, reason="So.")


# Another value for each field of a claim that is a word or no text; any other text can be changed to any.
OTHERS: dict[str, Any] = {
    "topics": ("Peace",),
    "horizon": "2030",
    "claim_kind": "choice",
    "low_bound": 1.0,
    "high_bound": 9.0,
    "options": ("Raqqa", "Mosul"),
    "ordered": True,
    "whole": 1,
    "judged_from": "all",
    "checkability": "too_vague",
    "base_rate": 0.5,
}


def untold(before: ClaimFields, told: Callable[[ClaimFields], dict[str, str]] = amendments.in_words) -> set[str]:
    """The fields of a claim whose amendment no page would show."""
    bounded = replace(before, low_bound=0.0, high_bound=2.0)
    found = set()
    for name in (field.name for field in fields(ClaimFields) if field.name != "by"):
        start = bounded if name.endswith("_strict") else before
        other = OTHERS.get(name, True if name.endswith("_strict") else "Else")
        if told(replace(start, **{name: other})) == told(start):
            found.add(name)
    return found


def test_each_field_of_an_amendment_is_told(acts: Acts) -> None:
    before = read_entry(acts.session, acts.record())
    assert isinstance(before, ClaimFields) and untold(before) == set()
    assert untold(before, lambda entry: amendments.in_words(replace(entry, unit=""))) == {"unit"}


def test_a_field_without_a_label_is_told_under_its_name(acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amendments, "LABELS", {k: v for k, v in amendments.LABELS.items() if k != "horizon_note"})
    claim = acts.record()
    amend(acts, claim, horizon_note="Said so.")
    [amendment] = amendments.amendments(acts.session, claim)
    assert amendment.changes == (amendments.FieldChange("Horizon note", "", "Said so."),)
