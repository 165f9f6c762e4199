"""Recording claims and forecasts: the entries posted, refusals, and duplicates."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from support.acts import Acts
from support.cast import (
    Cast,
    claim_terms,
    claimant_terms,
    document_terms,
    forecast_terms,
    introduce_cast,
    record,
    review_of,
)

from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Missing, Refused
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import ReviewState
from ledger.domain.scoring.tally import headline
from ledger.journal.entries import ClaimRecorded, ForecastRecorded, ReviewersAssigned, ReviewScheduled
from ledger.journal.post import writing
from ledger.journal.read import read_entry, read_head
from ledger.journal.replay import differences
from ledger.queries.claim_page import claim_page
from ledger.queries.tallies import sums_of
from ledger.services.claimants import register_claimant
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.record import record_claim, record_forecast
from ledger.services.documents import register_document
from ledger.services.people import introduce_actor
from ledger.services.reviews.assign import assignees
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.entries import EntryRow
from ledger.store.reviews import Review
from ledger.store.tallies import TallyRow


def test_recording_posts_claim_forecast_review_and_reviewers(session: Session, cast: Cast, now: datetime) -> None:
    before = read_head(session).size
    number = record(session, cast, now, statement="The city is retaken.", topics=("Battle", "Iraq & Syria"))
    posted = [read_entry(session, n) for n in range(before + 1, read_head(session).size + 1)]
    assert [type(entry) for entry in posted] == [ClaimRecorded, ForecastRecorded, ReviewScheduled, ReviewersAssigned]
    assert number == before + 1

    claim = session.get_one(Claim, number)
    assert (claim.statement, claim.state, claim.outcome) == ("The city is retaken.", ClaimState.OPEN, None)
    assert (claim.recorded_by, claim.recorded_at, claim.changed) == (cast.ada.actor, now, before + 4)
    assert claim.due_on == date(2017, 11, 1)
    assert set(session.scalars(select(Topic.slug).where(Topic.claim_id == number))) == {"battle", "iraq-syria"}

    forecast = session.scalars(select(Forecast).where(Forecast.claim_id == number)).one()
    assert forecast.confidence == Confidence.verbal("ICD203", "likely")
    assert forecast.made_on == PartialDate(2016, 10, 17)

    review = session.get_one(Review, review_of(session, number))
    assert (review.due_on, review.state, review.policy) == (date(2017, 11, 1), ReviewState.WAITING, "1")
    assert assignees(session, review.id) == {cast.ben.actor: None, cast.cleo.actor: None}


def test_the_default_horizon_is_a_year_after_the_forecast(session: Session, cast: Cast, now: datetime) -> None:
    forecast = forecast_terms(cast.document, cast.claimant, made_on=PartialDate(2016, 2))
    number = record(session, cast, now, horizon=None, horizon_basis=HorizonBasis.DEFAULT, forecast=forecast)
    assert session.get_one(Claim, number).due_on == date(2017, 3, 1)


def test_all_problems_are_reported_at_once_and_nothing_is_written(session: Session, cast: Cast, now: datetime) -> None:
    before = read_head(session)
    with pytest.raises(Refused) as refusal:
        record(
            session,
            cast,
            now,
            statement="",
            horizon=PartialDate(2015),
            forecast=forecast_terms(cast.document, 10**6, made_on=PartialDate(2016, 10, 18)),
        )
    assert [problem.field for problem in refusal.value.problems] == ["statement", "horizon", "made_on", "speaker"]
    assert read_head(session) == before
    assert list(differences(session)) == []


def test_an_unknown_document_is_missing(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Missing):
        record(session, cast, now, forecast=forecast_terms(cast.claimant, cast.claimant))  # not a document


def test_the_same_claim_is_recorded_once(session: Session, cast: Cast, now: datetime) -> None:
    number = record(session, cast, now, statement="The city is retaken.")
    before = read_head(session)
    with pytest.raises(AlreadyRecorded) as already:
        record(session, cast, now, statement="the  CITY is retaken.", criteria="Other words.")
    assert already.value.number == number
    assert read_head(session) == before
    assert record(session, cast, now, statement="The city is retaken.", horizon=PartialDate(2018)) != number


def test_a_restatement_is_another_forecast_on_the_same_claim(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    again = forecast_terms(cast.document, cast.claimant, made_on=PartialDate(2016, 9, 1), modality=Modality.WILL)
    number = record_forecast(session, now=now, by=cast.ada.actor, claim=claim, forecast=again)
    assert session.get_one(Claim, claim).changed == number
    assert session.scalar(select(func.count()).where(Forecast.claim_id == claim)) == 2
    with pytest.raises(AlreadyRecorded) as already:
        record_forecast(session, now=now, by=cast.ada.actor, claim=claim, forecast=again)
    assert already.value.number == claim


def test_another_claimant_s_forecast_is_their_own(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    other = register_claimant(session, now=now, by=cast.ada.actor, terms=claimant_terms())
    both = forecast_terms(cast.document, other, cast.claimant, other)
    number = record_forecast(session, now=now, by=cast.ada.actor, claim=claim, forecast=both)
    theirs = session.scalars(select(ForecastClaimant.claimant_id).where(ForecastClaimant.forecast_id == number))
    assert sorted(theirs) == sorted([cast.claimant, other])
    open_cells = {
        row.scope: row.n for row in session.execute(select(TallyRow.scope, TallyRow.n).where(TallyRow.status == "open"))
    }
    assert open_cells[f"claimant:{cast.claimant}"] == open_cells[f"claimant:{other}"] == 1
    assert open_cells[f"document:{cast.document}"] == 2


@pytest.mark.parametrize(
    ("horizon", "made_on", "taken"),
    [
        (PartialDate(2017, 10), PartialDate(2017, 10, 31), True),
        (PartialDate(2017, 10), PartialDate(2017), True),  # the date may be before the horizon
        (PartialDate(2017, 10), PartialDate(2017, 11, 1), False),
        (None, PartialDate(2018, 5), True),  # on a claim without a horizon it is accepted
    ],
)
def test_a_forecast_after_the_horizon_is_refused(
    acts: Acts, horizon: PartialDate | None, made_on: PartialDate, taken: bool
) -> None:
    basis = HorizonBasis.STATED if horizon else HorizonBasis.DEFAULT
    claim = acts.record(horizon=horizon, horizon_basis=basis)
    later = acts.do(register_document, terms=document_terms(published_on=PartialDate(2018, 6)))
    said = forecast_terms(later, acts.cast.claimant, made_on=made_on)
    if taken:
        acts.do(record_forecast, claim=claim, forecast=said)
    else:
        words = acts.refused(record_forecast, "made_on", claim=claim, forecast=said)
        assert "until October 2017" in words and "record a new claim" in words


def test_a_late_forecast_is_counted_shown_as_late_and_never_scored(acts: Acts) -> None:
    """Even if it is the claimant's only forecast on the claim, and if an amendment made it late."""
    document = acts.do(register_document, terms=document_terms(published_on=PartialDate(2018, 6)))
    prophet, pundit = acts.do(register_claimant, terms=claimant_terms()), acts.cast.claimant
    undated = acts.record(horizon=None, horizon_basis=HorizonBasis.DEFAULT)
    dated = acts.record(horizon=PartialDate(2018, 10))
    for claim in (undated, dated):
        said = forecast_terms(document, prophet, made_on=PartialDate(2018, 5))
        acts.do(record_forecast, claim=claim, forecast=said)
    assert [line.late for line in claim_page(acts.session, dated).forecasts] == [False, False]
    acts.do(amend_claim, claim=dated, terms=replace(acts.terms(dated), horizon=PartialDate(2017, 10)), reason="")
    for claim in (undated, dated):
        assert [line.late for line in claim_page(acts.session, claim).forecasts] == [False, True]
        acts.judge(claim, Outcome.TRUE)
    keys = {claimant: f"claimant:{claimant}" for claimant in (prophet, pundit)}
    sums = sums_of(acts.session, list(keys.values()), today=acts.now.date())
    figures = {claimant: headline(sums[key]) for claimant, key in keys.items()}
    assert (figures[prophet].judged, figures[prophet].scored) == (2, 0)
    assert (figures[pundit].judged, figures[pundit].scored) == (2, 2)


def test_a_forecast_on_an_unknown_claim_is_missing(session: Session, cast: Cast, now: datetime) -> None:
    for nowhere in (0, 10**6, cast.document):
        with pytest.raises(Missing):
            terms = forecast_terms(cast.document, cast.claimant)
            record_forecast(session, now=now, by=cast.ada.actor, claim=nowhere, forecast=terms)


def test_nobody_is_assigned_to_their_own_claim(session: Session, cast: Cast, now: datetime) -> None:
    ben = register_claimant(session, now=now, by=cast.ada.actor, terms=claimant_terms(name=cast.ben.name.upper()))
    claim = record(session, cast, now, forecast=forecast_terms(cast.document, ben), by=cast.dora.actor)
    assert set(assignees(session, review_of(session, claim))) == {cast.ada.actor, cast.cleo.actor}


def test_reviews_go_to_the_reviewers_with_the_fewest(session: Session, cast: Cast, now: datetime) -> None:
    for _ in range(6):
        record(session, cast, now, by=cast.dora.actor)
    load = dict.fromkeys((person.actor for person in (cast.ada, cast.ben, cast.cleo)), 0)
    for review in session.scalars(select(Review.id).where(Review.id > cast.document)):
        for actor in assignees(session, review):
            load[actor] += 1
    assert set(load.values()) == {4}


def test_time_never_runs_backwards_in_the_journal(session: Session, now: datetime) -> None:
    introduce_actor(session, now=now, name="First")
    introduce_actor(session, now=now - timedelta(days=1), name="Second, by a clock that is slow")
    assert list(session.scalars(select(EntryRow.at).order_by(EntryRow.number))) == [now, now]


def test_the_journal_is_not_held_twice(session: Session, now: datetime) -> None:
    with writing(session, now), pytest.raises(RuntimeError, match="already held"):
        introduce_actor(session, now=now, name="Within")
    assert introduce_actor(session, now=now, name="After")  # and the lock was released


def at_once(jobs: list[Callable[[], None]]) -> None:
    """Run them in threads that start together."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        start.wait()
        job()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_hundred_identical_requests_from_twenty_threads_make_one_claim(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions() as session:
        cast = introduce_cast(session, now)
        before = read_head(session).size
    terms, forecast = claim_terms(), forecast_terms(cast.document, cast.claimant)
    recorded: list[int] = []
    already: list[int] = []
    other: list[BaseException] = []

    def five_times() -> None:
        for _ in range(5):
            try:
                with sessions() as session:
                    number = record_claim(session, now=now, by=cast.ada.actor, claim=terms, forecast=forecast)
                recorded.append(number)
            except AlreadyRecorded as known:
                already.append(known.number)
            except Exception as fault:  # every error in a thread must reach the assertion below
                other.append(fault)

    at_once([five_times] * 20)
    assert other == []
    assert len(recorded) == 1
    assert already == recorded * 99
    with sessions() as session:
        assert read_head(session).size == before + 4
        assert list(differences(session)) == []


def test_different_claims_from_many_threads_are_all_recorded_in_one_order(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    with sessions() as session:
        cast = introduce_cast(session, now)
        before = read_head(session).size
        documents = [register_document(session, now=now, by=cast.ada.actor, terms=document_terms()) for _ in range(10)]

    def one(document: int) -> Callable[[], None]:
        def job() -> None:
            with sessions() as session:
                record(session, cast, now, forecast=forecast_terms(document, cast.claimant))

        return job

    at_once([one(document) for document in documents])
    with sessions() as session:
        assert read_head(session).size == before + 10 + 40
        assert list(session.scalars(select(EntryRow.number).order_by(EntryRow.number))) == list(range(1, before + 51))
        assert list(differences(session)) == []
