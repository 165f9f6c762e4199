"""Scoring units: a forecast counts once for the ledger, and once for each claimant whose first on the claim it is.

A claim that is judged before its last day counts from the month after that day. It enters the headline by the calendar,
without a write. Claims that come true early are judged early, so counting them at once would bias scores to "yes".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import HorizonBasis, last_day, made_too_late
from ledger.domain.confidence import MILLION, Confidence, NumberSource
from ledger.domain.dates import PartialDate, add_months
from ledger.domain.forecasts import CountedForecast, Modality, in_order_made, scored_forecasts
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import Policy

OPEN = "open"
UNCHECKABLE = "uncheckable"
LEDGER = "ledger"
EVERYBODY = 0  # in place of the claimant, where a forecast counts for the ledger and not for one claimant
NO_NUMBER = -1  # in place of a probability, where there is none


@dataclass(frozen=True)
class CountedClaim:
    """The part of a claim that scoring needs."""

    number: int
    whole: int | None
    kind: ClaimKind
    basis: HorizonBasis
    checkability: Checkability
    horizon: PartialDate | None
    outcome: Outcome | None
    decided_on: date | None  # in UTC
    counts: bool  # False where it has ended, and where its parts are counted in its place


class Unit(NamedTuple):
    """A forecast as it counts for one claimant, or for the ledger. Probabilities are in millionths.

    It also has everything by which a scorecard can be filtered. Much of that can be amended, and a scorecard as of an
    earlier day needs the earlier values.
    """

    forecast: int
    claimant: int  # or EVERYBODY
    cluster: int  # the whole that the claim is a part of, else the claim
    status: str  # "open", "uncheckable" or an outcome
    month: str  # "YYYY-MM" from which it counts in the headline; "" if it counts at once
    low: int
    mid: int
    high: int
    document: int
    outlet: str
    made_on: PartialDate
    modality: Modality
    reading: NumberSource
    kind: ClaimKind
    basis: HorizonBasis
    checkability: Checkability


def units(claim: CountedClaim, forecasts: Sequence[CountedForecast], policy: Policy) -> list[Unit]:
    """The units of a claim with these forecasts, by the policy that the claim is held to."""
    if not claim.counts or not forecasts:
        return []
    first = in_order_made(forecasts)[0].made_on
    status = claim.outcome.value if claim.outcome else OPEN
    if claim.outcome is None and claim.checkability is not Checkability.CHECKABLE:
        status = UNCHECKABLE
    last = last_day(claim.horizon, first, policy)
    month = _month_after(last) if claim.decided_on is not None and claim.decided_on <= last else ""
    found = []
    for one, firsts in scored_forecasts(forecasts):
        # A forecast that was made too late is counted, and its probability is not scored.
        late = made_too_late(one.made_on, claim.horizon, first, policy)
        low, mid, high = in_millionths(Confidence.none() if late else one.confidence)
        for claimant in (EVERYBODY, *firsts):
            found.append(
                Unit(
                    *(one.number, claimant, claim.whole or claim.number, status, month, low, mid, high),
                    *(one.document, one.outlet, one.made_on, one.modality, one.reading),
                    *(claim.kind, claim.basis, claim.checkability),
                )
            )
    return found


def scope(kind: str, key: str | int = "") -> str:
    """The key of a scope: "ledger", "claimant:5", "topic:drones"."""
    return f"{kind}:{key}" if kind != LEDGER else LEDGER


def within(outer: str, inner: str) -> str:
    """The key of the intersection of two scopes: "claimant:5/year:2016"."""
    return f"{outer}/{inner}"


def inner(key: str) -> tuple[str, str]:
    """The kind and the name of the last scope in a key: "year" and "2016" of "claimant:5/year:2016"."""
    kind, _, name = key.rpartition("/")[2].partition(":")
    return kind, name


def has_scorecard(key: str) -> bool:
    """Whether a scope has a scorecard of its own; an intersection of two scopes has none."""
    return "/" not in key


def scopes(unit: Unit, topics: Iterable[str]) -> list[str]:
    """The keys of the scopes in which a unit counts, if its claim is filed under these topics (slugs).

    They include intersections with the year and the topics, so that a scorecard can show figures by year and topic. For
    the ledger these are scopes of their own. A document or a year is not divided by year, because it has only one.
    """
    year = scope("year", unit.made_on.year)
    filed = [scope("topic", topic) for topic in topics]
    if unit.claimant != EVERYBODY:
        own = scope("claimant", unit.claimant)
        return [own, *(within(own, part) for part in (year, *filed))]
    outlet, document = scope("outlet", unit.outlet), scope("document", unit.document)
    by_year = [within(one, year) for one in (*filed, outlet)]
    by_topic = [within(one, topic) for one in (outlet, document, year) for topic in filed]
    return [LEDGER, year, document, *filed, outlet, *by_year, *by_topic]


def event_of(status: str) -> int | None:
    """1 if the claim came true, 0 if it did not; None for every status that the headline does not score."""
    return Outcome(status).event if status not in (OPEN, UNCHECKABLE) else None


def in_millionths(confidence: Confidence) -> tuple[int, int, int]:
    """The low end, the middle and the high end of a confidence, in millionths; NO_NUMBER where there is none."""
    low, mid, high = confidence.low, confidence.mid, confidence.high
    if low is None or mid is None or high is None:
        return NO_NUMBER, NO_NUMBER, NO_NUMBER
    return round(low * MILLION), round(mid * MILLION), round(high * MILLION)


def _month_after(day: date) -> str:
    """The first month that begins after a day has passed."""
    first = add_months(day.replace(day=1), 1)
    return month_of(first)


def month_of(day: date) -> str:
    """The month of a day, "YYYY-MM"."""
    return f"{day.year:04}-{day.month:02}"
