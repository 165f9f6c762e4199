"""Errors of the domain: problems with what a person entered, and the exceptions that commands and queries raise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One broken rule: the field it is about ("" for the whole) and a sentence on what to do."""

    field: str
    message: str


class Refused(Exception):
    """A rule of the record was broken; nothing was written."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(p.message for p in problems))
        self.problems = problems


class Stale(Refused):
    """The object changed after the person opened it, so they have to look at it again before they change it."""


class Forbidden(Exception):
    """The person lacks permission; the message says why, and who has it."""


class Missing(Exception):
    """The record does not hold what was requested."""


class AlreadyRecorded(Exception):
    """The same fact is already in the record; `number` is the entry that recorded it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"already recorded by entry {number}")
        self.number = number


def refuse_if(problems: list[Problem]) -> None:
    """Raise `Refused` with all problems together, so that a person can correct them in one go."""
    if problems:
        raise Refused(*problems)
