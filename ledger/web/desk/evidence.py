"""Attaching evidence to a claim."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from ledger.domain.dates import latest_today
from ledger.domain.evidence import (
    CREDIBILITY,
    RELIABILITY,
    EvidenceKind,
    EvidenceTerms,
    SourceStatus,
    Stance,
    evidence_problems,
)
from ledger.domain.problems import AlreadyRecorded, Problem, Refused
from ledger.services.evidence import attach_evidence as attach
from ledger.services.reading.claim_page import claim_page
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.forms import ChoiceField, DateField, LedgerForm, LineField, ProseField, RadioField, form_page, saved
from ledger.web.optional import OPTIONAL


class EvidenceForm(LedgerForm):
    """One dated thing that bears on the claim."""

    kind = RadioField(
        "What it is",
        choices={
            "fact": "Something that happened",
            "search_note": "A search: where and when we looked, and found what",
        },
        default="fact",
    )
    stance = RadioField(
        "Which way it points",
        choices={"supports": "Supports the claim", "contradicts": "Contradicts it", "context": "Context only"},
    )
    summary = ProseField("What happened", description="In our words, with names, numbers and dates.")
    publisher = LineField("Published by", description="Who says so: the agency, court, newspaper or database.")
    url = LineField("Address", OPTIONAL, description="The whole address of the source.")
    event_on = DateField("It happened on", description="A day, a month or a year. Leave it empty for a search.")
    published_on = DateField("The source is of", OPTIONAL)
    captured_on = DateField("We read it on", OPTIONAL, description="For a search: the day we looked.")
    reliability = ChoiceField(
        "The source", choices={k: f"{k}: {words}" for k, words in RELIABILITY.items()}, default="F"
    )
    credibility = ChoiceField(
        "The information", choices={k: f"{k}: {words}" for k, words in CREDIBILITY.items()}, default="6"
    )
    source_status = RadioField(
        "How we know",
        choices={"checked": "We read the source", "known": "It is widely known; the source was not read"},
        default="checked",
    )
    checked_in = LineField("Where we read it", OPTIONAL, description="An archive copy, a database, a library.")

    def terms(self) -> EvidenceTerms:
        """The evidence as typed."""
        return EvidenceTerms(
            stance=Stance(self.stance.data) if self.stance.data in list(Stance) else Stance.CONTEXT,
            summary=self.summary.data,
            publisher=self.publisher.data,
            url=self.url.data,
            kind=EvidenceKind(self.kind.data) if self.kind.data in list(EvidenceKind) else EvidenceKind.FACT,
            event_on=self.event_on.data,
            published_on=self.published_on.data,
            captured_on=self.captured_on.data,
            reliability=self.reliability.data,
            credibility=self.credibility.data,
            source_status=SourceStatus.KNOWN if self.source_status.data == "known" else SourceStatus.CHECKED,
            checked_in=self.checked_in.data,
        )

    def broken_rules(self) -> list[Problem]:
        missing = [] if self.stance.data in list(Stance) else [Problem("stance", "Say which way it points.")]
        return [*missing, *evidence_problems(self.terms(), today=latest_today(now()))]


@desk_pages.route("/claims/<int:number>/evidence/new", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def attach_evidence(number: int) -> Any:
    person = signed_in()
    found = claim_page(session(), number, viewer=person.actor)
    form = EvidenceForm()

    def save() -> Response:
        terms = form.terms()
        try:
            attach(session(), now=now(), by=person.actor, claim=number, terms=terms)
        except AlreadyRecorded as known:
            there = next((line for line in found.evidence if line.id == known.number), None)
            if there is None or there.summary == terms.summary:
                flash("This evidence is attached already: a second click changes nothing.", "notice")
                return redirect(url_for("public.claim", number=number), 303)
            words = (
                f"This is attached already, as [{there.number}]. Give the address of the page that says what is new."
            )
            raise Refused(Problem("url", words)) from known
        return saved(url_for("public.claim", number=number) + "#happened", "The evidence is attached.")

    return form_page(form, "desk/evidence.html", save, page=found)
