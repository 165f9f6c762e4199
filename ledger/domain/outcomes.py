"""The table of outcomes that a verdict can have, one row each.

A new outcome is one row here. Sums, filters, files, charts and pages loop over the table. Only recompute.py in
bundles has its own list, on purpose; a test compares the two.
"""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """How an outcome is drawn. The stylesheet and the charts have one rule for each tone."""

    TRUE = "true"
    MOSTLY_TRUE = "mostly_true"
    PARTLY_TRUE = "partly_true"
    MOSTLY_FALSE = "mostly_false"
    FALSE = "false"
    ANSWERED = "answered"  # a solid line without a tint: neither true nor false
    VOID = "void"  # a dashed line: nothing was found out about the claim itself


class GradeSource(StrEnum):
    """What determines the grade of an outcome, which says how much of the claim came true, from 0 to 1."""

    EVENT = "event"  # 1 if it happened, 0 if it did not
    POLICY = "policy"  # between 0 and 1, as the policy says
    NONE = "none"  # no grade; in particular, it does not count as a half


class Outcome(StrEnum):
    """What happened. The columns of a row are: value, label, mark, tone, event, grade.

    The `mark` is a sign by which outcomes differ without colour. `event` is 1 if the claim came true, 0 if it did
    not, and else None; the headline score counts only 1 and 0. The outcome of a choice is `answered`, and the option
    that came about is stored beside it. Graded outcomes come first, from true to false.
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

    # The defaults are for the type checker: it takes a look-up by value, Outcome("true"), for a call of this.
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
        """Whether it says how the claim turned out: it is graded, or an option came about."""
        return self.graded or self is Outcome.ANSWERED

    @property
    def words(self) -> str:
        """For reading inside a sentence: "condition not met"."""
        return self.label.lower()


# From true to false. A policy sets the grades of those in between.
GRADED = tuple(outcome for outcome in Outcome if outcome.graded)
BETWEEN = tuple(outcome for outcome in Outcome if outcome.grade is GradeSource.POLICY)
NOT_GRADED = tuple(outcome for outcome in Outcome if not outcome.graded)
# The outcomes that the headline scores.
HAPPENED = tuple(outcome for outcome in Outcome if outcome.event == 1)
DID_NOT_HAPPEN = tuple(outcome for outcome in Outcome if outcome.event == 0)
EVENTS = (*HAPPENED, *DID_NOT_HAPPEN)
