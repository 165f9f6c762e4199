"""Assigning reviewers: those eligible with the fewest open assessments, or those named by an editor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.errors import Forbidden, Problem, Refused
from ledger.domain.policies import Policy
from ledger.domain.reviews import OPEN_STATES, ReviewState, choose_reviewers
from ledger.domain.text import fingerprint
from ledger.journal.entries import ReviewersAssigned
from ledger.journal.post import Journal, writing
from ledger.services.claims.lookup import find_review, latest_review
from ledger.store.accounts import Account, Role
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.people import Actor, Alias, Claimant
from ledger.store.policies import policy_of_version
from ledger.store.reviews import Assignment, Review


def barred(session: Session, claim: int) -> set[str]:
    """The actors who may not assess a claim: they recorded it or a forecast on it, or are among its claimants."""
    recorded = session.scalars(select(Claim.recorded_by).where(Claim.id == claim)).all()
    forecasts = session.scalars(select(Forecast.recorded_by).where(Forecast.claim_id == claim)).all()
    claimants = (
        select(ForecastClaimant.claimant_id)
        .join(Forecast, Forecast.id == ForecastClaimant.forecast_id)
        .where(Forecast.claim_id == claim)
    )
    made_by = {
        *session.scalars(
            select(Claimant.fingerprint).where(Claimant.id.in_(claimants) | Claimant.merged_into.in_(claimants))
        ),
        *session.scalars(select(Alias.fingerprint).where(Alias.claimant_id.in_(claimants))),
    }
    made = {actor for actor, name in session.execute(select(Actor.id, Actor.name)) if fingerprint(name) in made_by}
    return {*recorded, *forecasts, *made}


def assignees(session: Session, review: int) -> dict[str, int | None]:
    """The reviewers assigned to a review, each with the number of their sealed assessment or None."""
    rows = session.scalars(select(Assignment).where(Assignment.review_id == review).order_by(Assignment.actor_id))
    return {row.actor_id: row.sealed for row in rows}


def candidates(session: Session) -> list[tuple[str, int]]:
    """Active reviewers, each with the number of assessments that they have not sealed yet."""
    load = (
        select(Assignment.actor_id, func.count().label("n"))
        .join(Review, Review.id == Assignment.review_id)
        .where(Review.state.in_([ReviewState.WAITING, ReviewState.IN_REVIEW]), Assignment.sealed.is_(None))
        .group_by(Assignment.actor_id)
        .subquery()
    )
    rows = session.execute(
        select(Account.actor_id, func.coalesce(load.c.n, 0))
        .outerjoin(load, load.c.actor_id == Account.actor_id)
        .where(Account.active, Account.role == Role.REVIEWER)
    )
    return [(actor, n) for actor, n in rows]


def assign_free_reviewers(
    session: Session,
    journal: Journal,
    *,
    claim: int,
    review: int,
    policy: Policy,
    chosen: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """Fill a review's empty seats in the caller's transaction. Returns the new reviewers; posts nothing without any.

    `policy` is the one that the review was scheduled under.
    """
    already = tuple(assignees(session, review))
    if chosen is None:
        chosen = choose_reviewers(
            candidates(session),
            recorded_by=barred(session, claim),
            already=already,
            wanted=policy.reviewers_per_claim,
        )
    if chosen:
        journal.post(ReviewersAssigned(claim=claim, review=review, reviewers=(*already, *chosen), by=None))
    return tuple(chosen)


def assign_reviewers(session: Session, *, now: datetime, by: str, review: int, reviewers: Collection[str]) -> None:
    """Replace the reviewers of a review, as an editor. The assessments of those removed stay sealed.

    Raises Refused if somebody is barred or not a reviewer, or too few are named.
    """
    with writing(session, now) as journal:
        found = find_review(session, review, open_only=True)
        named = sorted(set(reviewers))
        able = {actor for actor, _ in candidates(session)} | set(assignees(session, review))
        problems = []
        wanted = policy_of_version(session, found.policy).reviewers_per_claim
        if len(named) < wanted:
            problems.append(Problem("reviewers", f"A verdict needs {wanted} independent reviewers: name that many."))
        if not set(named) <= able:
            problems.append(Problem("reviewers", "Choose only from the reviewers listed."))
        if set(named) & barred(session, found.claim_id):
            problems.append(Problem("reviewers", "Nobody can assess a claim they recorded or made."))
        sealed = assignees(session, review)
        if named and all(sealed.get(actor) for actor in named):
            problems.append(
                Problem("reviewers", "All of these have sealed already: keep one who has not submitted yet, too.")
            )
        if problems:
            raise Refused(*problems)
        if set(named) != set(sealed):
            journal.post(ReviewersAssigned(claim=found.claim_id, review=review, reviewers=tuple(named), by=by))


def give_up_seats(session: Session, journal: Journal, claim: int, by: str | None = None) -> None:
    """Replace reviewers who by now have recorded or made the claim, in the caller's transaction.

    Raises Forbidden if `by`, who is recording it, has sealed an assessment already.
    """
    review = latest_review(session, claim)
    if review is None or review.state not in OPEN_STATES:
        return
    seats = assignees(session, review.id)
    if by is not None and seats.get(by):
        raise Forbidden(
            "You have assessed this claim, so somebody else has to record this. Or take your sealed assessment "
            "back first."
        )
    excluded = barred(session, claim)
    others = tuple(actor for actor in seats if actor not in excluded)
    if len(others) < len(seats):
        journal.post(ReviewersAssigned(claim=claim, review=review.id, reviewers=others, by=None))
        policy = policy_of_version(session, review.policy)
        assign_free_reviewers(session, journal, claim=claim, review=review.id, policy=policy)


def give_up_claimants_seats(session: Session, journal: Journal, claimant: int) -> None:
    """Replace reviewers whose name has become one of a claimant's, on reviews of the claimant's claims.

    Runs in the caller's transaction. Assessments they have sealed stay sealed, and no longer count.
    """
    names = {
        *session.scalars(
            select(Claimant.fingerprint).where((Claimant.id == claimant) | (Claimant.merged_into == claimant))
        ),
        *session.scalars(select(Alias.fingerprint).where(Alias.claimant_id == claimant)),
    }
    same = [actor for actor, name in session.execute(select(Actor.id, Actor.name)) if fingerprint(name) in names]
    if not same:
        return
    judged = (
        select(Review.claim_id)
        .join(Assignment, Assignment.review_id == Review.id)
        .join(Forecast, Forecast.claim_id == Review.claim_id)
        .join(ForecastClaimant, ForecastClaimant.forecast_id == Forecast.id)
        .where(Review.state.in_(OPEN_STATES), Assignment.actor_id.in_(same), ForecastClaimant.claimant_id == claimant)
    )
    for claim in sorted(set(session.scalars(judged))):
        give_up_seats(session, journal, claim)
