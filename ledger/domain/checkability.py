"""Checkability: whether a claim can be judged at all. It is decided before evidence, apart from the outcome."""

from __future__ import annotations

from enum import StrEnum

from ledger.domain.errors import Problem
from ledger.domain.text import text_problem

LONGEST_REASON = 2_000


class Checkability(StrEnum):
    """Whether anything in the world could show that the claim is true or false."""

    CHECKABLE = "checkable"
    TOO_VAGUE = "too_vague"
    NOT_A_FORECAST = "not_a_forecast"

    @property
    def words(self) -> str:
        return {"checkable": "checkable", "too_vague": "too vague to check", "not_a_forecast": "not a forecast"}[
            self.value
        ]


def checkability_problems(checkability: Checkability, reason: str) -> list[Problem]:
    """Problems of the reason: a claim that cannot be checked needs one; any other claim may have one."""
    if checkability is not Checkability.CHECKABLE and not reason:
        return [Problem("checkability_reason", "Say why it cannot be checked: the reason is published.")]
    error = text_problem(reason, LONGEST_REASON, lines=True)
    return [Problem("checkability_reason", error)] if error else []
