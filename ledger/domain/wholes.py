"""Wholes and parts: a claim made of several, and how its outcome follows from theirs."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from ledger.domain.outcomes import Outcome


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


_GRADED = sorted((o for o in Outcome if o.grade is not None), key=lambda o: o.grade or 0.0)


def outcome_from_parts(judged_from: JudgedFrom, parts: Collection[Outcome | None]) -> Outcome | None:
    """The outcome of a whole, or None while a part has no verdict.

    Parts without a number (answered, unresolvable, too vague, condition not met) say nothing about the whole.
    Where no part has one, the whole has the outcome they share, or is unresolvable: also where all are answered,
    for the options are theirs. A share between two grades is rounded to the nearer, and half-way to the lower:
    the whole is not called truer than it is.
    """
    if judged_from is JudgedFrom.ITSELF or not parts or None in parts:
        return None
    grades = [outcome.grade for outcome in parts if outcome is not None and outcome.grade is not None]
    if not grades:
        shared = set(parts)
        return shared.pop() if len(shared) == 1 and Outcome.ANSWERED not in shared else Outcome.UNRESOLVABLE
    wanted = {JudgedFrom.ALL: min(grades), JudgedFrom.ANY: max(grades)}.get(judged_from, sum(grades) / len(grades))
    return min(_GRADED, key=lambda outcome: (abs((outcome.grade or 0.0) - wanted), outcome.grade))
