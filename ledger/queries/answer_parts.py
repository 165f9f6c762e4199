"""Parts: named subsets of the calls on choices and quantities, each with the rule that selects its answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_

from ledger.domain.claim_types import ClaimKind
from ledger.domain.scoring.choices_and_quantities import Answer, Way


@dataclass(frozen=True)
class AnswerRule:
    """The rule of a part. An answer fits by its kind and its way of being scored.

    It also fits by being a hit or a miss (None: either) and, if `ordered`, only as a choice among ordered options.
    """

    kind: ClaimKind
    ways: tuple[Way, ...] = tuple(Way)
    hit: bool | None = None
    ordered: bool = False

    def fits(self, answer: Answer) -> bool:
        return (
            answer.kind is self.kind
            and answer.way in self.ways
            and (self.hit is None or answer.hit is self.hit)
            and (answer.ordered or not self.ordered)
        )

    def condition(self, columns: Any) -> ColumnElement[bool]:
        """The same rule as an SQL condition on rows."""
        conditions = [columns.kind == self.kind, columns.way.in_(self.ways)]
        if self.hit is not None:
            conditions.append(columns.hit == int(self.hit))
        if self.ordered:
            conditions.append(columns.ordered)
        return and_(*conditions)


class AnswerPart(StrEnum):
    """A subset of the calls on choices and quantities: all of one kind, or those behind one figure of the page."""

    CHOICES = "choices"
    SHARED = "shared"
    ORDERED = "ordered"
    CHOSEN = "chosen"
    NAMED = "named"
    CAME = "came"
    CHOICES_NO_NUMBER = "choices_no_number"
    CHOICES_TOO_LATE = "choices_too_late"
    UNLISTED = "unlisted"
    QUANTITIES = "quantities"
    INTERVALS = "intervals"
    HELD = "held"
    ONE_SIDED = "one_sided"
    UNMEASURED = "unmeasured"
    QUANTITIES_NO_NUMBER = "quantities_no_number"
    QUANTITIES_TOO_LATE = "quantities_too_late"
    CERTAIN = "certain"

    @property
    def words(self) -> str:
        """The heading of the list of this part."""
        return {
            AnswerPart.CHOICES: "choices that were answered",
            AnswerPart.SHARED: "choices with a probability for every option",
            AnswerPart.ORDERED: "choices among ordered options, with a probability for every one",
            AnswerPart.CHOSEN: "choices of which one option was named",
            AnswerPart.NAMED: "choices of which one option was named with a probability",
            AnswerPart.CAME: "choices of which the option named came about",
            AnswerPart.CHOICES_NO_NUMBER: "choices of which one option was named without a probability",
            AnswerPart.CHOICES_TOO_LATE: "choices forecast too late",
            AnswerPart.UNLISTED: "choices whose answer was added as an option after the forecast",
            AnswerPart.QUANTITIES: "quantities that were judged",
            AnswerPart.INTERVALS: "quantities with an interval and a probability",
            AnswerPart.HELD: "quantities whose interval held the measured value",
            AnswerPart.ONE_SIDED: "quantities with one bound only",
            AnswerPart.UNMEASURED: "quantities judged without a measured value",
            AnswerPart.QUANTITIES_NO_NUMBER: "quantities said without a probability",
            AnswerPart.QUANTITIES_TOO_LATE: "quantities forecast too late",
            AnswerPart.CERTAIN: "quantities said with a probability of 0 or 1",
        }[self]

    @property
    def rule(self) -> AnswerRule:
        """The rule that selects the answers of this part."""
        return _RULES[self]


_CHOICE, _QUANTITY = ClaimKind.CHOICE, ClaimKind.QUANTITY
_CHOSEN = (Way.NAMED, Way.NO_NUMBER)
_RULES = {
    AnswerPart.CHOICES: AnswerRule(_CHOICE),
    AnswerPart.SHARED: AnswerRule(_CHOICE, (Way.SHARED,)),
    AnswerPart.ORDERED: AnswerRule(_CHOICE, (Way.SHARED,), ordered=True),
    AnswerPart.CHOSEN: AnswerRule(_CHOICE, _CHOSEN),
    AnswerPart.NAMED: AnswerRule(_CHOICE, (Way.NAMED,)),
    AnswerPart.CAME: AnswerRule(_CHOICE, _CHOSEN, hit=True),
    AnswerPart.CHOICES_NO_NUMBER: AnswerRule(_CHOICE, (Way.NO_NUMBER,)),
    AnswerPart.CHOICES_TOO_LATE: AnswerRule(_CHOICE, (Way.TOO_LATE,)),
    AnswerPart.UNLISTED: AnswerRule(_CHOICE, (Way.UNLISTED,)),
    AnswerPart.QUANTITIES: AnswerRule(_QUANTITY),
    AnswerPart.INTERVALS: AnswerRule(_QUANTITY, (Way.INTERVAL,)),
    AnswerPart.HELD: AnswerRule(_QUANTITY, (Way.INTERVAL,), hit=True),
    AnswerPart.ONE_SIDED: AnswerRule(_QUANTITY, (Way.ONE_SIDED,)),
    AnswerPart.UNMEASURED: AnswerRule(_QUANTITY, (Way.UNMEASURED,)),
    AnswerPart.QUANTITIES_NO_NUMBER: AnswerRule(_QUANTITY, (Way.NO_NUMBER,)),
    AnswerPart.QUANTITIES_TOO_LATE: AnswerRule(_QUANTITY, (Way.TOO_LATE,)),
    AnswerPart.CERTAIN: AnswerRule(_QUANTITY, (Way.CERTAIN,)),
}
