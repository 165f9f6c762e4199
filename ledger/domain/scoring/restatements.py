"""Restatements: later forecasts by a claimant on a claim that they have forecast before. Only the first is scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.domain.claims import made_too_late
from ledger.domain.confidence import Confidence
from ledger.domain.forecasts import CountedForecast, in_order_made
from ledger.domain.policies import Policy
from ledger.domain.scoring.units import CountedClaim, in_millionths


class Restatement(NamedTuple):
    """How often a claimant has forecast a claim (twice or more), and the latest of these forecasts.

    `mid` is the middle of the latest probability, in millionths; NO_NUMBER where it has none or was made too late.
    """

    claimant: int
    times: int
    latest: int
    mid: int


def restatements(claim: CountedClaim, forecasts: Sequence[CountedForecast], policy: Policy) -> list[Restatement]:
    """One for each claimant with two or more forecasts on the claim; none where the claim does not count."""
    if not claim.counts or not forecasts:
        return []
    in_order = in_order_made(forecasts)
    by_claimant: dict[int, list[CountedForecast]] = {}
    for one in in_order:
        for claimant in one.claimants:
            by_claimant.setdefault(claimant, []).append(one)
    found = []
    for claimant, theirs in by_claimant.items():
        if len(theirs) > 1:
            latest = theirs[-1]
            late = made_too_late(latest.made_on, claim.horizon, in_order[0].made_on, policy)
            _, mid, _ = in_millionths(Confidence.none() if late else latest.confidence)
            found.append(Restatement(claimant, len(theirs), latest.number, mid))
    return found
