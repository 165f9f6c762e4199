"""All services at once, in any order, with right and wrong inputs, as time goes by: what must always hold, holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from builders import (
    assessment_terms,
    claim_terms,
    claimant_terms,
    document_terms,
    evidence_terms,
    forecast_terms,
    introduce_person,
    review_of,
)
from databases import Bed, borrowed
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from oracles import claims_in, headline_of, merkle_root, scopes_of
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceKind
from ledger.domain.forecasts import Modality
from ledger.domain.judging import Finding, ReviewState
from ledger.domain.outcomes import Outcome
from ledger.domain.problems import AlreadyRecorded, Forbidden, Missing, Refused
from ledger.domain.scoring.tally import Cell, Sums, headline
from ledger.journal.reading import read_head
from ledger.journal.replay import differences
from ledger.services.assigning import assign_reviewers, assignees
from ledger.services.claimants import register_claimant
from ledger.services.evidence import attach_evidence
from ledger.services.finding import OPEN_STATES
from ledger.services.judging import adjudicate, seal_assessment, take_back_assessment
from ledger.services.people import introduce_actor, register_document
from ledger.services.recording import record_claim, record_forecast
from ledger.services.reviewing import bring_forward, note_fallen_due, reopen_claim, snooze_review
from ledger.store.accounts import Role
from ledger.store.claims import Claim, Evidence
from ledger.store.engine import open_engine, session_maker
from ledger.store.entries import EntryRow
from ledger.store.people import Claimant, Document
from ledger.store.reviews import Assessment, ReliedOn, Review, Verdict
from ledger.store.tallies import Contribution, Tally

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
REVIEWERS = ("Ben Berg", "Cleo Castro", "Dan Duarte", "Eve Ekström")
NOWHERE = 10**6
EVERY = 12  # steps between the checks that read everything

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


class Everything(RuleBasedStateMachine):
    """The services on one database. `tried` counts over all runs what was accepted and what was refused."""

    engine: Engine
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

    def teardown(self) -> None:
        try:
            self.check_all()
        finally:
            self.open.close()

    # What there is to act on, in an order that is the same on every run.

    def numbers(self, model: Any) -> list[int]:
        return list(self.session.scalars(select(model.id).order_by(model.id)))

    def one(self, data: st.DataObject, model: Any) -> int:
        """Mostly something there is, sometimes nothing."""
        return data.draw(st.sampled_from([*self.numbers(model) * 3, NOWHERE]), label=model.__name__)

    def reviews(self, *states: ReviewState) -> list[int]:
        """The reviews in these states, or all."""
        found = select(Review.id).where(Review.state.in_(states or ReviewState)).order_by(Review.id)
        return list(self.session.scalars(found))

    def a_review(self, data: st.DataObject, *states: ReviewState) -> int:
        """Mostly one in these states, sometimes another, sometimes nothing."""
        anything = [*self.reviews()[-1:], NOWHERE]
        return data.draw(st.sampled_from([*self.reviews(*states) * 3, *anything]), label="review")

    def somebody(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.known), label="who")

    def attempt(self, act: Callable[..., Any], **arguments: Any) -> Any:
        """Call a service. Where it refuses, the journal must stand where it stood."""
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
        return forecast_terms(
            self.one(data, Document), *claimants, made_on=made_on, modality=modality, confidence=confidence
        )

    @rule(
        data=st.data(),
        number=st.integers(0, 5),
        days=st.none() | st.integers(-400, 400),
        precision=st.sampled_from([1, 2, 3]),
        topics=st.sampled_from([(), ("Battle",), ("Battle", "Añó"), ("Battle", "battle")]),
        condition=st.sampled_from(["", "", "if it rains"]),
    )
    def record_a_claim(
        self, data: st.DataObject, number: int, days: int | None, precision: int, topics: Any, condition: str
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
        )
        self.attempt(record_claim, by=self.somebody(data), claim=terms, forecast=self.forecast(data))

    @rule(data=st.data(), number=st.integers(0, 4), note=st.booleans(), say_it_again=st.booleans())
    def add_to_a_claim(self, data: st.DataObject, number: int, note: bool, say_it_again: bool) -> None:
        by, claim = self.somebody(data), self.one(data, Claim)
        terms = evidence_terms(
            kind=EvidenceKind.SEARCH_NOTE if note else EvidenceKind.FACT,
            url=f"https://example.org/{number}" if number else "no address",
        )
        self.attempt(attach_evidence, by=by, claim=claim, terms=terms)
        if say_it_again:
            self.attempt(record_forecast, by=by, claim=claim, forecast=self.forecast(data))

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
        """Whatever the state: most of this must be refused, and the rest must do no harm."""
        by, review = self.somebody(data), data.draw(st.sampled_from([*self.reviews(), NOWHERE]))
        self.attempt(adjudicate, by=by, review=review, finding=Finding(outcome), reason="So.")
        self.attempt(take_back_assessment, by=by, review=review)
        self.attempt(reopen_claim, by=by, claim=self.one(data, Claim), reason="So.")
        self.seal_as(by, review, outcome, all_evidence=all_evidence)

    def seal_as(self, by: str, review: int, outcome: Outcome, *, all_evidence: bool = False) -> None:
        found = self.session.get(Review, review)
        attached = select(Evidence.id).where(Evidence.claim_id == (found.claim_id if found else 0))
        relied_on = self.numbers(Evidence) if all_evidence else self.session.scalars(attached)
        terms = assessment_terms(outcome, *relied_on)
        self.attempt(seal_assessment, by=by, review=review, terms=terms, seen=self.seen(review, stale=False))

    def seen(self, review: int, stale: bool) -> int | None:
        found = self.session.get(Review, review)
        if found is None:
            return None
        return self.session.get_one(Claim, found.claim_id).changed - int(stale)

    # What must always hold

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
    def states_follow_from_what_was_done(self) -> None:
        standing = self.session.scalars(select(Verdict.claim_id).where(Verdict.superseded_by.is_(None))).all()
        assert len(set(standing)) == len(standing)
        for claim in self.session.scalars(select(Claim)):
            assert (claim.outcome is not None) == (claim.id in standing)
            [review] = self.session.scalars(
                select(Review).where(Review.claim_id == claim.id).order_by(Review.id.desc()).limit(1)
            )
            sealed = [number for number in assignees(self.session, review.id).values() if number]
            assert (review.state is ReviewState.IN_REVIEW) <= bool(sealed)
            assert (claim.state, review.state) in {
                (ClaimState.OPEN, ReviewState.WAITING),
                (ClaimState.DUE, ReviewState.WAITING),
                (ClaimState.IN_REVIEW, ReviewState.IN_REVIEW),
                (ClaimState.ADJUDICATION, ReviewState.SPLIT),
                (ClaimState.RESOLVED, ReviewState.CLOSED),
            }
            assert (claim.due_on is None) == (claim.state is ClaimState.RESOLVED)

    @invariant()
    def now_and_then_everything_is_checked(self) -> None:
        self.steps += 1
        if self.steps % EVERY == 0:
            self.check_all()

    def check_all(self) -> None:
        assert list(differences(self.session)) == []
        claims = claims_in(self.session)
        cells = [
            (Cell(row.scope, row.standing, row.month), Sums(row.n, row.scored, row.low, row.mid, row.high))
            for row in self.session.scalars(select(Tally))
        ]
        for key in scopes_of(claims):
            mine = [(cell, sums) for cell, sums in cells if cell.scope == key]
            for today in (self.now.date(), date(2199, 1, 1)):
                assert headline(mine, today) == headline_of(claims, key, today), key
        assert all(sums.n >= 0 for _, sums in cells)
        assert self.session.scalar(select(func.count()).select_from(Contribution)) == len(claims)


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
    return (*reviewers, editor, by)


@pytest.fixture
def everything(backend: str, beds: Callable[[str], Bed], monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Everything]]:
    """The machine on a database of its own, which `begin` has filled."""
    numbers = count(1)  # ids that are the same on every run: who is assigned falls by id where loads are equal
    monkeypatch.setattr("ledger.services.people.token_hex", lambda size: f"{next(numbers):0{2 * size}x}")
    bed = beds(backend)
    url = bed.create()
    engine = open_engine(url, poolclass=NullPool)
    with session_maker(engine)() as session:
        actors = begin(session)

    class Machine(Everything):
        pass

    Machine.engine, Machine.actors, Machine.tried = engine, actors, Counter()
    yield Machine
    engine.dispose()
    bed.drop(url)


SERVICES = {
    *("introduce_actor", "register_claimant", "register_document", "record_claim", "record_forecast"),
    *("attach_evidence", "snooze_review", "bring_forward", "reopen_claim", "note_fallen_due", "assign_reviewers"),
    *("seal_assessment", "take_back_assessment", "adjudicate"),
}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_whatever_is_done_in_whatever_order_the_record_holds(everything: type[Everything]) -> None:
    run_state_machine_as_test(
        everything,
        settings=settings(max_examples=8, stateful_step_count=20, suppress_health_check=SLOW),
    )
    assert {name for name, _ in everything.tried} == SERVICES
    answers = {
        answer: sum(n for (_, had), n in everything.tried.items() if had == answer) for _, answer in everything.tried
    }
    assert min(answers["accepted"], answers["refused"]) > 50


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_machine_finds_a_planted_fault(everything: type[Everything], monkeypatch: pytest.MonkeyPatch) -> None:
    """Canary: tallies that add but never take away again, in posting and in replay alike."""
    monkeypatch.setattr("ledger.journal.projection.tallies._read", lambda text: {})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            everything,
            settings=settings(
                max_examples=20, stateful_step_count=20, phases=[Phase.generate], suppress_health_check=SLOW
            ),
        )
