"""Scoring units: each forecast once for the ledger, and each claimant's first forecast of a claim once for them.

A claim judged before its last day counts from the month after it, so that it enters the headline by the calendar,
unwritten: claims that come true early are judged early, and counting them at once would lean scores to "yes".
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
EVERYBODY = 0  # stands for the claimant where a forecast counts for the ledger, not for one of those who made it
NO_NUMBER = -1  # stands for each probability where there is none


@dataclass(frozen=True)
class CountedClaim:
    """What counting needs of a claim: its whole, its kind, and its verdict with the day it was decided."""

    number: int
    whole: int | None
    kind: ClaimKind
    basis: HorizonBasis
    checkability: Checkability
    horizon: PartialDate | None
    outcome: Outcome | None
    decided_on: date | None  # in UTC
    counts: bool  # not where it has ended, nor where its parts are counted in its place


class Unit(NamedTuple):
    """A forecast as it counts for one claimant, or for the ledger; probabilities in millionths.

    All that a scorecard can be narrowed by is here too: much of it can be amended, and "as of" asks what it was.
    """

    forecast: int
    claimant: int  # or EVERYBODY
    cluster: int  # the claim whose parts stand or fall together: the whole it is a part of, else the claim
    status: str  # "open", "uncheckable" or an outcome
    month: str  # "YYYY-MM", from which it counts in the headline; "" for at once
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


def units(claim: CountedClaim, said: Sequence[CountedForecast], policy: Policy) -> list[Unit]:
    """The units of a claim, given what was said on it."""
    if not claim.counts or not said:
        return []
    first = in_order_made(said)[0].made_on
    status = claim.outcome.value if claim.outcome else OPEN
    if claim.outcome is None and claim.checkability is not Checkability.CHECKABLE:
        status = UNCHECKABLE
    last = last_day(claim.horizon, first, policy)
    month = _month_after(last) if claim.decided_on is not None and claim.decided_on <= last else ""
    found = []
    for one, firsts in scored_forecasts(said):
        # What was said once the claim could not come about any more is counted, and has no number to score.
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
    """The key of the part of one scope that lies in another: "claimant:5/year:2016"."""
    return f"{outer}/{inner}"


def inner(key: str) -> tuple[str, str]:
    """The kind and the key of a scope, or of the inner one of two: "year" and "2016" of "claimant:5/year:2016"."""
    kind, _, name = key.rpartition("/")[2].partition(":")
    return kind, name


def stands_alone(key: str) -> bool:
    """Whether a scope has a scorecard of its own; the part of one scope that lies in another has none."""
    return "/" not in key


def scopes(unit: Unit, topics: Iterable[str]) -> list[str]:
    """The scopes that a unit of a claim filed under these topics (by their slugs) counts in.

    Each is kept by year and by topic as well, so that a scorecard can show how it went over time and with what. The
    years and topics of the ledger are scopes of their own; a document has but one year, and so has a year.
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
    """1 where it came about, 0 where it did not; None for every status that the headline does not score."""
    return Outcome(status).event if status not in (OPEN, UNCHECKABLE) else None


def in_millionths(confidence: Confidence) -> tuple[int, int, int]:
    """The low end, the middle and the high end; NO_NUMBER for each where there is none."""
    low, mid, high = confidence.low, confidence.mid, confidence.high
    if low is None or mid is None or high is None:
        return NO_NUMBER, NO_NUMBER, NO_NUMBER
    return round(low * MILLION), round(mid * MILLION), round(high * MILLION)


def _month_after(day: date) -> str:
    """The first month that begins after a day has passed."""
    first = add_months(day.replace(day=1), 1)
    return month_of(first)


def month_of(day: date) -> str:
    """The month a day is in, as units write it."""
    return f"{day.year:04}-{day.month:02}"
