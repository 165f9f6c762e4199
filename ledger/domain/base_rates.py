"""Base rates: how often events of a kind happen, and the distance of a forecast from that rate."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.confidence import TOO_FINE, too_fine
from ledger.domain.errors import Problem
from ledger.domain.text import text_problem

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class BaseRate:
    """How often events of this kind happen (0-1), and a note on the source of the rate."""

    rate: float | None = None
    note: str = ""


NO_BASE_RATE = BaseRate()


def base_rate_problems(base_rate: BaseRate) -> list[Problem]:
    """Problems of a base rate: it has to be a probability with a note on its source."""
    problems = []
    if base_rate.rate is not None and not 0 <= base_rate.rate <= 1:
        problems.append(Problem("base_rate", "A base rate lies between 0 and 1, or between 0% and 100%."))
    elif too_fine(base_rate.rate):
        problems.append(Problem("base_rate", TOO_FINE))
    if base_rate.rate is not None and not base_rate.note:
        problems.append(Problem("base_rate_note", "Say what this is the rate of, where, and over which time."))
    if base_rate.rate is None and base_rate.note:
        problems.append(Problem("base_rate", "Give the base rate that the note is about, or clear the note."))
    if error := text_problem(base_rate.note, LONGEST_NOTE, lines=True):
        problems.append(Problem("base_rate_note", error))
    return problems


def base_rate_distance(mid: float | None, base_rate: float | None) -> float | None:
    """Middle of a forecast minus the base rate, -1 to 1; None where either is unknown."""
    return None if mid is None or base_rate is None else round(mid - base_rate, 6)
