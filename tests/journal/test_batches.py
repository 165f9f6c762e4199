"""Posting in batches gives the same rows as posting one by one, for random entries in random order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import Cast, claim_terms, forecast_terms, record

from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.policies import FOUNDING
from ledger.journal.entries import (
    ClaimantRegistered,
    ClaimEnded,
    ClaimReinstated,
    DocumentRegistered,
    PolicyAdopted,
    ReviewersAssigned,
)
from ledger.journal.post import Journal, writing
from ledger.journal.projection.row_batch import ProjectionBatch
from ledger.journal.replay import differences
from ledger.services.claims.entries import post_claim, post_forecast, post_review
from ledger.store.claims import Claim
from ledger.store.entries import DisclosureRow, EntryRow, HeadRow
from ledger.store.table_registry import projected_tables


def salts() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"salt-{next(numbers)}"


def random_acts(journal: Journal, cast: Cast, old: int, seed: int) -> None:
    """Post random claims, forecasts, endings and policies. Some outlets and topics differ, and have the same slug."""
    chance = random.Random(seed)
    by, claims, ended = cast.ada.actor, [old], set[int]()
    documents, claimants, versions = [cast.document], [cast.claimant], 1
    for number in range(60):
        match chance.choice("DCRRRFFFFFEBP"):
            case "D":
                outlet = chance.choice(["The Wire", "the wire", "THE WIRE!", "Gazette"])
                documents.append(
                    journal.post(
                        DocumentRegistered(
                            title=f"Title {number}", outlet=outlet, url="", authors=("One", "Two"),
                            published_on="2016-10-17", published_basis="", by=by,
                        )
                    )
                )  # fmt: skip
            case "C":
                entry = ClaimantRegistered(name=f"Person {number}", claimant_kind="person", about="", url="", by=by)
                claimants.append(journal.post(entry))
            case "R":
                topic = chance.choice(["Drones", "drones", "DRONES", "Oil & Gas", "oil gas"])
                terms = claim_terms(statement=f"It happens, {seed} {number}.", topics=(topic,))
                if chance.random() < 0.5:  # the usual term applies
                    terms = replace(terms, horizon=None, horizon_basis=HorizonBasis.DEFAULT)
                claim = post_claim(journal, terms, by)
                claims.append(claim)
                post_random_forecast(journal, claim, documents, claimants, by, chance)
                if chance.random() < 0.7:
                    review = post_review(journal, claim, terms, PartialDate(2016, 10), FOUNDING)
                    for reviewers in [(cast.ben.actor,), (cast.cleo.actor, cast.dora.actor)][: chance.randint(1, 2)]:
                        journal.post(ReviewersAssigned(claim=claim, review=review, reviewers=reviewers, by=None))
            case "P":
                versions += 1
                journal.post(another_policy(str(versions), chance.randint(1, 8), by))
            case "F":
                post_random_forecast(journal, chance.choice(claims), documents, claimants, by, chance)
            case "E":
                claim = chance.choice(claims)
                if claim not in ended:
                    ended.add(claim)
                    journal.post(ClaimEnded(claim=claim, how="withdrawn", into=(), reason="A mistake.", by=by))
            case "B" if ended:
                claim = chance.choice(sorted(ended))
                ended.discard(claim)
                journal.post(ClaimReinstated(claim=claim, reason="It was none.", by=by))


def another_policy(version: str, months: int, by: str) -> PolicyAdopted:
    """A policy with another usual term, by which some forecasts are made too late."""
    return PolicyAdopted(
        policy=version,
        default_horizon_months=months,
        reviewers_per_claim=2,
        longest_snooze_days=366,
        yardstick="ICD203",
        smallest_n=20,
        mostly_true=0.75,
        partly_true=0.5,
        mostly_false=0.25,
        rubric="True: so.",
        reason="Times change.",
        by=by,
    )


def post_random_forecast(
    journal: Journal, claim: int, documents: list[int], claimants: list[int], by: str, chance: random.Random
) -> None:
    terms = forecast_terms(
        chance.choice(documents),
        *chance.sample(claimants, chance.randint(1, min(2, len(claimants)))),
        made_on=PartialDate(2016, chance.randint(1, 10)),
        modality=Modality.NUMBER,
        confidence=Confidence.point(chance.randint(0, 100) / 100),
    )
    post_forecast(journal, claim, terms, by)


def rows(session: Session) -> dict[str, list[tuple[object, ...]]]:
    tables = [*projected_tables(), EntryRow.table(), DisclosureRow.table(), HeadRow.table()]
    return {t.name: sorted((tuple(row) for row in session.execute(select(t))), key=repr) for t in tables}


CLAIM_POLICY = [column.name for column in Claim.table().c].index("policy")


@pytest.mark.parametrize("seed", range(8))
def test_a_batch_gives_the_same_rows_as_posting_one_by_one(
    session: Session, cast: Cast, now: datetime, seed: int
) -> None:
    old = record(session, cast, now)
    connection, found = session.connection(), []
    for in_batches in (False, True):
        session.rollback()
        connection.exec_driver_sql("SAVEPOINT before")
        with writing(session, now, salts(), in_batches=in_batches) as journal:
            random_acts(journal, cast, old, seed)
        found.append(rows(session))
        assert list(differences(session)) == []
        session.rollback()
        connection.exec_driver_sql("ROLLBACK TO before")
    alone, together = found
    assert alone == together
    assert len({row[CLAIM_POLICY] for row in alone["claim"]}) > 1, "no claim was recorded under another policy"


def test_a_batch_writes_many_rows_at_a_time(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the test above would also pass for a batch in which nothing waits."""
    flushes = []
    monkeypatch.setattr(
        ProjectionBatch, "flush", lambda self, real=ProjectionBatch.flush: (flushes.append(1), real(self))
    )
    with writing(session, now, in_batches=True) as journal:
        for number in range(50):
            claim = post_claim(journal, claim_terms(statement=f"It happens {number}."), cast.ada.actor)
            post_forecast(journal, claim, forecast_terms(cast.document, cast.claimant), cast.ada.actor)
            post_forecast(journal, claim, forecast_terms(cast.document, cast.noise.claimants[0]), cast.ada.actor)
        assert flushes == []
    assert flushes == [1]


def test_waiting_rows_can_be_read_after_a_flush(session: Session, cast: Cast, now: datetime) -> None:
    with writing(session, now, in_batches=True) as journal:
        claim = post_claim(journal, claim_terms(), cast.ada.actor)
        assert session.scalar(select(Claim.id).where(Claim.id == claim)) is None
        journal.flush()
        assert session.scalar(select(Claim.id).where(Claim.id == claim)) == claim
