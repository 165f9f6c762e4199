"""Log scores of probabilities in millionths, to the same last digit on every machine.

Logarithms of doubles come from the machine's C library, and two of those differ in the last digit of every tenth or
so. Whoever recomputes a scorecard elsewhere must find the same figures: so here they are taken with forty digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from functools import lru_cache
from math import inf

from ledger.domain.confidence import MILLION
from ledger.domain.scoring.probabilities import CLIPPED_AT

_FORTY = Context(prec=40)


def mean_log_scores(happened: Mapping[int, int], did_not: Mapping[int, int]) -> tuple[float | None, float | None]:
    """The mean log score, in nats, and the clipped one (see `probabilities`) of forecasts counted by probability.

    Infinite, and finite, where something called impossible happened, or something called certain did not.
    """
    chances = [*happened.items(), *((MILLION - p, n) for p, n in did_not.items())]  # of what came about
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
    return -float(_FORTY.divide(total, n)) or 0.0  # not -0.0, where all were sure and right


@lru_cache(maxsize=1 << 14)  # people say whole percents, so that few logarithms are ever taken
def _log(millionths: int, *, clipped: bool = False) -> Decimal:
    chance = Decimal(millionths).scaleb(-6)
    if clipped:
        chance = min(max(chance, Decimal(CLIPPED_AT)), 1 - Decimal(CLIPPED_AT))
    return _FORTY.ln(chance)
