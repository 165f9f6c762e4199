"""Conditions: the "if" of a claim. A condition has a state, which evidence can change."""

from __future__ import annotations

from enum import StrEnum

from ledger.domain.outcomes import Outcome


class ConditionState(StrEnum):
    """What is known about a condition."""

    UNKNOWN = "unknown"
    MET = "met"
    NOT_MET = "not_met"
    COUNTERFACTUAL = "counterfactual"  # contrary to fact already when the claim was made

    @property
    def words(self) -> str:
        return {
            "unknown": "not known yet whether it was met",
            "met": "met",
            "not_met": "not met",
            "counterfactual": "contrary to fact when it was said",
        }[self.value]


def condition_conflict(outcome: Outcome, state: ConditionState) -> str | None:
    """Why this outcome contradicts this state of the condition; None where it does not."""
    if outcome is Outcome.CONDITION_NOT_MET and state is ConditionState.MET:
        return "The condition is recorded as met. Change its state first if that is wrong."
    unmet = state in (ConditionState.NOT_MET, ConditionState.COUNTERFACTUAL)
    if unmet and outcome.conclusive:
        return f"The condition is recorded as {state.words}, so the claim itself cannot be judged."
    return None
