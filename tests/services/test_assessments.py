"""Assessments: sealed until the last is submitted, opened together; verdicts by agreement or by an editor."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import (
    Cast,
    assessment_terms,
    claimant_terms,
    evidence_terms,
    forecast_terms,
    judge,
    record,
    review_of,
)
from support.oracles import check_record

from ledger.domain.claims import ClaimState
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Forbidden, Missing, Refused, Stale
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import Finding, ReviewState, VerdictBasis
from ledger.domain.scoring.tally import headline
from ledger.journal.entries import AssessmentSealed
from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.queries.tallies import sums_of
from ledger.services.claimants import register_claimant
from ledger.services.claims.record import record_forecast
from ledger.services.evidence import attach_evidence
from ledger.services.reviews.assessments import adjudicate, own_assessment, seal_assessment, take_back_assessment
from ledger.services.reviews.assign import assign_reviewers, assignees
from ledger.services.reviews.schedule import bring_forward, reopen_claim
from ledger.store.base import Base
from ledger.store.claims import Claim
from ledger.store.entries import DisclosureRow, EntryRow
from ledger.store.reviews import Assessment, ReliedOn, Review, Verdict
from ledger.store.tallies import TallyRow

SECRET = "The reason nobody else may read yet."


@dataclass
class Desk:
    """A claim that Ben and Cleo review, with short names for their acts."""

    session: Session
    cast: Cast
    now: datetime
    claim: int
    review: int
    fact: int

    def seal(self, who: str, outcome: Outcome = Outcome.TRUE, seen: int | None = None) -> int:
        terms = assessment_terms(outcome, self.fact, rationale=SECRET)
        return seal_assessment(self.session, now=self.now, by=who, review=self.review, terms=terms, seen=seen)

    def take_back(self, who: str) -> None:
        take_back_assessment(self.session, now=self.now, by=who, review=self.review)

    def assign(self, *who: str) -> None:
        assign_reviewers(self.session, now=self.now, by=self.cast.dora.actor, review=self.review, reviewers=who)

    def decide(
        self, who: str, outcome: Outcome = Outcome.TRUE, reason: str = "The text.", seen: int | None = None
    ) -> int:
        return adjudicate(
            self.session,
            now=self.now,
            by=who,
            review=self.review,
            finding=Finding(outcome),
            reason=reason,
            seen=seen,
        )

    @property
    def state(self) -> tuple[ReviewState, ClaimState, Outcome | None]:
        claim = self.session.get_one(Claim, self.claim)
        return self.session.get_one(Review, self.review).state, claim.state, claim.outcome

    @property
    def verdicts(self) -> list[Verdict]:
        return list(self.session.scalars(select(Verdict).where(Verdict.claim_id == self.claim).order_by(Verdict.id)))


@pytest.fixture
def desk(session: Session, cast: Cast, now: datetime) -> Desk:
    claim = record(session, cast, now)
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    return Desk(session, cast, now, claim, review_of(session, claim), fact)


def readable(session: Session, review: int) -> list[object]:
    """Everything in the tables about the assessments of a review."""
    rows = session.scalars(select(Assessment).where(Assessment.review_id == review)).all()
    relied = select(ReliedOn.evidence_id).where(ReliedOn.assessment_id.in_([row.id for row in rows]))
    assessed: Iterable[object] = [v for row in rows for v in (row.outcome, row.certainty, row.rationale, row.opened)]
    return [value for value in (*assessed, *session.scalars(relied)) if value is not None]


def test_an_assessment_is_sealed_until_the_last_is_submitted(desk: Desk) -> None:
    sealed = desk.seal(desk.cast.ben.actor)
    assert desk.state == (ReviewState.IN_REVIEW, ClaimState.IN_REVIEW, None)
    assert readable(desk.session, desk.review) == []
    leaf = desk.session.get_one(EntryRow, sealed).leaf.decode()
    assert SECRET not in leaf and desk.cast.ben.actor not in leaf and "true" not in leaf

    desk.seal(desk.cast.cleo.actor)
    assert set(readable(desk.session, desk.review)) >= {Outcome.TRUE, SECRET, desk.fact}
    assert list(differences(desk.session)) == []


def test_a_sealed_assessment_is_only_in_its_disclosure(desk: Desk) -> None:
    """A sweep over every table: the text is in one disclosure, and nowhere that pages read."""
    number = desk.seal(desk.cast.ben.actor)
    held = []
    for table in Base.metadata.sorted_tables:
        for row in desk.session.execute(select(table)):
            for column, value in row._mapping.items():
                if isinstance(value, bytes):
                    value = value.decode("latin-1")
                if isinstance(value, str) and (SECRET in value or SECRET in decoded(value)):
                    held.append((table.name, str(column)))
    assert held == [("disclosure", "disclosures")]
    assert SECRET in decoded(desk.session.get_one(DisclosureRow, number).disclosures)


def decoded(text: str) -> str:
    """The decoded text, if it is base64url."""
    found = ""
    for line in text.split("\n"):
        with suppress(ValueError):
            found += urlsafe_b64decode(line + "=" * (-len(line) % 4)).decode("utf-8", "replace")
    return found


def test_agreement_adopts_the_verdict(desk: Desk) -> None:
    desk.seal(desk.cast.ben.actor)
    desk.seal(desk.cast.cleo.actor)
    assert desk.state == (ReviewState.CLOSED, ClaimState.RESOLVED, Outcome.TRUE)
    [verdict] = desk.verdicts
    assert (verdict.outcome, verdict.basis, verdict.decided_by, verdict.superseded_by) == (
        *(Outcome.TRUE, VerdictBasis.CONSENSUS, None, None),
    )
    assert desk.session.get_one(Claim, desk.claim).due_on is None


def test_a_split_waits_for_an_editor(desk: Desk) -> None:
    desk.seal(desk.cast.ben.actor)
    desk.seal(desk.cast.cleo.actor, Outcome.MOSTLY_TRUE)
    assert desk.state == (ReviewState.SPLIT, ClaimState.ADJUDICATION, None)
    assert desk.verdicts == []
    number = desk.decide(desk.cast.dora.actor, Outcome.PARTLY_TRUE, reason="Half of the criteria are met.")
    assert desk.state == (ReviewState.CLOSED, ClaimState.RESOLVED, Outcome.PARTLY_TRUE)
    [verdict] = desk.verdicts
    assert (verdict.id, verdict.basis, verdict.decided_by, verdict.rationale) == (
        *(number, VerdictBasis.ADJUDICATION, desk.cast.dora.actor, "Half of the criteria are met."),
    )
    kept = desk.session.scalars(select(Assessment.outcome).where(Assessment.review_id == desk.review))
    assert set(kept) == {Outcome.TRUE, Outcome.MOSTLY_TRUE}  # both assessments are unchanged
    assert list(differences(desk.session)) == []


def test_a_split_is_decided_by_somebody_else_with_a_reason(desk: Desk) -> None:
    with pytest.raises(Refused, match="no split"):
        desk.decide(desk.cast.dora.actor)
    desk.seal(desk.cast.ben.actor)
    desk.seal(desk.cast.cleo.actor, Outcome.FALSE)
    before = read_head(desk.session)
    for nobody in (desk.cast.ben, desk.cast.cleo, desk.cast.ada):
        with pytest.raises(Forbidden):
            desk.decide(nobody.actor)
    with pytest.raises(Refused) as refusal:
        desk.decide(desk.cast.dora.actor, Outcome.CONDITION_NOT_MET, reason="")
    assert [problem.field for problem in refusal.value.problems] == ["reason", "outcome"]
    assert read_head(desk.session) == before
    desk.decide(desk.cast.dora.actor)
    with pytest.raises(Refused, match="no split"):
        desk.decide(desk.cast.dora.actor)


def test_nobody_judges_what_they_recorded_or_made(desk: Desk) -> None:
    with pytest.raises(Forbidden, match="Only the reviewers assigned"):
        desk.seal(desk.cast.ada.actor)
    with pytest.raises(Refused, match="Nobody can assess a claim they recorded"):
        desk.assign(desk.cast.ada.actor, desk.cast.ben.actor)
    forecast = forecast_terms(desk.cast.document, desk.cast.claimant, made_on=PartialDate(2016, 9))
    record_forecast(desk.session, now=desk.now, by=desk.cast.ben.actor, claim=desk.claim, forecast=forecast)
    with pytest.raises(Forbidden, match="Only the reviewers assigned"):  # she was replaced
        desk.seal(desk.cast.ben.actor)
    cleo = register_claimant(
        desk.session, now=desk.now, by=desk.cast.ada.actor, terms=claimant_terms(name="CLEO castro")
    )
    hers = forecast_terms(desk.cast.document, cleo)
    record_forecast(desk.session, now=desk.now, by=desk.cast.ada.actor, claim=desk.claim, forecast=hers)
    with pytest.raises(Forbidden, match="Only the reviewers assigned"):
        desk.seal(desk.cast.cleo.actor)
    assert assignees(desk.session, desk.review) == {}


def test_only_those_assigned_judge_and_only_once(desk: Desk) -> None:
    for outsider in (desk.cast.dora.actor, desk.cast.noise.actors[0], "nobody"):
        with pytest.raises(Forbidden, match="Only the reviewers assigned"):
            desk.seal(outsider)
    desk.seal(desk.cast.ben.actor)
    with pytest.raises(Forbidden, match="You have sealed"):
        desk.seal(desk.cast.ben.actor, Outcome.FALSE)


def test_a_claim_can_be_assessed_from_its_due_day_on(session: Session, cast: Cast, now: datetime) -> None:
    """At noon in Greenwich it is the 23rd already in Auckland, and nowhere the 24th."""
    claim = record(session, cast, now, horizon=PartialDate(2026, 11, 23))
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    desk = Desk(session, cast, now, claim, review_of(session, claim), fact)
    with pytest.raises(Refused, match="assessed from 2026-11-24 on"):
        desk.seal(cast.ben.actor)
    desk.now = now + timedelta(days=1)
    desk.seal(cast.ben.actor)


def test_an_invalid_assessment_is_refused_with_its_problems(desk: Desk) -> None:
    before = read_head(desk.session)
    for terms, field in (
        (assessment_terms(Outcome.TRUE), "relied_on"),
        (assessment_terms(Outcome.TRUE, desk.cast.noise.evidence[0]), "relied_on"),
        (assessment_terms(Outcome.CONDITION_NOT_MET), "outcome"),
        (replace(assessment_terms(Outcome.TRUE, desk.fact), rationale=""), "rationale"),
    ):
        with pytest.raises(Refused) as refusal:
            seal_assessment(desk.session, now=desk.now, by=desk.cast.ben.actor, review=desk.review, terms=terms)
        assert [problem.field for problem in refusal.value.problems] == [field]
    assert read_head(desk.session) == before


def test_reviewers_can_read_only_their_own_sealed_assessment(desk: Desk) -> None:
    desk.seal(desk.cast.ben.actor, Outcome.MOSTLY_FALSE)
    own = own_assessment(desk.session, by=desk.cast.ben.actor, review=desk.review)
    assert own is not None and (own.outcome, own.rationale) == (Outcome.MOSTLY_FALSE, SECRET)
    for other in (desk.cast.cleo, desk.cast.dora, desk.cast.admin, desk.cast.ada):
        assert own_assessment(desk.session, by=other.actor, review=desk.review) is None


def test_an_assessment_can_be_taken_back_while_it_is_sealed(desk: Desk) -> None:
    desk.seal(desk.cast.ben.actor, Outcome.FALSE)
    desk.take_back(desk.cast.ben.actor)
    assert desk.state == (ReviewState.WAITING, ClaimState.OPEN, None)
    assert readable(desk.session, desk.review) == []
    with pytest.raises(Forbidden, match="no sealed assessment"):
        desk.take_back(desk.cast.ben.actor)
    with pytest.raises(Forbidden, match="no sealed assessment"):
        desk.take_back(desk.cast.cleo.actor)
    desk.seal(desk.cast.cleo.actor)
    desk.seal(desk.cast.ben.actor)
    assert desk.state[2] is Outcome.TRUE
    outcomes = desk.session.scalars(select(Assessment.outcome).where(Assessment.review_id == desk.review)).all()
    assert outcomes == [Outcome.TRUE, Outcome.TRUE]  # the withdrawn one is not opened
    with pytest.raises(Refused, match="All assessments of this review are in"):
        desk.take_back(desk.cast.ben.actor)


def test_unassigning_somebody_opens_nothing(desk: Desk) -> None:
    sealed = desk.seal(desk.cast.ben.actor, Outcome.FALSE)
    desk.assign(desk.cast.ben.actor, desk.cast.cleo.actor)  # unchanged: nothing is posted
    before = read_head(desk.session)
    with pytest.raises(Refused):
        desk.assign(desk.cast.ben.actor)
    assert read_head(desk.session) == before
    assert readable(desk.session, desk.review) == []
    assert assignees(desk.session, desk.review)[desk.cast.ben.actor] == sealed


def test_an_unassigned_reviewer_s_sealed_assessment_does_not_count(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now, by=cast.dora.actor, reviewers=(cast.ada.actor, cast.ben.actor))
    fact = attach_evidence(session, now=now, by=cast.dora.actor, claim=claim, terms=evidence_terms())
    desk = Desk(session, cast, now, claim, review_of(session, claim), fact)
    gone = desk.seal(cast.ben.actor, Outcome.FALSE)
    assert desk.state[0] is ReviewState.IN_REVIEW
    desk.assign(cast.ada.actor, cast.cleo.actor)
    assert desk.state == (ReviewState.WAITING, ClaimState.OPEN, None)
    desk.seal(cast.ada.actor)
    desk.seal(cast.cleo.actor)
    assert desk.state[2] is Outcome.TRUE
    unopened = session.get_one(Assessment, gone)
    assert (unopened.opened, unopened.outcome, unopened.rationale) == (None, None, None)
    assert list(differences(session)) == []


def test_naming_only_those_who_have_sealed_is_refused(session: Session, cast: Cast, now: datetime) -> None:
    everybody = (cast.ada.actor, cast.ben.actor, cast.cleo.actor)
    claim = record(session, cast, now, by=cast.dora.actor, reviewers=everybody)
    fact = attach_evidence(session, now=now, by=cast.dora.actor, claim=claim, terms=evidence_terms())
    desk = Desk(session, cast, now, claim, review_of(session, claim), fact)
    desk.seal(cast.ada.actor)
    desk.seal(cast.ben.actor)
    assert readable(session, desk.review) == []  # three are assigned: two do not open it
    with pytest.raises(Refused, match="sealed already"):
        desk.assign(cast.ada.actor, cast.ben.actor)
    desk.seal(cast.cleo.actor)
    assert desk.state[2] is Outcome.TRUE


def test_only_reviewers_can_be_named_and_enough_of_them(desk: Desk) -> None:
    for named in ((), (desk.cast.ben.actor,), (desk.cast.ben.actor, desk.cast.dora.actor), ("x", desk.cast.ben.actor)):
        with pytest.raises(Refused) as refusal:
            desk.assign(*named)
        assert {problem.field for problem in refusal.value.problems} == {"reviewers"}
    with pytest.raises(Refused):
        desk.assign(desk.cast.ben.actor, desk.cast.noise.actors[0])  # inactive


def test_a_form_that_was_opened_before_a_change_is_stale(desk: Desk) -> None:
    seen = desk.session.get_one(Claim, desk.claim).changed
    attach_evidence(desk.session, now=desk.now, by=desk.cast.cleo.actor, claim=desk.claim, terms=evidence_terms())
    with pytest.raises(Stale):
        desk.seal(desk.cast.ben.actor, seen=seen)
    seen = desk.session.get_one(Claim, desk.claim).changed
    desk.seal(desk.cast.ben.actor, seen=seen)
    desk.seal(desk.cast.cleo.actor, Outcome.FALSE)
    with pytest.raises(Stale):
        desk.decide(desk.cast.dora.actor, seen=seen)


def test_an_unknown_review_is_missing(desk: Desk) -> None:
    desk.review = desk.claim  # a number of something else
    with pytest.raises(Missing):
        desk.seal(desk.cast.ben.actor)
    with pytest.raises(Missing):
        desk.take_back(desk.cast.ben.actor)
    with pytest.raises(Missing):
        desk.decide(desk.cast.dora.actor)
    with pytest.raises(Missing):
        desk.assign(desk.cast.ben.actor, desk.cast.cleo.actor)


def tallies(session: Session) -> set[tuple[object, ...]]:
    return {tuple(row) for row in session.execute(select(TallyRow.table()))}


def test_a_reopened_claim_keeps_its_verdict_until_another_supersedes_it(desk: Desk) -> None:
    open_tallies = tallies(desk.session)
    judge(desk.session, desk.now, desk.claim, Outcome.TRUE, desk.fact)
    check_record(desk.session, date(2026, 11, 22))
    resolved = tallies(desk.session)
    assert resolved != open_tallies

    with pytest.raises(Refused):
        reopen_claim(desk.session, now=desk.now, by=desk.cast.dora.actor, claim=desk.claim, reason="")
    desk.review = reopen_claim(
        desk.session, now=desk.now, by=desk.cast.dora.actor, claim=desk.claim, reason="The report was withdrawn."
    )
    with pytest.raises(Refused, match="still under review"):
        reopen_claim(desk.session, now=desk.now, by=desk.cast.dora.actor, claim=desk.claim, reason="Again.")
    assert desk.state == (ReviewState.WAITING, ClaimState.OPEN, Outcome.TRUE)
    assert tallies(desk.session) == resolved
    judge(desk.session, desk.now, desk.claim, Outcome.FALSE, desk.fact)
    old, new = desk.verdicts
    assert (old.outcome, old.superseded_by, new.outcome, new.superseded_by) == (
        *(Outcome.TRUE, new.id, Outcome.FALSE, None),
    )
    check_record(desk.session, date(2026, 11, 22))

    desk.review = reopen_claim(
        desk.session, now=desk.now, by=desk.cast.dora.actor, claim=desk.claim, reason="It was right after all."
    )
    judge(desk.session, desk.now, desk.claim, Outcome.TRUE, desk.fact)
    assert tallies(desk.session) == resolved  # exactly what had been added was subtracted
    assert len([verdict for verdict in desk.verdicts if verdict.superseded_by is None]) == 1
    assert list(differences(desk.session)) == []


def test_an_early_verdict_enters_the_headline_by_the_calendar(session: Session, cast: Cast, now: datetime) -> None:
    sure = forecast_terms(cast.document, cast.claimant, confidence=Confidence.point(0.7))
    claim = record(session, cast, now, horizon=PartialDate(2027, 3, 31), forecast=sure)
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    bring_forward(session, now=now, by=cast.dora.actor, review=review_of(session, claim), reason="It has happened.")
    judge(session, now, claim, Outcome.TRUE, fact)
    key = f"claimant:{cast.claimant}"
    before, after = (headline(sums_of(session, [key], today=day)[key]) for day in (date(2027, 3, 31), date(2027, 4, 1)))
    assert (before.early, before.judged, before.brier) == (1, 0, None)
    assert (after.early, after.judged, after.brier) == (0, 1, 0.09)
    check_record(session, date(2026, 11, 22))


def test_sealed_entries_name_no_one_and_nothing(desk: Desk) -> None:
    desk.seal(desk.cast.ben.actor, Outcome.FALSE)
    desk.take_back(desk.cast.ben.actor)
    desk.seal(desk.cast.ben.actor, Outcome.TRUE)
    kind = AssessmentSealed.kind
    leaves = desk.session.scalars(select(EntryRow.leaf).where(EntryRow.kind == kind, EntryRow.number > desk.fact))
    assert len({len(leaf) for leaf in leaves}) == 1
