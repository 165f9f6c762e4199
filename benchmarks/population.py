"""Populations for benchmarks: databases filled through the services, in a temporary folder."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimTerms, HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceTerms, Stance
from ledger.domain.forecasts import ForecastTerms, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import AssessmentTerms, Certainty
from ledger.paths import data_dir
from ledger.services.claimants import ClaimantTerms, register_claimant
from ledger.services.claims.record import record_claim
from ledger.services.documents import DocumentTerms, register_document
from ledger.services.evidence import attach_evidence
from ledger.services.people import introduce_actor
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.schedule import note_fallen_due
from ledger.store.engine import open_engine
from ledger.store.migrations import upgrade
from ledger.store.people import ClaimantKind
from ledger.store.reviews import Review

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLAIMANTS, DOCUMENTS, TOPICS, OUTLETS = 40, 60, 30, 20
JUDGED_SHARE, DUE_SHARE = 0.5, 0.03
ALWAYS_DUE = 40


def new_database(url: str, *, durable: bool) -> Engine:
    """Create a migrated, empty database. `durable` is for measuring writes; filling need not survive power loss."""
    upgrade(data_dir("migrations"), url)
    engine = open_engine(url)
    if not durable and url.startswith("sqlite"):
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return engine


def sqlite_url(folder: Path, name: str) -> str:
    """The URL of a SQLite database in a folder."""
    return f"sqlite:///{folder / name}.db"


class Population:
    """A record with `claims` claims, of which about half are judged and a few are due."""

    def __init__(self, session: Session, seed: int = 1) -> None:
        self.session = session
        self.random = random.Random(seed)
        self.recorded = 0
        self.recorder, self.one, self.two = (
            introduce_actor(session, now=NOW, name=name) for name in ("Recorder", "One", "Two")
        )
        self.claimants = [
            register_claimant(
                session, now=NOW, by=self.recorder, terms=ClaimantTerms(f"Claimant {i}", ClaimantKind.PERSON)
            )
            for i in range(CLAIMANTS)
        ]
        self.documents = [
            register_document(
                session,
                now=NOW,
                by=self.recorder,
                terms=DocumentTerms(f"Document {i}", f"Outlet {i % OUTLETS}", PartialDate(2024, 1 + i % 12)),
            )
            for i in range(DOCUMENTS)
        ]

    def grow(self, start: int, end: int) -> None:
        """Record the claims from number `start` to `end`, then judge or make due their usual shares."""
        self.recorded = max(self.recorded, end)
        for i in range(start, end):
            draw = self.random.random()
            if i < ALWAYS_DUE:
                draw = JUDGED_SHARE  # the due page is full at every size, so that growth is measured
            horizon = PartialDate.of(date(2026, 1, 1) + timedelta(days=i % 300))
            if draw > JUDGED_SHARE + DUE_SHARE:
                horizon = PartialDate(2030, 1 + i % 12)
            claim = self._record(i, horizon)
            if draw < JUDGED_SHARE:
                self._judge(claim)
        note_fallen_due(self.session, now=NOW)

    def _record(self, i: int, horizon: PartialDate) -> int:
        likely = Confidence.point(round(self.random.random(), 2))
        return record_claim(
            self.session,
            now=NOW,
            by=self.recorder,
            claim=ClaimTerms(
                f"Statement number {i} comes about before its horizon.",
                "TRUE if it did. FALSE if it did not.",
                (f"Topic {i % TOPICS}", f"Topic {(i * 7 + 1) % TOPICS}") if i % TOPICS != (i * 7 + 1) % TOPICS else (),
                horizon,
                HorizonBasis.STATED,
            ),
            forecast=ForecastTerms(
                (self.random.choice(self.claimants),),
                self.random.choice(self.documents),
                PartialDate(2024, 1),
                Modality.NUMBER,
                likely,
                hedge="likely",
            ),
            reviewers=[self.one, self.two],
        )

    def record_another(self) -> int:
        """Record one more claim, open and past its horizon."""
        self.recorded += 1
        claim = self._record(self.recorded, PartialDate(2026, 1))
        note_fallen_due(self.session, now=NOW)
        return claim

    def _judge(self, claim: int) -> None:
        evidence = attach_evidence(
            self.session,
            now=NOW,
            by=self.recorder,
            claim=claim,
            terms=EvidenceTerms(
                Stance.SUPPORTS, f"What happened to {claim}.", "A source", event_on=PartialDate(2026, 1)
            ),
        )
        review = self.session.scalars(select(Review.id).where(Review.claim_id == claim)).one()
        outcome = self.random.choice([Outcome.TRUE, Outcome.FALSE, Outcome.PARTLY_TRUE])
        terms = AssessmentTerms(outcome, Certainty.HIGH, "By the evidence.", (evidence,))
        for actor in (self.one, self.two):
            seal_assessment(self.session, now=NOW, by=actor, review=review, terms=terms)
