"""Base rates: how often things of a kind come about, and how far a forecast lies from that."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.confidence import TOO_FINE, too_fine
from ledger.domain.errors import Problem
from ledger.domain.text import text_problem

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class BaseRate:
    """How often things of this kind come about (0-1), and how that is known."""

    rate: float | None = None
    note: str = ""


NO_BASE_RATE = BaseRate()


def base_rate_problems(base_rate: BaseRate) -> list[Problem]:
    """A base rate is a probability, and says where it comes from."""
    problems = []
    if base_rate.rate is not None and not 0 <= base_rate.rate <= 1:
        problems.append(Problem("base_rate", "A base rate lies between 0 and 1, or between 0% and 100%."))
    elif too_fine(base_rate.rate):
        problems.append(Problem("base_rate", TOO_FINE))
    if base_rate.rate is not None and not base_rate.note:
        problems.append(Problem("base_rate_note", "Say what this is the rate of, where, and over which time."))
    if base_rate.rate is None and base_rate.note:
        problems.append(Problem("base_rate", "Give the base rate that the note is about, or clear the note."))
    if fault := text_problem(base_rate.note, LONGEST_NOTE, lines=True):
        problems.append(Problem("base_rate_note", fault))
    return problems


def boldness(mid: float | None, base_rate: float | None) -> float | None:
    """Distance of a forecast's middle from the base rate, -1 to 1, positive above it; None where either is unknown."""
    return None if mid is None or base_rate is None else round(mid - base_rate, 6)
