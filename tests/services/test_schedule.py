"""Scheduling reviews: snoozed, brought forward, reopened, fallen due, and their seats filled."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from support.cast import Cast, assessment_terms, evidence_terms, introduce_person, record, resolve, review_of

from ledger.domain.claims import ClaimState
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing, Refused, Stale
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import ReviewState
from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.services.evidence import attach_evidence
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.services.reviews.schedule import bring_forward, note_fallen_due, reopen_claim, snooze_review
from ledger.store.accounts import Account, Role
from ledger.store.claims import Claim
from ledger.store.reviews import Review

LATER = date(2026, 12, 24)


def states(session: Session, claim: int) -> tuple[ClaimState, ReviewState, date | None]:
    found = session.get_one(Claim, claim)
    return found.state, session.get_one(Review, review_of(session, claim)).state, found.due_on


def test_the_due_scan_flags_only_due_reviews(session: Session, cast: Cast, now: datetime) -> None:
    note_fallen_due(session, now=now)  # those of the fixtures
    due = record(session, cast, now)
    today = record(session, cast, now, horizon=PartialDate(2026, 11, 21))
    tomorrow = record(session, cast, now, horizon=PartialDate(2026, 11, 22))
    assert note_fallen_due(session, now=now) == 2
    assert states(session, due)[0] is states(session, today)[0] is ClaimState.DUE
    assert states(session, tomorrow)[0] is ClaimState.OPEN
    assert session.get_one(Review, review_of(session, due)).fell_due_at == now
    before = read_head(session)
    assert note_fallen_due(session, now=now) == 0
    assert read_head(session) == before  # a second scheduler posts nothing
    assert note_fallen_due(session, now=now + timedelta(hours=12)) == 1
    assert states(session, tomorrow)[0] is ClaimState.DUE
    assert list(differences(session)) == []


def test_the_due_scan_fills_empty_seats(session: Session, cast: Cast, now: datetime) -> None:
    session.execute(update(Account).where(Account.id == cast.cleo.account).values(active=False))
    session.commit()
    claim = record(session, cast, now)
    review = review_of(session, claim)
    assert set(assignees(session, review)) == {cast.ben.actor}
    assert note_fallen_due(session, now=now) == 1
    assert set(assignees(session, review)) == {cast.ben.actor}  # nobody else is free
    zoe = introduce_person(session, now, "Zoe Zander", Role.REVIEWER)
    assert note_fallen_due(session, now=now) == 0
    assert set(assignees(session, review)) == {cast.ben.actor, zoe.actor}


def test_without_any_reviewer_a_claim_is_recorded_and_waits(session: Session, cast: Cast, now: datetime) -> None:
    session.execute(delete(Account))
    session.commit()
    claim = record(session, cast, now)
    assert assignees(session, review_of(session, claim)) == {}
    assert list(differences(session)) == []


def test_a_due_review_is_snoozed_with_its_reason(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    review = review_of(session, claim)
    note_fallen_due(session, now=now)
    snooze_review(session, now=now, by=cast.ben.actor, review=review, until=LATER, reason="The count is still on.")
    assert states(session, claim) == (ClaimState.OPEN, ReviewState.WAITING, LATER)
    found = session.get_one(Review, review)
    assert (found.due_on, found.snoozed, found.fell_due_at) == (LATER, "The count is still on.", None)
    with pytest.raises(Refused, match="assessed from 2026-12-24 on"):
        terms = assessment_terms(Outcome.TOO_VAGUE)
        seal_assessment(session, now=now, by=cast.ben.actor, review=review, terms=terms)
    with pytest.raises(Refused, match="not due before"):
        snooze_review(session, now=now, by=cast.ben.actor, review=review, until=date(2027, 1, 1), reason="More.")
    assert note_fallen_due(session, now=now + timedelta(days=32)) >= 1
    assert states(session, claim)[0] is ClaimState.DUE


def test_snoozing_keeps_sealed_assessments(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    review = review_of(session, claim)
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    terms = assessment_terms(Outcome.TRUE, fact)
    seal_assessment(session, now=now, by=cast.ben.actor, review=review, terms=terms)
    snooze_review(session, now=now, by=cast.cleo.actor, review=review, until=LATER, reason="Not yet.")
    assert states(session, claim) == (ClaimState.IN_REVIEW, ReviewState.IN_REVIEW, LATER)
    later = datetime(2026, 12, 24, 1, tzinfo=now.tzinfo)
    seal_assessment(session, now=later, by=cast.cleo.actor, review=review, terms=terms)
    assert states(session, claim)[0] is ClaimState.RESOLVED


@pytest.mark.parametrize(
    ("until", "reason", "at"),
    [
        (date(2026, 11, 22), "why", ["until"]),
        (date(2030, 1, 1), "why", ["until"]),
        (LATER, "", ["reason"]),
        (LATER, "\x00", ["reason"]),
        (date(2026, 1, 1), "", ["until", "reason"]),
    ],
)
def test_invalid_snoozes_are_refused(
    session: Session, cast: Cast, now: datetime, until: date, reason: str, at: list[str]
) -> None:
    review = review_of(session, record(session, cast, now))
    before = read_head(session)
    with pytest.raises(Refused) as refusal:
        snooze_review(session, now=now, by=cast.ben.actor, review=review, until=until, reason=reason)
    assert [problem.field for problem in refusal.value.problems] == at
    assert read_head(session) == before


def test_snoozing_a_changed_claim_is_stale(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    review, seen = review_of(session, claim), session.get_one(Claim, claim).changed
    attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    with pytest.raises(Stale):
        snooze_review(session, now=now, by=cast.ben.actor, review=review, until=LATER, reason="Why.", seen=seen)


def test_a_review_is_brought_forward_once(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now, horizon=PartialDate(2030))
    review = review_of(session, claim)
    with pytest.raises(Refused):
        bring_forward(session, now=now, by=cast.dora.actor, review=review, reason="")
    bring_forward(session, now=now, by=cast.dora.actor, review=review, reason="It has happened.")
    assert states(session, claim) == (ClaimState.OPEN, ReviewState.WAITING, now.date())
    with pytest.raises(Refused, match="due already"):
        bring_forward(session, now=now, by=cast.dora.actor, review=review, reason="Again.")


def test_closed_reviews_do_not_move(session: Session, cast: Cast, now: datetime) -> None:
    review = review_of(session, resolve(session, cast, now))
    with pytest.raises(Refused, match="All assessments of this review are in"):
        snooze_review(session, now=now, by=cast.ben.actor, review=review, until=LATER, reason="Why.")
    with pytest.raises(Refused, match="All assessments of this review are in"):
        bring_forward(session, now=now, by=cast.dora.actor, review=review, reason="Why.")
    assert note_fallen_due(session, now=now + timedelta(days=400)) <= 1  # only of the fixtures


def test_a_reopened_claim_is_due_at_once(session: Session, cast: Cast, now: datetime) -> None:
    claim = resolve(session, cast, now)
    review = reopen_claim(session, now=now, by=cast.dora.actor, claim=claim, reason="New facts.")
    assert states(session, claim) == (ClaimState.OPEN, ReviewState.WAITING, now.date())
    assert len(assignees(session, review)) == 2
    note_fallen_due(session, now=now)
    assert states(session, claim)[0] is ClaimState.DUE
    assert set(session.scalars(select(Review.id).where(Review.claim_id == claim))) >= {review}


def test_unknown_claims_and_reviews_are_missing(session: Session, cast: Cast, now: datetime) -> None:
    for act in (
        lambda n: snooze_review(session, now=now, by=cast.ben.actor, review=n, until=LATER, reason="Why."),
        lambda n: bring_forward(session, now=now, by=cast.dora.actor, review=n, reason="Why."),
        lambda n: reopen_claim(session, now=now, by=cast.dora.actor, claim=n, reason="Why."),
    ):
        with pytest.raises(Missing):
            act(cast.document)
