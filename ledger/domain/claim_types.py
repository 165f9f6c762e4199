"""Kinds of claim, and the details that a claim of each kind has to give before it can be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from ledger.domain.errors import Problem
from ledger.domain.text import fingerprint, one_spaced, text_problem, tidy

LONGEST_BASELINE, LONGEST_UNIT, LONGEST_OPTION, MOST_OPTIONS = 600, 60, 160, 12
LARGEST_QUANTITY = 1e15  # far beyond it, two neighbouring whole numbers are the same float
MOST_DECIMALS = 24  # so that any quantity can be written out in a field


class ClaimKind(StrEnum):
    """What sort of proposition a claim is."""

    EVENT = "event"
    CONTINUES = "continues"
    COMPARES = "compares"
    QUANTITY = "quantity"
    CHOICE = "choice"

    @property
    def words(self) -> str:
        return {
            "event": "an event: something comes about",
            "continues": "a continuation: something stays as it is",
            "compares": "a comparison: more or less of something than before",
            "quantity": "a quantity: a number lies within bounds",
            "choice": "a choice: one of several options comes about",
        }[self.value]


@dataclass(frozen=True)
class Bounds:
    """The range in which a quantity is claimed to lie. None leaves an end open; a strict end is outside the range."""

    low: float | None = None
    high: float | None = None
    low_strict: bool = False
    high_strict: bool = False

    def hold(self, value: float) -> bool:
        """Whether a measured value lies within the bounds."""
        above = self.low is None or (value > self.low if self.low_strict else value >= self.low)
        below = self.high is None or (value < self.high if self.high_strict else value <= self.high)
        return above and below

    @property
    def normal(self) -> Bounds:
        """The bounds as they are stored: an open end is never strict, and -0 is 0."""
        low, high = (None if end is None else end + 0.0 for end in (self.low, self.high))
        return Bounds(low, high, self.low_strict and low is not None, self.high_strict and high is not None)

    @property
    def words(self) -> str:
        """For reading: "more than 5,000", "5,000 to 7,000", "at most 3.5"."""
        low = "" if self.low is None else f"{'more than' if self.low_strict else 'at least'} {quantity(self.low)}"
        high = "" if self.high is None else f"{'less than' if self.high_strict else 'at most'} {quantity(self.high)}"
        if self.low is not None and self.high is not None and not (self.low_strict or self.high_strict):
            return f"{quantity(self.low)} to {quantity(self.high)}"
        return " and ".join(part for part in (low, high) if part)


UNBOUNDED = Bounds()


def quantity_problem(value: float) -> str | None:
    """A sentence saying why this number cannot be stored, or None."""
    if not abs(value) <= LARGEST_QUANTITY:  # written so that nan is refused, too
        return "Write a number up to 1,000,000,000,000,000; use a larger unit for more."
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_DECIMALS:
        return f"At most {MOST_DECIMALS} decimals are kept; use a smaller unit for more precision."
    return None


def quantity(value: float) -> str:
    """A number for reading: thousands by comma, no trailing zeros: 5000.0 → "5,000"."""
    return f"{Decimal(repr(value)).normalize():,f}"


@dataclass(frozen=True)
class Shape:
    """A claim's kind and the details that this kind requires besides the statement.

    `baseline` is the state that the claim is measured against (continues, compares). `metric` is what is compared.
    A quantity has `bounds` and a `unit`. A choice has `options`; `ordered` says that their order has a meaning.
    """

    kind: ClaimKind = ClaimKind.EVENT
    baseline: str = ""
    metric: str = ""
    bounds: Bounds = UNBOUNDED
    unit: str = ""
    options: tuple[str, ...] = ()
    ordered: bool = False

    @property
    def normal(self) -> Shape:
        """The shape as it is stored: texts tidied, and `ordered` only for a choice."""
        return replace(
            self,
            baseline=one_spaced(self.baseline),
            metric=one_spaced(self.metric),
            bounds=self.bounds.normal,
            unit=tidy(self.unit),
            options=tuple(map(one_spaced, self.options)),
            ordered=self.ordered and self.kind is ClaimKind.CHOICE,
        )


EVENT = Shape()


def shape_problems(shape: Shape) -> list[Problem]:
    """Details that are missing, invalid or superfluous for a claim of this kind, each with its field."""
    problems = [*_missing_or_invalid(shape), *_superfluous(shape)]
    for field, text, longest in (
        ("baseline", shape.baseline, LONGEST_BASELINE),
        ("metric", shape.metric, LONGEST_BASELINE),
        ("unit", shape.unit, LONGEST_UNIT),
    ):
        if error := text_problem(text, longest):
            problems.append(Problem(field, error))
    return problems


def _missing_or_invalid(shape: Shape) -> list[Problem]:
    match shape.kind:
        case ClaimKind.CONTINUES if not shape.baseline:
            return [Problem("baseline", "Say what the state is that continues, and as of when.")]
        case ClaimKind.COMPARES:
            return [
                Problem(field, words)
                for field, given, words in (
                    ("metric", shape.metric, "Say what is counted or measured, and by whom."),
                    ("baseline", shape.baseline, "Say what it is compared with: the value, and as of when."),
                )
                if not given
            ]
        case ClaimKind.QUANTITY:
            return _quantity_problems(shape)
        case ClaimKind.CHOICE:
            return _option_problems(shape.options)
        case _:
            return []


def _quantity_problems(shape: Shape) -> list[Problem]:
    low, high = shape.bounds.low, shape.bounds.high
    problems = [] if shape.unit else [Problem("unit", "Give the unit: people, US dollars, square miles.")]
    if low is None and high is None:
        return [*problems, Problem("low_bound", "Give the lower bound, the upper bound, or both.")]
    for field, bound in (("low_bound", low), ("high_bound", high)):
        if bound is not None and (error := quantity_problem(bound)):
            problems.append(Problem(field, error))
    if not problems and low is not None and high is not None:
        strict = shape.bounds.low_strict or shape.bounds.high_strict
        if low > high or (low == high and strict):
            problems.append(Problem("high_bound", "The upper bound must be larger than the lower bound."))
    return problems


def _option_problems(options: Sequence[str]) -> list[Problem]:
    if len(options) < 2:
        return [Problem("options", "Give at least two options, one a line; “anything else” may be one.")]
    if len(options) > MOST_OPTIONS:
        return [Problem("options", f"At most {MOST_OPTIONS} options; this has {len(options)}.")]
    if not all(option.strip() for option in options):
        return [Problem("options", "An option is empty: say what would happen.")]
    if len({fingerprint(option) for option in options}) < len(options):
        return [Problem("options", "The same option is given twice.")]
    errors = [(option, text_problem(option, LONGEST_OPTION)) for option in options]
    return [Problem("options", f"“{option[:40]}”: {error}") for option, error in errors if error]


def _superfluous(shape: Shape) -> list[Problem]:
    """Details that this kind of claim does not use. If they were stored, they would look as if they counted."""
    uses = {
        "baseline": (bool(shape.baseline), (ClaimKind.CONTINUES, ClaimKind.COMPARES)),
        "metric": (bool(shape.metric), (ClaimKind.COMPARES,)),
        "low_bound": (shape.bounds.low is not None, (ClaimKind.QUANTITY,)),
        "high_bound": (shape.bounds.high is not None, (ClaimKind.QUANTITY,)),
        "unit": (bool(shape.unit), (ClaimKind.QUANTITY, ClaimKind.COMPARES)),
        "options": (bool(shape.options), (ClaimKind.CHOICE,)),
    }
    return [
        Problem(field, f"A claim of the kind “{shape.kind}” does not have this: clear it, or choose another kind.")
        for field, (given, kinds) in uses.items()
        if given and shape.kind not in kinds
    ]
