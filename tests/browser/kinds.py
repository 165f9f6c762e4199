"""A claim of each kind: the input for recording and assessing it, and the words on its page afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from browser.desk import Somebody
from browser.installation import Installation
from browser.job import CLAIMANT, TITLE
from playwright.sync_api import BrowserContext
from sqlalchemy import select
from support.cast import assessment_terms, document_terms, evidence_terms, review_of

from ledger.domain.conditions import ConditionState
from ledger.domain.outcomes import Outcome
from ledger.services.claimants import ClaimantTerms, register_claimant
from ledger.services.claims.conditions import judge_condition
from ledger.services.documents import register_document
from ledger.services.evidence import attach_evidence
from ledger.services.reviews.assessments import seal_assessment
from ledger.store.accounts import Account, Role
from ledger.store.people import ClaimantKind

Typed = dict[str, str | bool]
SAID: Typed = {
    "Resolves by": "2017",
    "Where this date comes from": "Stated by the speaker",
    "Likely or unlikely: a probability in words": True,
    "Hedge words": "likely",
    "A term of a probability scale": True,
    "Term": "likely: 55–80%",
}


@dataclass(frozen=True)
class Kind:
    """The input for the record form and the assessment form, and the expected result."""

    name: str
    record: Typed
    judge: Typed
    same: dict[str, Any]  # the other reviewer's assessment, where it has more than an outcome
    outcome: Outcome
    standing: str  # the outcome as the claim's page has it
    says: tuple[str, ...]  # words on its page before and after it is judged
    found: tuple[str, ...] = field(default=())  # and words only after it is judged


def claim(statement: str, criteria: str, **typed: str | bool) -> Typed:
    return {**SAID, "Statement": statement, "Resolution criteria": criteria, **typed}


EVENT = Kind(
    "event",
    claim("The old bridge carries traffic again.", "True if a lorry crosses it.", Topics='Bridges, "Rasafa, Syria"'),
    {"Mostly true": True},
    {},
    Outcome.MOSTLY_TRUE,
    "Mostly true",
    ("The old bridge carries traffic again.", "Rasafa, Syria", "Resolves by 2017.", "(ICD 203 2015: 55–80%)"),
)
CONTINUES = Kind(
    "continues",
    claim("The siege of the harbour goes on.", "True if no ship lands.")
    | {
        "A continuation: something stays as it is": True,
        "Measured against": "The siege as it stood in March 2016.",
    },
    {"True": True},
    {},
    Outcome.TRUE,
    "True",
    ("Kind A continuation: something stays as it is", "Measured against The siege as it stood in March 2016."),
)
COMPARES = Kind(
    "compares",
    claim("Attacks become fewer than they were.", "True if the ministry counts fewer.")
    | {
        "A comparison: more or less of something than before": True,
        "What is compared": "Attacks a month, as the ministry counts them.",
        "Measured against": "40 in September 2016.",
        "Unit": "attacks a month",
        "Base rate": "12.5%",
        "Source of the base rate": "Months since 2014 with fewer than the month before.",
    },
    {"Partly true": True},
    {},
    Outcome.PARTLY_TRUE,
    "Partly true",
    (
        "What is compared Attacks a month, as the ministry counts them. Unit attacks a month",
        "Measured against 40 in September 2016.",
        "Base rate 12.5%: Months since 2014",
        "55 points above the base rate",
    ),
)
QUANTITY = Kind(
    "quantity",
    claim("Several thousand fighters return home.", "True if the ministry's count says so.")
    | {
        "A quantity: a number lies within bounds": True,
        "Lower bound": "5,000",
        "Upper bound": "7 000.5",
        "More than the lower bound: the bound itself is not counted": True,
        "Unit": "fighters",
    },
    {"True": True, "What was measured": "6,200"},
    {"value": 6_200.0},
    Outcome.TRUE,
    "True",
    ("Bounds more than 5,000 and at most 7,000.5 fighters",),
    ("True 6,200 fighters adopted",),
)
CHOICE = Kind(
    "choice",
    claim("One of three parties wins the vote.", "Whoever the commission declares.")
    | {
        "A choice: one of several options comes about": True,
        "Options": "The Greens\nThe Reds\nAnybody else",
        "They have an order, from the first to the last": True,
        "The option named": "the reds",
    },
    {"Answered": True, "Anybody else": True},
    {"answer": 3},
    Outcome.ANSWERED,
    "Answered",
    ("Options, in their order The Greens The Reds Anybody else", "for “The Reds”"),
    ("Anybody else this one came about", "Answered Anybody else adopted"),
)
CONDITIONAL = Kind(
    "conditional",
    claim("The valley floods below the dam.", "True if the gauge says so.", Condition="The spring is a wet one."),
    {"Condition not met": True},
    {},
    Outcome.CONDITION_NOT_MET,
    "Condition not met",
    ("If: The spring is a wet one.", "The condition: not met. It was dry."),
)
WHOLE = claim("Both towns hold out.", "True if each does.") | {
    "How it is judged": "As true as its least true part",
}
PARTS = (
    Kind(
        "east",
        claim("Eastern Tell holds out.", "True if its garrison stays."),
        {"True": True},
        {},
        Outcome.TRUE,
        "True",
        ("The whole it is a part of", "Both towns hold out."),
    ),
    Kind(
        "west",
        claim("Western Wadi does not fall.", "True if its mayor stays."),
        {"Mostly false": True},
        {},
        Outcome.MOSTLY_FALSE,
        "Mostly false",
        ("The whole it is a part of", "Both towns hold out."),
    ),
)
KINDS = (EVENT, CONTINUES, COMPARES, QUANTITY, CHOICE, CONDITIONAL)


@dataclass
class Desk:
    """An installation in which a claim of every kind can be recorded and judged."""

    at: Installation
    new_context: Callable[..., BrowserContext]
    options: dict[str, Any] = field(default_factory=dict)  # of every browser

    def open(self) -> None:
        """Create Ada, who records, Ben and Cleo, who assess, and a document by a registered person, if necessary."""
        if self.at.furnished is None:
            people = ("Ada Adeyemi", "Ben Berg", "Cleo Castro")
            self.at.furnished = {name: self.at.add(name, Role.REVIEWER) for name in people}
            with self.at.sessions() as session:
                by, now = self.actor("Ada Adeyemi"), datetime.now(UTC)
                terms = ClaimantTerms(CLAIMANT, ClaimantKind.PERSON)
                register_claimant(session, now=now, by=by, terms=terms)
                register_document(session, now=now, by=by, terms=document_terms(title=TITLE, authors=(CLAIMANT,)))

    def actor(self, name: str) -> str:
        """The actor of a person."""
        with self.at.sessions() as session:
            email = self.at.furnished[name]
            return session.scalars(select(Account.actor_id).where(Account.email == email)).one()

    def somebody(self, name: str) -> Somebody:
        """A person in their own browser, signed in once for all tests of a module: sign-ins are rate-limited."""
        email = self.at.furnished[name]
        kept = self.at.signed_in.get(email)
        context = self.new_context(storage_state=kept, **self.options)
        person = Somebody(context.new_page(), self.at, email)
        if kept is None:
            person.sign_in()
            self.at.signed_in[email] = context.storage_state()
        return person

    def record(self, kind: Typed) -> int:
        """Record a claim through the form, as Ada. Returns its number."""
        return self.somebody("Ada Adeyemi").record(TITLE, kind)

    def judge(self, number: int, kind: Kind) -> None:
        """Judge a claim: Ben uses the form; evidence, Cleo's assessment and the condition go through the services."""
        with self.at.sessions() as session:
            now = datetime.now(UTC)
            ada, cleo = self.actor("Ada Adeyemi"), self.actor("Cleo Castro")
            terms = evidence_terms(summary="It was all in the papers.")
            fact = attach_evidence(session, now=now, by=ada, claim=number, terms=terms)
            if "Condition" in kind.record:
                unmet = ConditionState.NOT_MET
                judge_condition(
                    session, now=now, by=ada, claim=number, state=unmet, evidence=[fact], reason="It was dry."
                )
            same = assessment_terms(kind.outcome, fact, rationale="So it says.", **kind.same)
            seal_assessment(session, now=now, by=cleo, review=review_of(session, number), terms=same)
        ben = self.somebody("Ben Berg")
        ben.page.goto(f"/claims/{number}")
        ben.follow("Open the review")
        ben.follow("Assess")
        ben.fill({**kind.judge, "High": True, "Why": "I have seen it, too."})
        ben.page.get_by_role("checkbox", name="[1] It was all in the papers.").check()
        ben.press("Submit assessment")
        ben.expect_message("All assessments agree: the verdict is adopted.")

    def read(self, number: int) -> Somebody:
        """The claim's page, as the public sees it."""
        reader = Somebody(self.new_context(**self.options).new_page(), self.at)
        reader.page.goto(f"/claims/{number}")
        return reader
