"""The table of outcomes: what a verdict can say happened, one row each, from which everything else derives.

A new outcome is one row here. Sums, filters, files, charts and pages go through the table; only recompute.py in
bundles has its own list, on purpose, and tests compare the two.
"""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """How an outcome is drawn: a tint from true to false, or none. The stylesheet and the charts have a rule each."""

    TRUE = "true"
    MOSTLY_TRUE = "mostly_true"
    PARTLY_TRUE = "partly_true"
    MOSTLY_FALSE = "mostly_false"
    FALSE = "false"
    ANSWERED = "answered"  # firm, and neither true nor false
    VOID = "void"  # dashed: nothing was found out about the claim itself


class GradeSource(StrEnum):
    """Where the grade of an outcome comes from: how much of the claim came true, from 0 to 1."""

    EVENT = "event"  # 1 where it happened, 0 where it did not
    POLICY = "policy"  # between the two: each policy says how much
    NONE = "none"  # it has no grade, and never counts as a half


class Outcome(StrEnum):
    """What happened, in a word. The columns are: value, label, mark, tone, event, grade.

    The `mark` is a sign that tells outcomes apart without colour. `event` is 1 where the claim came true, 0 where it
    did not, and None for all else: the headline score counts nothing else. A choice among options is `answered`:
    which option came about stands beside the outcome. Graded outcomes come first, from the truest on.
    """

    TRUE = "true", "True", "●", Tone.TRUE, 1, GradeSource.EVENT
    MOSTLY_TRUE = "mostly_true", "Mostly true", "◕", Tone.MOSTLY_TRUE, None, GradeSource.POLICY
    PARTLY_TRUE = "partly_true", "Partly true", "◑", Tone.PARTLY_TRUE, None, GradeSource.POLICY
    MOSTLY_FALSE = "mostly_false", "Mostly false", "◔", Tone.MOSTLY_FALSE, None, GradeSource.POLICY
    FALSE = "false", "False", "○", Tone.FALSE, 0, GradeSource.EVENT
    ANSWERED = "answered", "Answered", "◆", Tone.ANSWERED, None, GradeSource.NONE
    UNRESOLVABLE = "unresolvable", "Unresolvable", "?", Tone.VOID, None, GradeSource.NONE
    CONDITION_NOT_MET = "condition_not_met", "Condition not met", "–", Tone.VOID, None, GradeSource.NONE
    TOO_VAGUE = "too_vague", "Too vague", "~", Tone.VOID, None, GradeSource.NONE

    _value_: str
    label: str
    mark: str
    tone: Tone
    event: int | None
    grade: GradeSource

    # The defaults are for the type checker, which takes Outcome("true"), a look-up by value, for a call of this.
    def __new__(
        cls,
        value: str,
        label: str = "",
        mark: str = "",
        tone: Tone = Tone.VOID,
        event: int | None = None,
        grade: GradeSource = GradeSource.NONE,
    ) -> Outcome:
        """One row of the table."""
        row = str.__new__(cls, value)
        row._value_ = value
        row.label, row.mark, row.tone, row.event, row.grade = label, mark, tone, event, grade
        return row

    @property
    def graded(self) -> bool:
        """Whether it says how much of the claim came true."""
        return self.grade is not GradeSource.NONE

    @property
    def conclusive(self) -> bool:
        """Whether it says anything about the claim itself: it is graded, or names the option that came about."""
        return self.graded or self is Outcome.ANSWERED

    @property
    def words(self) -> str:
        """For reading inside a sentence: "condition not met"."""
        return self.label.lower()


# From the truest on; between true and false, a policy says how much each counts.
GRADED = tuple(outcome for outcome in Outcome if outcome.graded)
BETWEEN = tuple(outcome for outcome in Outcome if outcome.grade is GradeSource.POLICY)
NOT_GRADED = tuple(outcome for outcome in Outcome if not outcome.graded)
# Those the headline scores: it happened, or it did not.
HAPPENED = tuple(outcome for outcome in Outcome if outcome.event == 1)
DID_NOT_HAPPEN = tuple(outcome for outcome in Outcome if outcome.event == 0)
EVENTS = (*HAPPENED, *DID_NOT_HAPPEN)
