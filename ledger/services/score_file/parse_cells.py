"""Parsing the cells of a row: probabilities, outcomes, weights. Anything ambiguous is refused, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from math import fsum, inf, isfinite, isnan

YES = frozenset({"1", "1.0", "true", "t", "yes", "y"})
NO = frozenset({"0", "0.0", "false", "f", "no", "n"})
# No outcome to score: not known yet, unknowable, or the question became moot.
UNSETTLED = frozenset(
    {
        *("", "-", "?", "na", "n/a", "nan", "null", "none", "undefined", "unknown", "open", "pending", "unresolved"),
        *("ambiguous", "annulled", "void", "unclear", "unresolvable", "too_vague", "condition_not_met"),
    }
)


class NotUnderstood(ValueError):
    """A cell is not what its column should hold; the message says what to write."""


def event_of(text: str) -> int | None:
    """1 if the event happened, 0 if not, None if there is no outcome. Raises NotUnderstood."""
    word = text.strip().casefold()
    if word in YES:
        return 1
    if word in NO:
        return 0
    if word in UNSETTLED:
        return None
    raise NotUnderstood(f"the outcome “{text[:60]}” is neither yes nor no. Write 1 or 0, or leave it blank.")


def probability_of(text: str) -> float | None:
    """A probability (0-1); None for a blank cell. Raises NotUnderstood."""
    try:
        value = number_of(text)
    except NotUnderstood:
        if not text or text.isspace():
            return None
        if "%" in text:
            raise NotUnderstood(
                f"“{text[:60]}” has a percent sign. Write probabilities from 0 to 1: 60% is 0.6."
            ) from None
        raise
    if 0 <= value <= 1:
        return value
    advice = f" Write {value / 100:g} for {value:g}%." if 1 < value <= 100 else ""
    raise NotUnderstood(f"the forecast {text[:60].strip()} is not a probability from 0 to 1.{advice}")


def probabilities_of(texts: Sequence[str]) -> Sequence[float | None]:
    """The probabilities of a column; fast if all are valid, since there may be millions. Raises NotUnderstood."""
    if _plain("".join(texts)):
        with suppress(ValueError):
            values = list(map(float, texts))
            if not isnan(sum(values)) and min(values, default=0) >= 0 and max(values, default=1) <= 1:
                return values
    return [probability_of(text) for text in texts]


def range_of(texts: Sequence[str]) -> tuple[float | None, float | None]:
    """The low and the high end of a range, or one probability as both; None for blank. Raises NotUnderstood."""
    low, high = probability_of(texts[0]), probability_of(texts[-1])
    if low is not None and high is not None and low > high:
        raise NotUnderstood(f"the range's low end {low:g} is above its high end {high:g}.")
    return low, high


def option_of(text: str, options: Sequence[str]) -> int | None:
    """The index of the option that came about, by heading; None if there is no outcome. Raises NotUnderstood."""
    word = text.strip().casefold()
    names = [option.casefold() for option in options]
    if word in names:
        return names.index(word)
    if word in UNSETTLED:
        return None
    raise NotUnderstood(f"the outcome “{text[:60]}” is none of the options {', '.join(options)}.")


def spread_of(texts: Sequence[str]) -> tuple[float, ...] | None:
    """The probabilities of all options, scaled to add up to exactly 1; None if all are blank.

    Raises NotUnderstood, also if they differ from 1 by more than 0.001.
    """
    given = [probability_of(text) for text in texts]
    if all(p is None for p in given):
        return None
    spread = [p or 0.0 for p in given]
    total = fsum(spread)
    if abs(total - 1) > 1e-3:
        raise NotUnderstood(f"the options' probabilities add up to {total:g} and not to 1.")
    return tuple(p / total for p in spread)


def weight_of(text: str) -> float:
    """A weight, 0 or more. Raises NotUnderstood."""
    if not text or text.isspace():
        raise NotUnderstood("the weight is blank. Write how much the row counts; 0 leaves it out.")
    value = number_of(text)
    if value < 0:
        raise NotUnderstood(f"the weight {text[:60].strip()} is below 0.")
    return value


def number_of(text: str) -> float:
    """A finite number as people write it in a table. Raises NotUnderstood."""
    if _plain(text):
        try:
            value = float(text)
        except ValueError:
            value = inf
        if isfinite(value):
            return value
    advice = " Write a full stop, not a comma." if text.count(",") == 1 else ""
    raise NotUnderstood(f"“{text[:60]}” is not a number.{advice}")


def _plain(text: str) -> bool:
    """Whether `float` may parse this text: it would also accept 1_000 and the digits of every script."""
    return text.isascii() and "_" not in text
