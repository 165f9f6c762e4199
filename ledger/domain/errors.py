"""What can be wrong with something a person asked for, said so that they can put it right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to put right: the field it is about ("" for the whole) and what to do."""

    field: str
    message: str


class Refused(Exception):
    """A rule of the record was broken; nothing was written."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(p.message for p in problems))
        self.problems = problems


class Stale(Refused):
    """The thing changed after the person opened it; they should look before they write."""


class Forbidden(Exception):
    """This person may not do this; the message says why and who may."""


class Missing(Exception):
    """No such thing in the record."""


class AlreadyRecorded(Exception):
    """The same thing is in the record; `number` is the entry that recorded it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"already recorded by entry {number}")
        self.number = number


def refuse_if(problems: list[Problem]) -> None:
    """Raise `Refused` with all problems at once, so that a person can put them right in one go."""
    if problems:
        raise Refused(*problems)
