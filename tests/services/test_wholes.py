"""Wholes: judged when all parts are, and again when a part's verdict is superseded or a part ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from support.acts import Acts

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.claims import ClaimState
from ledger.domain.conditions import ConditionState
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import VerdictBasis
from ledger.domain.wholes import JudgedFrom
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.conditions import judge_condition
from ledger.services.claims.end_claim import reinstate_claim, void_claim, withdraw_claim
from ledger.services.claims.record import record_claim
from ledger.services.reviews.schedule import reopen_claim
from ledger.store.reviews import Review
from ledger.store.tallies import FOREVER, UnitRow


def family(acts: Acts, way: JudgedFrom, parts: int = 2) -> tuple[int, list[int]]:
    whole = acts.record(judged_from=way)
    return whole, [acts.record(whole=whole) for _ in range(parts)]


@pytest.mark.parametrize(
    ("way", "outcome"),
    [
        (JudgedFrom.ALL, Outcome.FALSE),
        (JudgedFrom.ANY, Outcome.TRUE),
        (JudgedFrom.SHARE, Outcome.PARTLY_TRUE),
        (JudgedFrom.ITSELF, None),
    ],
)
def test_a_whole_is_judged_when_its_last_part_is(acts: Acts, way: JudgedFrom, outcome: Outcome | None) -> None:
    whole, (one, other) = family(acts, way)
    assert bool(acts.session.scalars(select(Review).where(Review.claim_id == whole)).all()) == (outcome is None)
    acts.judge(one, Outcome.TRUE)
    assert acts.verdicts(whole) == []
    acts.judge(other, Outcome.FALSE)
    assert acts.claim(whole).outcome is outcome
    if outcome is not None:
        [verdict] = acts.verdicts(whole)
        assert (verdict.outcome, verdict.basis, verdict.decided_by) == (outcome, VerdictBasis.PARTS, None)
        assert f"Claim {one}: true" in verdict.rationale and f"Claim {other}: false" in verdict.rationale
        assert (acts.claim(whole).state, acts.claim(whole).due_on) == (ClaimState.RESOLVED, None)


def test_a_superseded_part_supersedes_the_whole(acts: Acts) -> None:
    whole, (one, other) = family(acts, JudgedFrom.ALL)
    for part in (one, other):
        acts.judge(part, Outcome.TRUE)
    acts.do(reopen_claim, claim=one, reason="New facts.")
    assert acts.claim(whole).outcome is Outcome.TRUE  # in force until another supersedes it
    acts.judge(one, Outcome.FALSE)
    old, new = acts.verdicts(whole)
    assert (old.outcome, old.superseded_by, new.outcome, new.superseded_by) == (
        *(Outcome.TRUE, new.id, Outcome.FALSE, None),
    )
    acts.do(reopen_claim, claim=other, reason="New facts.")
    acts.judge(other, Outcome.PARTLY_TRUE)
    assert len(acts.verdicts(whole)) == 2  # the same outcome gives no new verdict


def test_an_ended_part_does_not_count_until_reinstated(acts: Acts) -> None:
    whole, (one, other) = family(acts, JudgedFrom.ALL)
    acts.judge(one, Outcome.TRUE)
    acts.do(withdraw_claim, claim=other, reason="Recorded twice.")
    assert acts.claim(whole).outcome is Outcome.TRUE
    acts.do(reinstate_claim, claim=other, reason="It was not.")
    acts.judge(other, Outcome.FALSE)
    assert acts.claim(whole).outcome is Outcome.FALSE
    acts.do(void_claim, claim=other, reason="Nobody said it.")
    assert acts.claim(whole).outcome is Outcome.TRUE
    acts.do(reinstate_claim, claim=other, reason="Somebody did.")
    assert acts.claim(whole).outcome is Outcome.FALSE


@pytest.mark.parametrize("how", ["void", "taken away"])
def test_a_whole_whose_parts_no_longer_count_is_unresolvable(acts: Acts, how: str) -> None:
    whole, (one, other) = family(acts, JudgedFrom.ALL)
    for part in (one, other):
        acts.judge(part, Outcome.TRUE)
    for part in (one, other):
        if how == "void":
            acts.do(void_claim, claim=part, reason="The article was a forgery.")
        else:
            acts.do(amend_claim, claim=part, terms=replace(acts.terms(part), whole=None), reason="It is no part.")
    old, new = acts.verdicts(whole)
    assert (old.outcome, old.superseded_by) == (Outcome.TRUE, new.id)
    assert (new.outcome, new.basis) == (Outcome.UNRESOLVABLE, VerdictBasis.PARTS)
    assert "None of its parts is counted." in new.rationale
    if how == "void":
        acts.do(reinstate_claim, claim=one, reason="It was none.")
        assert acts.claim(whole).outcome is Outcome.TRUE


def test_an_unjudged_whole_without_parts_stays_unjudged(acts: Acts) -> None:
    whole, (one, other) = family(acts, JudgedFrom.ALL)
    for part in (one, other):
        acts.do(void_claim, claim=part, reason="The article was a forgery.")
    assert acts.verdicts(whole) == []


def test_a_reinstated_whole_catches_up_with_its_parts(acts: Acts) -> None:
    whole, (one, other) = family(acts, JudgedFrom.ALL)
    acts.judge(one, Outcome.TRUE)
    acts.do(withdraw_claim, claim=whole, reason="Recorded twice.")
    acts.judge(other, Outcome.FALSE)
    assert acts.verdicts(whole) == []
    acts.do(reinstate_claim, claim=whole, reason="It was not.")
    assert (acts.claim(whole).outcome, acts.claim(whole).state) == (Outcome.FALSE, ClaimState.RESOLVED)


def test_an_uncheckable_part_is_ignored(acts: Acts) -> None:
    whole, (one, other) = family(acts, JudgedFrom.ALL)
    acts.judge(one, Outcome.TRUE)
    vague = replace(acts.terms(other), checkability=Checkability.TOO_VAGUE, checkability_reason="Who could tell?")
    acts.do(amend_claim, claim=other, terms=vague, reason="")
    assert acts.claim(whole).outcome is Outcome.TRUE


def test_an_uncheckable_whole_is_not_judged(acts: Acts) -> None:
    vague = {"checkability": Checkability.NOT_A_FORECAST, "checkability_reason": "It tells what has been."}
    whole = acts.record(judged_from=JudgedFrom.ALL, **vague)
    acts.judge(acts.record(whole=whole), Outcome.TRUE)
    assert acts.verdicts(whole) == []


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (ConditionState.UNKNOWN, Outcome.TRUE),
        (ConditionState.MET, Outcome.TRUE),
        (ConditionState.NOT_MET, Outcome.CONDITION_NOT_MET),
        (ConditionState.COUNTERFACTUAL, Outcome.CONDITION_NOT_MET),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_whole_has_a_condition_of_its_own(acts: Acts, state: ConditionState, outcome: Outcome, first: bool) -> None:
    whole = acts.record(judged_from=JudgedFrom.ALL, condition="if it rains")
    part, fact = acts.record(whole=whole), acts.attach(whole)
    if not first:
        acts.judge(part, Outcome.TRUE)
    if state is not ConditionState.UNKNOWN:
        acts.do(judge_condition, claim=whole, state=state, evidence=[fact], reason="So it was.")
    if first:
        acts.judge(part, Outcome.TRUE)
    assert acts.claim(whole).outcome is outcome


def test_parts_do_not_override_a_met_condition_of_the_whole(acts: Acts) -> None:
    whole = acts.record(judged_from=JudgedFrom.ALL, condition="if it rains")
    fact = acts.attach(whole)
    acts.do(judge_condition, claim=whole, state=ConditionState.MET, evidence=[fact], reason="It rained.")
    acts.judge(acts.record(whole=whole, condition="if it snows"), Outcome.CONDITION_NOT_MET)
    assert acts.claim(whole).outcome is Outcome.UNRESOLVABLE


def test_a_choice_does_not_decide_its_whole(acts: Acts) -> None:
    whole = acts.record(judged_from=JudgedFrom.ALL)
    choice = Shape(ClaimKind.CHOICE, options=("Raqqa", "Mosul"))
    acts.judge_choice(acts.record(whole=whole, shape=choice, forecast=acts.forecast(option=1)), 2)
    assert acts.claim(whole).outcome is Outcome.UNRESOLVABLE


def test_invalid_parts(acts: Acts) -> None:
    whole, (part, _) = family(acts, JudgedFrom.ALL)
    gone = acts.record()
    acts.do(withdraw_claim, claim=gone, reason="Recorded twice.")
    terms = replace(acts.terms(part), statement="Another part.")
    for number, at, way in (
        (10**6, "whole", JudgedFrom.ITSELF),
        (gone, "whole", JudgedFrom.ITSELF),
        (part, "whole", JudgedFrom.ITSELF),
        (whole, "judged_from", JudgedFrom.ALL),
    ):
        claim = replace(terms, whole=number, judged_from=way)
        acts.refused(record_claim, at, claim=claim, forecast=acts.forecast())


def test_parts_are_counted_and_their_whole_is_not(acts: Acts) -> None:
    """Counting both would count one forecast twice. `acts` also checks every figure against its definition."""
    whole, (one, other) = family(acts, JudgedFrom.ANY)
    acts.judge(one, Outcome.TRUE)
    acts.judge(other, Outcome.FALSE)
    counted = set(acts.session.scalars(select(UnitRow.claim_id).where(UnitRow.valid_to == FOREVER)))
    assert {one, other} <= counted and whole not in counted
