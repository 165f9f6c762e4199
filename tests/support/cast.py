"""Builders for tests: terms with sensible defaults, the cast, and shortcuts to a recorded or judged claim."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimTerms, HorizonBasis
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceTerms, Stance
from ledger.domain.forecasts import ForecastTerms, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import AssessmentTerms, Certainty
from ledger.services.claimants import ClaimantTerms, register_claimant
from ledger.services.claims.lookup import latest_review
from ledger.services.claims.record import record_claim
from ledger.services.documents import DocumentTerms, register_document
from ledger.services.evidence import attach_evidence
from ledger.services.people import introduce_actor
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.services.reviews.schedule import snooze_review
from ledger.store.accounts import Account, Role
from ledger.store.people import ClaimantKind

_numbers = count(1)


def claimant_terms(**changes: Any) -> ClaimantTerms:
    """A person named "Claimant N"."""
    return replace(ClaimantTerms(f"Claimant {next(_numbers)}", ClaimantKind.PERSON), **changes)


def document_terms(**changes: Any) -> DocumentTerms:
    """An article of 17 October 2016."""
    terms = DocumentTerms(
        title=f"After the battle, part {next(_numbers)}",
        outlet="The Example",
        published_on=PartialDate(2016, 10, 17),
        authors=("An Author",),
        url="https://example.org/article",
        published_basis="printed on the page",
    )
    return replace(terms, **changes)


def claim_terms(**changes: Any) -> ClaimTerms:
    """A claim with a unique statement that can be judged from 1 November 2017."""
    terms = ClaimTerms(
        statement=f"The city is retaken, in case {next(_numbers)}.",
        criteria="True if the government says so and nobody of note disputes it; false otherwise.",
        topics=("Battle",),
        horizon=PartialDate(2017, 10, 31),
        horizon_basis=HorizonBasis.STATED,
    )
    return replace(terms, **changes)


def forecast_terms(document: int, *claimants: int, **changes: Any) -> ForecastTerms:
    """A forecast of "likely" under ICD 203 (55% to 80%), made on the day the article was published."""
    terms = ForecastTerms(
        claimants=claimants,
        document=document,
        made_on=PartialDate(2016, 10, 17),
        modality=Modality.LIKELY,
        confidence=Confidence.verbal("ICD203", "likely"),
        hedge="likely",
        locator="paragraph 2",
    )
    return replace(terms, **changes)


def evidence_terms(**changes: Any) -> EvidenceTerms:
    """A supporting report of July 2017, with a unique address."""
    number = next(_numbers)
    terms = EvidenceTerms(
        stance=Stance.SUPPORTS,
        summary=f"Report {number}: the government declares the city retaken.",
        publisher="A News Agency",
        url=f"https://example.org/report/{number}",
        event_on=PartialDate(2017, 7, 10),
        published_on=PartialDate(2017, 7, 11),
        captured_on=PartialDate(2026, 11, 20),
        reliability="B",
        credibility="2",
    )
    return replace(terms, **changes)


def assessment_terms(outcome: Outcome = Outcome.TRUE, *relied_on: int, **changes: Any) -> AssessmentTerms:
    """An assessment. Outcomes with a grade need evidence to rely on."""
    return replace(AssessmentTerms(outcome, Certainty.HIGH, "The report settles it.", relied_on), **changes)


@dataclass(frozen=True)
class Person:
    """Somebody with an actor in the record and, usually, an account."""

    actor: str
    name: str
    email: str = ""
    account: int = 0


@dataclass(frozen=True)
class Noise:
    """Unrelated data in the database: a query without its filter finds some of it."""

    claimants: tuple[int, int]
    documents: tuple[int, int]
    claims: tuple[int, int]  # one resolved true, one waiting and snoozed
    reviews: tuple[int, int]
    evidence: tuple[int, int]
    actors: tuple[str, ...]


@dataclass(frozen=True)
class Cast:
    """The people of the tests, and a claimant and a document for their claims."""

    ada: Person
    ben: Person
    cleo: Person
    dora: Person
    admin: Person
    claimant: int
    document: int
    noise: Noise

    @property
    def everybody(self) -> tuple[Person, ...]:
        return self.ada, self.ben, self.cleo, self.dora, self.admin


def introduce_person(session: Session, now: datetime, name: str, role: Role, *, active: bool = True) -> Person:
    """Create an actor of the record and an account for it, without a password."""
    actor = introduce_actor(session, now=now, name=name)
    email = f"{name.split()[0].lower()}@example.org"
    account = Account(
        email=email,
        password=None,
        active=active,
        role=role,
        actor_id=actor,
        fs_uniquifier=f"uniquifier-of-{actor}",
        confirmed_at=now,
        time_zone="Europe/London",
        wants_reminders=True,
        created_at=now,
    )
    session.add(account)
    session.commit()
    return Person(actor, name, email, account.id)


def introduce_cast(session: Session, now: datetime) -> Cast:
    """Create Ada, Ben, Cleo, Dora and Admin, a claimant and a document for their claims, and unrelated data."""
    noise = _noise(session, now)
    people = [
        introduce_person(session, now, name, role)
        for name, role in (
            ("Ada Adeyemi", Role.REVIEWER),
            ("Ben Berg", Role.REVIEWER),
            ("Cleo Castro", Role.REVIEWER),
            ("Dora Dimitrova", Role.EDITOR),
            ("Admin Abbott", Role.ADMIN),
        )
    ]
    ada = people[0].actor
    return Cast(
        *people,
        claimant=register_claimant(session, now=now, by=ada, terms=claimant_terms(name="Paula Pundit")),
        document=register_document(session, now=now, by=ada, terms=document_terms(title="What comes after")),
        noise=noise,
    )


def _noise(session: Session, now: datetime) -> Noise:
    """Create unrelated claims: one judged true by reviewers whose accounts are closed, one waiting and snoozed."""
    gone = introduce_person(session, now, "Nils Noise", Role.REVIEWER, active=False).actor
    recorder, other = (introduce_actor(session, now=now, name=name) for name in ("Nora Noise", "Ned Noise"))
    claimants = documents = claims = reviews = evidence = ()
    for number, outcome in enumerate((Outcome.TRUE, None)):
        claimant = register_claimant(
            session, now=now, by=recorder, terms=claimant_terms(name=f"Noisy Claimant {number}")
        )
        terms = document_terms(title=f"Noise {number}", outlet=f"The Noise {number}")
        document = register_document(session, now=now, by=recorder, terms=terms)
        claim = record_claim(
            session,
            now=now,
            by=recorder,
            claim=claim_terms(statement=f"Noise number {number} is heard.", topics=(f"Noise {number}",)),
            forecast=forecast_terms(document, claimant, modality=Modality.NUMBER, confidence=Confidence.point(0.9)),
            reviewers=(gone, other),
        )
        fact = attach_evidence(session, now=now, by=recorder, claim=claim, terms=evidence_terms())
        review = review_of(session, claim)
        if outcome:
            judge(session, now, claim, outcome, fact)
        else:
            until = (now + timedelta(days=60)).date()
            snooze_review(session, now=now, by=gone, review=review, until=until, reason="Too early to say.")
        claimants, documents = (*claimants, claimant), (*documents, document)
        claims, reviews, evidence = (*claims, claim), (*reviews, review), (*evidence, fact)
    return Noise(claimants, documents, claims, reviews, evidence, (gone, recorder, other))


def record(session: Session, cast: Cast, now: datetime, **changes: Any) -> int:
    """Record a claim by Paula Pundit as Ada; Ben and Cleo are assigned. `changes` change the claim's terms.

    `forecast`, `by` and `reviewers` are taken out of `changes` and passed on.
    """
    forecast = changes.pop("forecast", forecast_terms(cast.document, cast.claimant))
    by = changes.pop("by", cast.ada.actor)
    reviewers = changes.pop("reviewers", None)
    return record_claim(session, now=now, by=by, claim=claim_terms(**changes), forecast=forecast, reviewers=reviewers)


def review_of(session: Session, claim: int) -> int:
    """The number of a claim's newest review."""
    review = latest_review(session, claim)
    assert review is not None
    return review.id


def judge(session: Session, now: datetime, claim: int, outcome: Outcome, *relied_on: int) -> None:
    """Seal the same outcome as all assigned reviewers, so that it becomes the verdict."""
    review = review_of(session, claim)
    for actor, sealed in assignees(session, review).items():
        if not sealed:
            terms = assessment_terms(outcome, *relied_on)
            seal_assessment(session, now=now, by=actor, review=review, terms=terms)


def resolve(session: Session, cast: Cast, now: datetime, outcome: Outcome = Outcome.TRUE, **changes: Any) -> int:
    """Record a claim as Ada, with one piece of evidence and the same outcome by Ben and Cleo. Returns the claim."""
    claim = record(session, cast, now, **changes)
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    judge(session, now, claim, outcome, fact)
    return claim
