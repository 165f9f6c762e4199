"""Recording claims and forecasts on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.claim_types import Shape
from ledger.domain.claims import ClaimTerms, claim_problems, horizon_problems
from ledger.domain.dates import latest_today
from ledger.domain.errors import AlreadyRecorded, Missing, Problem, refuse_if
from ledger.domain.forecasts import ForecastTerms, forecast_problems
from ledger.domain.wholes import JudgedFrom
from ledger.journal.post import Journal, writing
from ledger.queries.claimant_lookup import find_claimants
from ledger.services.claimants import ClaimantTerms, claimant_problems, post_claimant
from ledger.services.claims.entries import post_claim, post_forecast, post_review
from ledger.services.claims.lookup import ended_problems, find_claim
from ledger.services.reviews.assign import assign_free_reviewers, give_up_seats
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.people import Claimant, ClaimantKind, Document
from ledger.store.policies import policy_in_force

MOST_SPEAKERS = 40


@dataclass(frozen=True)
class Speakers:
    """The names of a forecast's claimants. Unknown names are registered as `register_as`; None refuses them."""

    names: tuple[str, ...]
    register_as: ClaimantKind | None = None


def record_claim(
    session: Session,
    *,
    now: datetime,
    by: str,
    claim: ClaimTerms,
    forecast: ForecastTerms,
    speakers: Speakers | None = None,
    reviewers: Sequence[str] | None = None,
) -> int:
    """Record a claim with its first forecast, schedule its review and assign reviewers. Returns its number.

    Both are recorded in normal form. `speakers`, if given, names the claimants instead of `forecast.claimants`.
    `reviewers` are actors to assign; None chooses among the accounts. Raises Refused with all problems, Missing for an
    unknown document, and AlreadyRecorded if a claim with the same statement and horizon is on record: a restatement is
    another forecast on that claim.
    """
    claim, forecast = claim.normal, forecast.normal
    with writing(session, now) as journal:
        document = _document(session, forecast.document)
        forecast, unknown = _with_speakers(session, journal, forecast, speakers, by)
        refuse_if(
            [
                *claim_problems(claim),
                *horizon_problems(claim, forecast.made_on),
                *whole_problems(session, claim),
                *unknown,
                *_forecast_problems(session, forecast, claim.shape, document, now, named=speakers is not None),
            ]
        )
        known = session.scalar(select(Claim.id).where(Claim.fingerprint == claim.fingerprint))
        if known is not None:
            raise AlreadyRecorded(known)
        number = post_claim(journal, claim, by)
        post_forecast(journal, number, forecast, by)
        if claim.reviewed:
            policy = policy_in_force(session)
            review = post_review(journal, number, claim, forecast.made_on, policy)
            assign_free_reviewers(session, journal, claim=number, review=review, policy=policy, chosen=reviewers)
        return number


def record_forecast(
    session: Session,
    *,
    now: datetime,
    by: str,
    claim: int,
    forecast: ForecastTerms,
    speakers: Speakers | None = None,
) -> int:
    """Record a further forecast on a claim: a restatement, or by another claimant. Returns the entry's number.

    Raises Refused, Missing, and AlreadyRecorded (with the claim's number) if a forecast by the same claimants from this
    document on this date is on record. Reviewers who thereby have recorded or made the claim are replaced; a recorder
    who has sealed an assessment gets Forbidden.
    """
    forecast = forecast.normal
    with writing(session, now) as journal:
        known = find_claim(session, claim)
        refuse_if(ended_problems(known))
        document = _document(session, forecast.document)
        forecast, unknown = _with_speakers(session, journal, forecast, speakers, by)
        refuse_if(
            [
                *unknown,
                *_forecast_problems(session, forecast, known.shape, document, now, named=speakers is not None),
                *_late_problems(known, forecast),
            ]
        )
        same = select(Forecast.id).where(
            Forecast.claim_id == claim,
            Forecast.document_id == forecast.document,
            Forecast.made_on == forecast.made_on,
        )
        for number in session.scalars(same):
            theirs = session.scalars(select(ForecastClaimant.claimant_id).where(ForecastClaimant.forecast_id == number))
            if set(theirs) == set(forecast.claimants):
                raise AlreadyRecorded(claim)
        number = post_forecast(journal, claim, forecast, by)
        give_up_seats(session, journal, claim, by)
        return number


def _with_speakers(
    session: Session, journal: Journal, forecast: ForecastTerms, speakers: Speakers | None, by: str
) -> tuple[ForecastTerms, list[Problem]]:
    """The forecast with the numbers of its claimants, and the problems with their names.

    New claimants are registered in the same transaction, and rolled back if the forecast is refused.
    """
    if speakers is None:
        return forecast, []
    if problems := _name_problems(speakers.names):
        return forecast, problems
    numbers, unknown = find_claimants(session, speakers.names)
    if unknown and speakers.register_as is None:
        names = ", ".join(f"“{name}”" for name in unknown)
        words = f"Nobody is registered as {names}. Check the spelling, or say below what to register it as."
        return forecast, [Problem("speaker", words)]
    kind = speakers.register_as or ClaimantKind.PERSON
    registered = [post_claimant(journal, ClaimantTerms(name, kind), by) for name in unknown]
    return replace(forecast, claimants=(*numbers, *registered)), []


def _name_problems(names: Sequence[str]) -> list[Problem]:
    """The problems with the names of claimants."""
    if not names:
        return [Problem("speaker", "Say who made the claim.")]
    if len(names) > MOST_SPEAKERS:
        words = f"At most {MOST_SPEAKERS} can have said it together; this names {len(names):,}."
        return [Problem("speaker", words)]
    for name in names:
        if problems := claimant_problems(ClaimantTerms(name, ClaimantKind.PERSON)):
            return [Problem("speaker", problem.message) for problem in problems]
    return []


def _late_problems(claim: Claim, forecast: ForecastTerms) -> list[Problem]:
    """Refuse a forecast made after the claim's horizon: it is about another period, so it needs a new claim.

    On a claim without a date it is accepted, marked as late and not scored.
    """
    if claim.horizon is None or forecast.made_on.first <= claim.horizon.last:
        return []
    words = (
        f"This claim could come true until {claim.horizon.words}, and this was said later. If the words "
        "concern a later time, record a new claim."
    )
    return [Problem("made_on", words)]


def _document(session: Session, number: int) -> Document:
    document = session.get(Document, number)
    if document is None:
        raise Missing(f"document {number}")
    return document


def whole_problems(session: Session, claim: ClaimTerms) -> list[Problem]:
    """Why a claim cannot be a part of the whole that it names."""
    if claim.whole is None:
        return []
    whole = session.get(Claim, claim.whole)
    if whole is None or whole.state.ended:
        return [Problem("whole", f"There is no claim {claim.whole}: give the number of the larger claim.")]
    if whole.whole_id is not None:
        return [Problem("whole", f"Claim {whole.id} is a part itself: name the whole, claim {whole.whole_id}.")]
    if claim.judged_from is not JudgedFrom.ITSELF:
        return [Problem("judged_from", "A part is judged on its own: only a whole is judged from parts.")]
    return []


def _forecast_problems(
    session: Session, forecast: ForecastTerms, shape: Shape, document: Document, now: datetime, *, named: bool
) -> list[Problem]:
    """Everything wrong with a forecast. Claimants found by name (`named`) are not looked up again."""
    problems = forecast_problems(forecast, shape=shape, published_on=document.published_on, today=latest_today(now))
    if named:
        return [problem for problem in problems if problem.field != "speaker"]
    registered = select(Claimant.id, Claimant.merged_into).where(Claimant.id.in_(forecast.claimants))
    known = {row.id: row.merged_into for row in session.execute(registered)}
    if not set(forecast.claimants) <= set(known):
        problems.append(Problem("speaker", "Register this claimant first."))
    problems += [
        Problem("speaker", f"Claimant {number} was merged into claimant {into}: name that one.")
        for number, into in sorted(known.items())
        if into is not None
    ]
    return problems
