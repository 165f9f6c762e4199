"""All services in random order with valid and invalid inputs as time goes by: the invariants of the record hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from support.cast import (
    assessment_terms,
    claim_terms,
    claimant_terms,
    document_terms,
    evidence_terms,
    forecast_terms,
    introduce_person,
    judge,
    review_of,
)
from support.databases import Bed, borrowed
from support.oracles import Past, check_past, check_record, check_selections, merkle_root, store_present
from support.samples.policies import OTHER_GRADES, policy_terms

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.conditions import ConditionState
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Forbidden, Missing, Refused
from ledger.domain.evidence import EvidenceKind, Stance
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import PolicyTerms
from ledger.domain.reviews import OPEN_STATES, Finding, ReviewState
from ledger.domain.wholes import JudgedFrom, outcome_from_parts
from ledger.journal.projection.scoring_inputs import UnitsBefore
from ledger.journal.read import read_head
from ledger.journal.replay import Replica
from ledger.services.claimants import describe_claimant, merge_claimants, register_claimant
from ledger.services.claims.amend import amend_claim, terms_of
from ledger.services.claims.conditions import judge_condition
from ledger.services.claims.end_claim import merge_claims, reinstate_claim, split_claim, void_claim, withdraw_claim
from ledger.services.claims.record import record_claim, record_forecast
from ledger.services.documents import PassedPassage, ReadingTerms, log_reading, register_document, store_text
from ledger.services.evidence import attach_evidence, correct_evidence, retract_evidence
from ledger.services.people import introduce_actor
from ledger.services.policies import adopt_policy
from ledger.services.reviews.assessments import adjudicate, seal_assessment, take_back_assessment
from ledger.services.reviews.assign import assign_reviewers, assignees
from ledger.services.reviews.schedule import bring_forward, note_fallen_due, reopen_claim, snooze_review
from ledger.store.accounts import Role
from ledger.store.claims import Claim, Evidence
from ledger.store.engine import open_engine, session_maker
from ledger.store.entries import EntryRow
from ledger.store.people import Claimant, Document
from ledger.store.policies import policy_of_version
from ledger.store.reviews import Assessment, ReliedOn, Review, Verdict

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
REVIEWERS = ("Ben Berg", "Cleo Castro", "Dan Duarte", "Eve Ekström")
NOWHERE = 10**6
ENDED = (ClaimState.WITHDRAWN, ClaimState.VOID, ClaimState.MERGED, ClaimState.SPLIT)
STEPS = 25
# Steps between full checks, which take longer than the steps; the last step always has one.
# Both databases get the same steps and queries, so on PostgreSQL one check at the end is enough.
EVERY = {"sqlite": 13, "postgresql": STEPS + 1}

outcomes = st.sampled_from([*[Outcome.TRUE] * 3, *[Outcome.FALSE] * 2, *Outcome])
reasons = st.sampled_from(["The count is still on.", "Because.\nAnd so.", "الأسباب", "So.", "", "\x00"])
confidences = st.sampled_from(
    [
        (Modality.LIKELY, Confidence.verbal("ICD203", "likely")),
        (Modality.LIKELY, Confidence.verbal("EFSA2018", "unlikely")),
        (Modality.NUMBER, Confidence.point(0.9)),
        (Modality.NUMBER, Confidence.between(0.1, 0.333333)),
        (Modality.NUMBER, Confidence.none()),  # refused
        (Modality.WILL, Confidence.none()),
        (Modality.COULD, Confidence.none()),
        (Modality.COULD, Confidence.point(0.5)),  # refused without a note
    ]
)


shapes = st.sampled_from(
    [
        *[Shape()] * 3,
        Shape(ClaimKind.QUANTITY, bounds=Bounds(5.0, high_strict=True), unit="people"),
        Shape(ClaimKind.QUANTITY, unit="people"),  # refused
        Shape(ClaimKind.CHOICE, options=("here", "there")),
        Shape(ClaimKind.CHOICE, options=("here", "there", "nowhere"), ordered=True),
    ]
)
ways = st.sampled_from([*[JudgedFrom.ITSELF] * 3, *JudgedFrom])
checkabilities = st.sampled_from([*[Checkability.CHECKABLE] * 4, *Checkability])


policies = st.sampled_from(
    [
        policy_terms(default_horizon_months=1, grades=OTHER_GRADES),
        policy_terms(default_horizon_months=30, reviewers_per_claim=3),
        policy_terms(default_horizon_months=0),  # refused
    ]
)


class Everything(RuleBasedStateMachine):
    """The services on one database. `tried` counts accepted and refused calls over all runs."""

    engine: Engine
    every: int
    actors: tuple[str, ...]  # four reviewers, an editor, a recorder
    tried: Counter[tuple[str, str]]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.session: Session = self.open.enter_context(borrowed(self.engine))
        self.now = START
        self.steps = 0
        self.known = list(self.actors)
        self.names = count(1)
        self.past: Past = {}
        self.replica = self.open.enter_context(closing(Replica()))

    def teardown(self) -> None:
        try:
            if self.steps % self.every:  # otherwise it was just checked
                self.check_all()
        finally:
            self.open.close()

    # Existing objects, in an order that is the same on every run.

    def numbers(self, model: Any) -> list[int]:
        return list(self.session.scalars(select(model.id).order_by(model.id)))

    def one(self, data: st.DataObject, model: Any) -> int:
        """Mostly an existing number, sometimes an unknown one."""
        return data.draw(st.sampled_from([*self.numbers(model) * 3, NOWHERE]), label=model.__name__)

    def reviews(self, *states: ReviewState) -> list[int]:
        """The reviews in these states, or all."""
        found = select(Review.id).where(Review.state.in_(states or ReviewState)).order_by(Review.id)
        return list(self.session.scalars(found))

    def a_review(self, data: st.DataObject, *states: ReviewState) -> int:
        """Mostly a review in these states, sometimes another or an unknown one."""
        anything = [*self.reviews()[-1:], NOWHERE]
        return data.draw(st.sampled_from([*self.reviews(*states) * 3, *anything]), label="review")

    def somebody(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.known), label="who")

    def attempt(self, act: Callable[..., Any], **arguments: Any) -> Any:
        """Call a service. If it refuses, the journal must be unchanged."""
        before = read_head(self.session)
        try:
            result = act(self.session, now=self.now, **arguments)
        except (Refused, Forbidden, Missing, AlreadyRecorded):
            assert read_head(self.session) == before
            self.tried[act.__name__, "refused"] += 1
            return None
        self.tried[act.__name__, "accepted"] += 1
        return result

    # Rules

    @rule(days=st.integers(0, 120), scan=st.booleans())
    def time_goes_by(self, days: int, scan: bool) -> None:
        self.now += timedelta(days=days, hours=7)
        if scan:
            self.attempt(note_fallen_due)
            assert note_fallen_due(self.session, now=self.now) == 0

    @rule(
        data=st.data(),
        name=st.sampled_from(["Ben Berg", "eve  ekström", "An Institute", "Paula Pundit", "", "\u202eKim"]),
        outlet=st.sampled_from(["The Example", "Der Spiegel"]),
        published_on=st.sampled_from([PartialDate(2016, 10), PartialDate(2026, 11, 1), PartialDate(2190)]),
    )
    def register(self, data: st.DataObject, name: str, **terms: Any) -> None:
        if (actor := self.attempt(introduce_actor, name=name)) and len(self.known) < 7:
            self.known.append(actor)
        self.attempt(register_claimant, by=self.somebody(data), terms=claimant_terms(name=name))
        self.attempt(register_document, by=self.somebody(data), terms=document_terms(title=name, **terms))

    def forecast(self, data: st.DataObject) -> Any:
        modality, confidence = data.draw(confidences)
        claimants = data.draw(st.lists(st.sampled_from([*self.numbers(Claimant) * 3, NOWHERE]), min_size=1, max_size=2))
        made_on = data.draw(st.sampled_from([PartialDate(2016), PartialDate(2016, 10, 3), PartialDate(2016, 10)]))
        option = data.draw(st.sampled_from([None, None, 1, 2, 3]))
        shares = data.draw(st.sampled_from([(), (), (), (0.25, 0.75), (0.5, 0.5, 0.5)])) if option is None else ()
        return forecast_terms(
            self.one(data, Document),
            *claimants,
            made_on=made_on,
            modality=modality,
            confidence=Confidence.none() if shares else confidence,
            option=option,
            shares=shares,
        )

    def fitting(self, data: st.DataObject, shape: Shape) -> Any:
        """A forecast that mostly fits a claim of this shape."""
        said = self.forecast(data)
        if shape.kind is not ClaimKind.CHOICE:
            return replace(said, option=None, shares=())
        return said if said.option or said.shares else replace(said, option=1)

    @rule(
        data=st.data(),
        number=st.integers(0, 5),
        days=st.none() | st.integers(-400, 400),
        precision=st.sampled_from([1, 2, 3]),
        topics=st.sampled_from([(), ("Battle",), ("Battle", "Añó"), ("Battle", "battle")]),
        condition=st.sampled_from(["", "", "if it rains"]),
        shape=shapes,
        way=ways,
        checkability=checkabilities,
        part=st.booleans(),
    )
    def record_a_claim(
        self,
        data: st.DataObject,
        number: int,
        days: int | None,
        precision: int,
        topics: Any,
        condition: str,
        shape: Shape,
        way: JudgedFrom,
        checkability: Checkability,
        part: bool,
    ) -> None:
        horizon, basis = None, HorizonBasis.DEFAULT
        if days is not None:
            day = self.now.date() + timedelta(days=days)
            horizon = PartialDate(*(day.year, day.month, day.day)[:precision])
            basis = HorizonBasis.ASSIGNED
        terms = claim_terms(
            statement=f"Thing {number} happens." if number else "",
            horizon=horizon,
            horizon_basis=basis,
            topics=topics,
            condition=condition,
            shape=shape,
            whole=self.one(data, Claim) if part else None,
            judged_from=JudgedFrom.ITSELF if part else way,
            checkability=checkability,
            checkability_reason="" if checkability is Checkability.CHECKABLE else "Who could tell?",
        )
        self.attempt(record_claim, by=self.somebody(data), claim=terms, forecast=self.fitting(data, shape))

    @rule(
        data=st.data(),
        number=st.integers(0, 5),
        change=st.sampled_from(["words", "way", "whole", "checkability", "horizon", "shape", "topics", "condition"]),
        way=ways,
        checkability=checkabilities,
        shape=shapes,
        reason=reasons,
    )
    def amend(
        self,
        data: st.DataObject,
        number: int,
        change: str,
        way: JudgedFrom,
        checkability: Checkability,
        shape: Shape,
        reason: str,
    ) -> None:
        claim = self.one(data, Claim)
        found = self.session.get(Claim, claim)
        changes: dict[str, Any] = {
            "words": {"statement": f"Thing {number} happens."},
            "way": {"judged_from": way},
            "whole": {"whole": self.one(data, Claim) if number else None},
            "checkability": {"checkability": checkability, "checkability_reason": "Who could tell?"},
            "horizon": {"horizon": PartialDate(2026, 12), "horizon_basis": HorizonBasis.IMPLIED},
            "shape": {"shape": shape},
            "topics": {"topics": ("Elsewhere",)},
            "condition": {"condition": "if it snows"},
        }[change]
        terms = replace(terms_of(self.session, found) if found else claim_terms(), **changes)
        self.attempt(amend_claim, by=self.somebody(data), claim=claim, terms=terms, reason=reason)

    @rule(
        data=st.data(),
        how=st.sampled_from(["withdraw", "void or split", "merge or split", "reinstate"]),
        reason=reasons,
        editor=st.booleans(),
    )
    def end_a_claim(self, data: st.DataObject, how: str, reason: str, editor: bool) -> None:
        by, claim = self.somebody(data), self.one(data, Claim)
        common: dict[str, Any] = {"by": by, "claim": claim, "reason": reason}
        match how:
            case "withdraw":
                self.attempt(withdraw_claim, **common, editor=editor)
                if not editor:
                    self.attempt(reinstate_claim, **common)
            case "void or split" | "merge or split":
                found = self.session.get(Claim, claim)
                shape = found.shape if found else Shape()
                pieces = [claim_terms(statement=f"Piece {n} of {claim}.", shape=shape) for n in range(2)]
                if editor:
                    self.attempt(split_claim, **common, into=pieces)
                if how.startswith("void"):
                    self.attempt(void_claim, **common)
                else:
                    self.attempt(merge_claims, **common, into=self.one(data, Claim))
            case _:
                gone = self.session.scalars(
                    select(Claim.id).where(Claim.fingerprint.is_(None)).order_by(Claim.id)
                ).all()
                self.attempt(reinstate_claim, **common | {"claim": data.draw(st.sampled_from([*gone, claim]))})

    @rule(data=st.data(), state=st.sampled_from(ConditionState), reason=reasons)
    def judge_a_condition(self, data: st.DataObject, state: ConditionState, reason: str) -> None:
        conditional = select(Claim.id).where(Claim.condition != "").order_by(Claim.id)
        claim = data.draw(st.sampled_from([*self.session.scalars(conditional), self.one(data, Claim)]))
        attached = self.session.scalars(select(Evidence.id).where(Evidence.claim_id == claim)).all()
        by = self.somebody(data)
        self.attempt(judge_condition, by=by, claim=claim, state=state, evidence=attached, reason=reason)

    @rule(data=st.data(), number=st.integers(0, 4), retract=st.booleans(), reason=reasons, editor=st.booleans())
    def change_evidence(self, data: st.DataObject, number: int, retract: bool, reason: str, editor: bool) -> None:
        by, fact = self.somebody(data), self.one(data, Evidence)
        terms = evidence_terms(url=f"https://example.org/{number}")
        self.attempt(correct_evidence, by=by, evidence=fact, terms=terms, reason=reason)
        if retract:
            self.attempt(retract_evidence, by=by, evidence=fact, reason=reason, editor=editor)

    @rule(
        data=st.data(), name=st.sampled_from(["Ben Berg", "Polly", "Paula Pundit"]), alias=st.booleans(), reason=reasons
    )
    def sort_claimants_out(self, data: st.DataObject, name: str, alias: bool, reason: str) -> None:
        one, other, by = self.one(data, Claimant), self.one(data, Claimant), self.somebody(data)
        terms = claimant_terms(name=name, aliases=("P. P.",) if alias else ())
        self.attempt(describe_claimant, by=by, claimant=one, terms=terms, reason=reason)
        self.attempt(merge_claimants, by=by, claimant=one, into=other, reason=reason)

    @rule(data=st.data(), none_found=st.booleans(), text=st.sampled_from(["One. Two.", "One.\nTwo.", "", "\x00"]))
    def read_a_document(self, data: st.DataObject, none_found: bool, text: str) -> None:
        by, document = self.somebody(data), self.one(data, Document)
        passed = (PassedPassage("paragraph 1", "It may rain.", "Weather."),)
        terms = ReadingTerms(PartialDate.of(self.now.date()), "First.", 2, none_found, passed)
        self.attempt(log_reading, by=by, document=document, terms=terms)
        self.attempt(store_text, by=by, document=document, text=text)

    @rule(policy=policies)
    def adopt_another_policy(self, policy: PolicyTerms) -> None:
        self.attempt(adopt_policy, by=self.known[4], terms=policy, reason="Times change.")

    @rule(data=st.data(), number=st.integers(0, 4), note=st.booleans(), say_it_again=st.booleans())
    def add_to_a_claim(self, data: st.DataObject, number: int, note: bool, say_it_again: bool) -> None:
        by, claim = self.somebody(data), self.one(data, Claim)
        terms = evidence_terms(
            kind=EvidenceKind.SEARCH_NOTE if note else EvidenceKind.FACT,
            url=f"https://example.org/{number}" if number else "no address",
        )
        also = {self.one(data, Claim): Stance.CONTRADICTS} if number else None
        self.attempt(attach_evidence, by=by, claim=claim, terms=terms, also=also)
        if say_it_again:
            found = self.session.get(Claim, claim)
            said = self.fitting(data, found.shape) if found else self.forecast(data)
            self.attempt(record_forecast, by=by, claim=claim, forecast=said)

    @precondition(lambda self: self.reviews(*OPEN_STATES))
    @rule(data=st.data(), days=st.integers(-1, 400), reason=reasons, stale=st.sampled_from([False, False, True]))
    def move_a_review(self, data: st.DataObject, days: int, reason: str, stale: bool) -> None:
        review, by = self.a_review(data, *OPEN_STATES), self.somebody(data)
        until, seen = self.now.date() + timedelta(days=days), self.seen(review, stale)
        self.attempt(snooze_review, by=by, review=review, until=until, reason=reason, seen=seen)
        self.attempt(bring_forward, by=by, review=review, reason=reason)

    @precondition(lambda self: self.reviews(*OPEN_STATES))
    @rule(data=st.data())
    def assign(self, data: st.DataObject) -> None:
        named = data.draw(st.lists(st.sampled_from([*self.actors[:4] * 3, *self.known]), min_size=1, max_size=4))
        review = self.a_review(data, *OPEN_STATES)
        self.attempt(assign_reviewers, by=self.known[4], review=review, reviewers=named)

    @precondition(lambda self: self.reviews(*OPEN_STATES))
    @rule(
        data=st.data(),
        outcome=outcomes,
        how_far=st.sampled_from(["all agree", "they split", "Dora decides", "one seals", "one takes it back"]),
    )
    def judge(self, data: st.DataObject, outcome: Outcome, how_far: str) -> None:
        """Wait until a review is due, then seal in it."""
        review = data.draw(st.sampled_from(self.reviews(*OPEN_STATES)), label="review")
        due = datetime.combine(self.session.get_one(Review, review).due_on, START.time(), UTC)
        if due > self.now + timedelta(days=500):
            return
        self.now = max(self.now, due)
        assigned = [actor for actor in self.known if actor in assignees(self.session, review)]
        for place, actor in enumerate(assigned[: 1 if how_far.startswith("one") else None]):
            other = Outcome.FALSE if outcome is Outcome.TRUE else Outcome.TRUE
            self.seal_as(actor, review, other if place and how_far != "all agree" else outcome)
            if how_far == "one takes it back":
                self.attempt(take_back_assessment, by=actor, review=review)
        if how_far == "Dora decides":
            self.attempt(adjudicate, by=self.known[4], review=review, finding=Finding(outcome), reason="So.")

    @precondition(lambda self: self.reviews(ReviewState.SPLIT))
    @rule(data=st.data(), outcome=outcomes, reason=reasons, stale=st.sampled_from([False, False, True]))
    def decide(self, data: st.DataObject, outcome: Outcome, reason: str, stale: bool) -> None:
        review = self.a_review(data, ReviewState.SPLIT)
        by = data.draw(st.sampled_from([*[self.known[4]] * 4, *self.known]))
        seen = self.seen(review, stale)
        self.attempt(adjudicate, by=by, review=review, finding=Finding(outcome), reason=reason, seen=seen)

    @precondition(lambda self: self.reviews(ReviewState.CLOSED))
    @rule(data=st.data(), reason=reasons)
    def reopen(self, data: st.DataObject, reason: str) -> None:
        closed = select(Review.claim_id).where(Review.state == ReviewState.CLOSED).order_by(Review.id)
        claim = data.draw(st.sampled_from([*self.session.scalars(closed)]), label="claim")
        self.attempt(reopen_claim, by=self.somebody(data), claim=claim, reason=reason)

    @rule(data=st.data(), outcome=outcomes, all_evidence=st.booleans())
    def act_on_anything(self, data: st.DataObject, outcome: Outcome, all_evidence: bool) -> None:
        """In any state: most calls must be refused, and the others must do no harm."""
        by, review = self.somebody(data), data.draw(st.sampled_from([*self.reviews(), NOWHERE]))
        self.attempt(adjudicate, by=by, review=review, finding=Finding(outcome), reason="So.")
        self.attempt(take_back_assessment, by=by, review=review)
        self.attempt(reopen_claim, by=by, claim=self.one(data, Claim), reason="So.")
        self.seal_as(by, review, outcome, all_evidence=all_evidence)

    def seal_as(self, by: str, review: int, outcome: Outcome, *, all_evidence: bool = False) -> None:
        found = self.session.get(Review, review)
        attached = select(Evidence.id).where(
            Evidence.claim_id == (found.claim_id if found else 0), Evidence.retracted.is_(None)
        )
        relied_on = self.numbers(Evidence) if all_evidence else self.session.scalars(attached)
        shape = self.session.get_one(Claim, found.claim_id).shape if found else Shape()
        value = {Outcome.TRUE: 5.0, Outcome.FALSE: 4.5}.get(outcome) if shape.kind is ClaimKind.QUANTITY else None
        answer = None
        if shape.kind is ClaimKind.CHOICE and outcome.event is not None:
            outcome, answer = Outcome.ANSWERED, 2 - outcome.event
        terms = assessment_terms(outcome, *relied_on, value=value, answer=answer)
        self.attempt(seal_assessment, by=by, review=review, terms=terms, seen=self.seen(review, stale=False))

    def seen(self, review: int, stale: bool) -> int | None:
        found = self.session.get(Review, review)
        if found is None:
            return None
        return self.session.get_one(Claim, found.claim_id).changed - int(stale)

    # Invariants

    @invariant()
    def the_journal_is_gapless_and_its_root_is_the_tree_s(self) -> None:
        rows = self.session.execute(select(EntryRow.number, EntryRow.leaf, EntryRow.at).order_by(EntryRow.number)).all()
        head = read_head(self.session)
        assert [row.number for row in rows] == list(range(1, head.size + 1))
        assert merkle_root([row.leaf for row in rows]) == head.root
        times = [row.at for row in rows]
        assert times == sorted(times)

    @invariant()
    def nothing_sealed_can_be_read(self) -> None:
        reviews = {review.id: review.state for review in self.session.scalars(select(Review))}
        for one in self.session.scalars(select(Assessment)):
            if one.opened is None:
                assert (one.outcome, one.certainty, one.rationale) == (None, None, None)
            else:
                assert reviews[one.review_id] in (ReviewState.SPLIT, ReviewState.CLOSED)
                assert one.outcome is not None and one.rationale
        sealed = select(Assessment.id).where(Assessment.opened.is_(None))
        assert self.session.scalars(select(ReliedOn).where(ReliedOn.assessment_id.in_(sealed))).all() == []

    @invariant()
    def nothing_is_opened_before_as_many_have_judged_as_the_review_s_policy_wants(self) -> None:
        opened = Counter(self.session.scalars(select(Assessment.review_id).where(Assessment.opened.is_not(None))))
        for review in self.session.scalars(select(Review).where(Review.id.in_(opened))):
            assert opened[review.id] >= policy_of_version(self.session, review.policy).reviewers_per_claim

    @invariant()
    def states_follow_from_what_was_done(self) -> None:
        standing = self.session.scalars(select(Verdict.claim_id).where(Verdict.superseded_by.is_(None))).all()
        assert len(set(standing)) == len(standing)
        for claim in self.session.scalars(select(Claim)):
            assert (claim.outcome is not None) == (claim.id in standing)
            reviews = self.session.scalars(
                select(Review).where(Review.claim_id == claim.id).order_by(Review.id.desc())
            ).all()
            assert all(review.state is ReviewState.CLOSED for review in reviews[1:])
            review = reviews[0] if reviews else None
            sealed = [number for number in assignees(self.session, review.id).values() if number] if review else []
            if review is None or review.state is ReviewState.CLOSED:
                # Ended, resolved, or not judged by reviewers.
                ended = claim.state in ENDED
                assert (claim.fingerprint is None) == ended
                reviewed = terms_of(self.session, claim).reviewed
                settled = ClaimState.RESOLVED if claim.outcome else ClaimState.OPEN
                assert ended or (claim.state is settled and (bool(claim.outcome) or not reviewed))
            else:
                assert terms_of(self.session, claim).reviewed
                assert (review.state is ReviewState.IN_REVIEW) <= bool(sealed)
                assert (claim.state, review.state) in {
                    (ClaimState.OPEN, ReviewState.WAITING),
                    (ClaimState.DUE, ReviewState.WAITING),
                    (ClaimState.IN_REVIEW, ReviewState.IN_REVIEW),
                    (ClaimState.ADJUDICATION, ReviewState.SPLIT),
                }
            assert (claim.due_on is None) == (review is None or review.state is ReviewState.CLOSED)

    @invariant()
    def a_whole_has_the_verdict_that_its_parts_make(self) -> None:
        """If all parts that count are judged, and its own condition does not contradict it."""
        wholes = select(Claim).where(Claim.judged_from != JudgedFrom.ITSELF, Claim.fingerprint.is_not(None))
        for whole in self.session.scalars(wholes.where(Claim.checkability == Checkability.CHECKABLE)):
            parts = self.session.scalars(select(Claim).where(Claim.whole_id == whole.id)).all()
            grades = policy_of_version(self.session, whole.policy).grades
            counted = [p for p in parts if p.state not in ENDED and p.checkability is Checkability.CHECKABLE]
            outcome = outcome_from_parts(whole.judged_from, [part.outcome for part in counted], grades)
            if outcome is not None and whole.condition_state is ConditionState.UNKNOWN:
                assert whole.outcome is outcome

    @invariant()
    def now_and_then_everything_is_checked(self) -> None:
        self.steps += 1
        if self.steps % self.every == 0:
            self.check_all()

    def check_all(self) -> None:
        check_record(self.session, self.now.date(), self.replica)
        check_selections(self.session)
        check_past(self.session, self.past)
        store_present(self.session, self.past)


def begin(session: Session) -> tuple[str, ...]:
    """Four reviewers, an editor, a recorder; and a claim in each state, so that short runs go deep."""
    reviewers = [introduce_person(session, START, name, Role.REVIEWER).actor for name in REVIEWERS]
    editor = introduce_person(session, START, "Dora Dimitrova", Role.EDITOR).actor
    by = introduce_actor(session, now=START, name="Ada Adeyemi")
    claimant = register_claimant(session, now=START, by=by, terms=claimant_terms(name="Paula Pundit"))
    document = register_document(session, now=START, by=by, terms=document_terms(title="Article"))
    for state, year, sealed in (
        ("open", 2027, []),
        ("due", 2017, []),
        ("in review", 2018, [Outcome.TRUE]),
        ("split", 2017, [Outcome.TRUE, Outcome.PARTLY_TRUE]),
        ("resolved", 2018, [Outcome.FALSE, Outcome.FALSE]),
    ):
        terms = claim_terms(statement=f"A thing that is {state} happens.", horizon=PartialDate(year))
        forecast = forecast_terms(document, claimant)
        claim = record_claim(session, now=START, by=by, claim=terms, forecast=forecast)
        fact = attach_evidence(session, now=START, by=by, claim=claim, terms=evidence_terms())
        review = review_of(session, claim)
        for actor, outcome in zip(sorted(assignees(session, review)), sealed, strict=False):
            assessment = assessment_terms(outcome, fact)
            seal_assessment(session, now=START, by=actor, review=review, terms=assessment)
    # A whole with one part judged, and one waiting that has a condition.
    whole = claim_terms(statement="A whole comes about.", judged_from=JudgedFrom.ALL)
    number = record_claim(session, now=START, by=by, claim=whole, forecast=forecast_terms(document, claimant))
    for place, condition in enumerate(("", "if it rains")):
        part = claim_terms(statement=f"Part {place} comes about.", whole=number, condition=condition)
        claim = record_claim(session, now=START, by=by, claim=part, forecast=forecast_terms(document, claimant))
        fact = attach_evidence(session, now=START, by=by, claim=claim, terms=evidence_terms())
        if not condition:
            judge(session, START, claim, Outcome.TRUE, fact)
    return (*reviewers, editor, by)


@pytest.fixture
def everything(backend: str, beds: Callable[[str], Bed], monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Everything]]:
    """The machine on a database of its own, which `begin` has filled."""
    numbers = count(1)  # the same ids on every run: reviewers with equal load are assigned by id
    monkeypatch.setattr("ledger.services.people.token_hex", lambda size: f"{next(numbers):0{2 * size}x}")
    bed = beds(backend)
    url = bed.create()
    engine = open_engine(url, poolclass=NullPool)
    with session_maker(engine)() as session:
        actors = begin(session)

    class Machine(Everything):
        pass

    Machine.engine, Machine.every, Machine.actors, Machine.tried = engine, EVERY[backend], actors, Counter()
    yield Machine
    engine.dispose()
    bed.drop(url)


SERVICES = {
    *("introduce_actor", "register_claimant", "register_document", "record_claim", "record_forecast"),
    *("attach_evidence", "snooze_review", "bring_forward", "reopen_claim", "note_fallen_due", "assign_reviewers"),
    *("seal_assessment", "take_back_assessment", "adjudicate", "amend_claim", "judge_condition"),
    *("withdraw_claim", "void_claim", "merge_claims", "split_claim", "reinstate_claim"),
    *("correct_evidence", "retract_evidence", "describe_claimant", "merge_claimants", "log_reading", "store_text"),
    "adopt_policy",
}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.mark.long
def test_the_invariants_hold_after_any_acts_in_any_order(everything: type[Everything]) -> None:
    run_state_machine_as_test(
        everything,
        settings=settings(max_examples=10, stateful_step_count=STEPS, suppress_health_check=SLOW),
    )
    assert {name for name, _ in everything.tried} == SERVICES
    answers = {
        answer: sum(n for (_, had), n in everything.tried.items() if had == answer) for _, answer in everything.tried
    }
    assert min(answers["accepted"], answers["refused"]) > 50


def units_forgotten(session: Session, before: Mapping[int, int]) -> dict[int, UnitsBefore]:
    return {claim: UnitsBefore() for claim in before}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("where", "fault"),
    [
        # Tallies that are added to but never subtracted from; clusters known only by their changes.
        ("ledger.journal.projection.tallies.read_units_before", units_forgotten),
        ("ledger.journal.projection.clusters._read", lambda session, clusters, changes: {}),
    ],
)
def test_the_machine_finds_a_planted_error(
    everything: type[Everything], monkeypatch: pytest.MonkeyPatch, where: str, fault: Callable[..., object]
) -> None:
    """Canary: the same error in posting and in replay."""
    monkeypatch.setattr(where, fault)
    everything.every = STEPS + 1  # it is still found at the end
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            everything,
            settings=settings(
                max_examples=20, stateful_step_count=20, phases=[Phase.generate], suppress_health_check=SLOW
            ),
        )
