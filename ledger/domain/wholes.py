"""Wholes and parts: a claim made of several, and how its outcome follows from theirs."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.policies import Grades


class JudgedFrom(StrEnum):
    """What a claim's outcome is taken from. Every way but the first needs parts, and waits for all of theirs."""

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
    """The outcome of a whole by the grades of a policy, or None while a part has no verdict.

    Parts without a number (answered, unresolvable, too vague, condition not met) say nothing about the whole.
    Where no part has one, the whole has the outcome they share, or is unresolvable: also where all are answered,
    for the options are theirs. A share between two grades is rounded to the nearer, and half-way to the lower:
    the whole is not called truer than it is.
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
    # Whole numbers, so that what lies half-way between two grades is half-way between them, whatever they are.
    total = sum(grades.millionths(outcome) or 0 for outcome in graded)
    return min(from_false, key=lambda outcome: abs((grades.millionths(outcome) or 0) * len(graded) - total))
