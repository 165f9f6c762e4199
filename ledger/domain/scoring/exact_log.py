"""Log scores of probabilities in millionths, equal to the last digit on every machine.

Logarithms of floats come from the machine's C library, and two libraries differ in the last digit of about every tenth
one. A scorecard that is recomputed elsewhere must have the same figures, so logarithms are computed with forty digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from functools import lru_cache
from math import inf

from ledger.domain.confidence import MILLION
from ledger.domain.scoring.binary_scores import CLIPPED_AT

_FORTY = Context(prec=40)


def mean_log_scores(happened: Mapping[int, int], did_not: Mapping[int, int]) -> tuple[float | None, float | None]:
    """The mean log score and its clipped version (see `probabilities`), in nats, of forecasts counted by probability.

    Probabilities are in millionths. Where an event with probability 0 happened, or one with probability 1 did not,
    the first is infinite and the second is finite.
    """
    chances = [*happened.items(), *((MILLION - p, n) for p, n in did_not.items())]  # of what happened
    n = sum(count for _, count in chances)
    if not n:
        return None, None
    clipped = _mean([(count, _log(chance, clipped=True)) for chance, count in chances], n)
    if any(chance == 0 for chance, _ in chances):
        return inf, clipped
    return _mean([(count, _log(chance)) for chance, count in chances], n), clipped


def _mean(logs: list[tuple[int, Decimal]], n: int) -> float:
    total = Decimal(0)
    for count, log in logs:
        total = _FORTY.fma(count, log, total)
    return -float(_FORTY.divide(total, n)) or 0.0  # "or" turns -0.0 into 0.0, where all were certain and right


@lru_cache(maxsize=1 << 14)  # people mostly give whole percentages, so there are few different arguments
def _log(millionths: int, *, clipped: bool = False) -> Decimal:
    chance = Decimal(millionths).scaleb(-6)
    if clipped:
        chance = min(max(chance, Decimal(CLIPPED_AT)), 1 - Decimal(CLIPPED_AT))
    return _FORTY.ln(chance)
