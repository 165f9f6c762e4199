"""Outcomes: what a verdict can say happened, and which outcomes carry a number."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Did it happen? Five graded answers, and four that carry no number.

    A choice among options is `answered`: which option came about stands beside the outcome.
    """

    TRUE = "true"
    MOSTLY_TRUE = "mostly_true"
    PARTLY_TRUE = "partly_true"
    MOSTLY_FALSE = "mostly_false"
    FALSE = "false"
    ANSWERED = "answered"
    UNRESOLVABLE = "unresolvable"
    CONDITION_NOT_MET = "condition_not_met"
    TOO_VAGUE = "too_vague"

    @property
    def grade(self) -> float | None:
        """How much of the claim came true, 0 to 1, or None: an outcome without a number never sits at 0.5."""
        return _GRADES.get(self)

    @property
    def event(self) -> int | None:
        """1 for true, 0 for false, None for all else: the headline score counts nothing else."""
        return {Outcome.TRUE: 1, Outcome.FALSE: 0}.get(self)

    @property
    def words(self) -> str:
        """For reading: "condition not met"."""
        return self.value.replace("_", " ")


_GRADES = {
    Outcome.TRUE: 1.0,
    Outcome.MOSTLY_TRUE: 0.75,
    Outcome.PARTLY_TRUE: 0.5,
    Outcome.MOSTLY_FALSE: 0.25,
    Outcome.FALSE: 0.0,
}
