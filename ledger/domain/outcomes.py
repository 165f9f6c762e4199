"""Outcomes: what a verdict can say happened, and which outcomes carry a grade."""

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
    def graded(self) -> bool:
        """Whether it says how much of the claim came true. How much that is in numbers, a policy says."""
        return self in GRADED

    @property
    def event(self) -> int | None:
        """1 for true, 0 for false, None for all else: the headline score counts nothing else."""
        return {Outcome.TRUE: 1, Outcome.FALSE: 0}.get(self)

    @property
    def words(self) -> str:
        """For reading: "condition not met"."""
        return self.value.replace("_", " ")


# From the truest on; between true and false, a policy says how much each counts.
GRADED = (Outcome.TRUE, Outcome.MOSTLY_TRUE, Outcome.PARTLY_TRUE, Outcome.MOSTLY_FALSE, Outcome.FALSE)
BETWEEN = GRADED[1:-1]
