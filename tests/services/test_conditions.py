"""Conditions of claims: judged on evidence, and never against the verdict."""

from __future__ import annotations

import pytest
from support.acts import Acts
from support.cast import assessment_terms, review_of

from ledger.domain.conditions import ConditionState
from ledger.domain.errors import Missing, Stale
from ledger.domain.outcomes import Outcome
from ledger.services.claims.conditions import judge_condition
from ledger.services.evidence import retract_evidence
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees

IF = "if it rains"


def test_a_condition_is_judged_on_evidence_with_a_reason(acts: Acts) -> None:
    claim = acts.record(condition=IF)
    fact, elsewhere = acts.attach(claim), acts.attach(acts.record())
    met = {"claim": claim, "state": ConditionState.MET}
    acts.refused(judge_condition, "reason", **met, evidence=[fact], reason="")
    acts.refused(judge_condition, "evidence", **met, evidence=[], reason="It rained.")
    acts.refused(judge_condition, "evidence", **met, evidence=[elsewhere], reason="It rained.")
    acts.refused(judge_condition, "state", claim=claim, state=ConditionState.UNKNOWN, evidence=[], reason="Who knows?")
    with pytest.raises(Stale):
        acts.fails(judge_condition, **met, evidence=[fact], reason="So.", seen=acts.claim(claim).changed - 1)
    with pytest.raises(Missing):
        acts.fails(judge_condition, claim=10**6, state=ConditionState.MET, evidence=[fact], reason="So.")
    number = acts.do(judge_condition, **met, evidence=[fact], reason="It rained.")
    row = acts.claim(claim)
    assert (row.condition_state, row.condition_reason, row.changed) == (ConditionState.MET, "It rained.", number)
    acts.refused(judge_condition, "state", **met, evidence=[fact], reason="It rained.")
    acts.do(judge_condition, claim=claim, state=ConditionState.UNKNOWN, evidence=[], reason="Nobody is sure.")


def test_a_claim_without_a_condition_has_none_to_judge(acts: Acts) -> None:
    claim = acts.record()
    fact = acts.attach(claim)
    acts.refused(judge_condition, "", claim=claim, state=ConditionState.MET, evidence=[fact], reason="It rained.")


def test_retracted_evidence_shows_nothing(acts: Acts) -> None:
    claim = acts.record(condition=IF)
    fact = acts.attach(claim)
    acts.do(retract_evidence, evidence=fact, reason="Misread.")
    met = {"claim": claim, "state": ConditionState.MET, "evidence": [fact]}
    acts.refused(judge_condition, "evidence", **met, reason="It rained.")


@pytest.mark.parametrize("state", [ConditionState.NOT_MET, ConditionState.COUNTERFACTUAL])
def test_a_claim_whose_condition_was_not_met_has_no_true_or_false_verdict(acts: Acts, state: ConditionState) -> None:
    claim = acts.record(condition=IF)
    fact, review = acts.attach(claim), review_of(acts.session, claim)
    acts.do(judge_condition, claim=claim, state=state, evidence=[fact], reason="It stayed dry.")
    reviewer = min(assignees(acts.session, review))
    terms = assessment_terms(Outcome.TRUE, fact)
    acts.refused(seal_assessment, "outcome", by=reviewer, review=review, terms=terms)
    acts.judge(claim, Outcome.CONDITION_NOT_MET)
    assert acts.claim(claim).outcome is Outcome.CONDITION_NOT_MET
    met = {"claim": claim, "state": ConditionState.MET, "evidence": [fact]}
    acts.refused(judge_condition, "state", **met, reason="It did rain.")


def test_a_condition_is_fixed_under_sealed_assessments_or_a_verdict(acts: Acts) -> None:
    claim = acts.record(condition=IF)
    fact, review = acts.attach(claim), review_of(acts.session, claim)
    reviewer = min(assignees(acts.session, review))
    acts.do(seal_assessment, by=reviewer, review=review, terms=assessment_terms(Outcome.TRUE, fact))
    unmet = {"claim": claim, "state": ConditionState.NOT_MET, "evidence": [fact], "reason": "It stayed dry."}
    acts.refused(judge_condition, "", **unmet)
    acts.judge(claim, Outcome.TRUE)
    acts.refused(judge_condition, "state", **unmet)
    acts.do(judge_condition, claim=claim, state=ConditionState.MET, evidence=[fact], reason="It rained.")
