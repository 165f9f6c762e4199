"""Wholes: claims that have parts, and how the outcome of a whole follows from those of its parts."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.policies import Grades


class JudgedFrom(StrEnum):
    """What a claim's outcome follows from: its own assessments, or the outcomes of all its parts."""

    ITSELF = "itself"
    ALL = "all"
    ANY = "any"
    SHARE = "share"

    @property
    def words(self) -> str:
        return {
            "itself": "judged on its own",
            "all": "as true as its least true part",
            "any": "as true as its truest part",
            "share": "as true as its parts are on average",
        }[self.value]


def outcome_from_parts(judged_from: JudgedFrom, parts: Collection[Outcome | None], grades: Grades) -> Outcome | None:
    """The outcome of a whole by the grades of a policy; None while a part has no verdict.

    Parts whose outcome has no grade (answered, unresolvable, too vague, condition not met) are left out. Where no
    part has a grade, the whole has the outcome that all parts share, and else is unresolvable. It is unresolvable also
    where all parts are answered, because their options are not options of the whole. A share between two grades is
    rounded to the nearer one, and half-way to the lower, so that the whole is not called truer than it is.
    """
    if judged_from is JudgedFrom.ITSELF or not parts or None in parts:
        return None
    graded = [outcome for outcome in parts if outcome is not None and outcome.graded]
    if not graded:
        shared = set(parts)
        return shared.pop() if len(shared) == 1 and Outcome.ANSWERED not in shared else Outcome.UNRESOLVABLE
    from_false = GRADED[::-1]
    if judged_from is not JudgedFrom.SHARE:
        return (min if judged_from is JudgedFrom.ALL else max)(graded, key=from_false.index)
    # Whole numbers: with floats, half-way between two grades would depend on rounding.
    total = sum(grades.millionths(outcome) or 0 for outcome in graded)
    return min(from_false, key=lambda outcome: abs((grades.millionths(outcome) or 0) * len(graded) - total))
