"""A review: judging, taking back, deciding a split, putting off, bringing forward, naming reviewers, reopening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField

from ledger.domain.judging import AssessmentTerms, Certainty, assessment_problems, reason_problems
from ledger.domain.outcomes import Outcome
from ledger.domain.problems import Forbidden, Problem
from ledger.services import assigning, judging, reviewing
from ledger.services.finding import find_review
from ledger.services.reading.claim_page import ClaimPage, claim_page
from ledger.services.reading.reviewers import reviewer_names
from ledger.store.accounts import Role
from ledger.store.reviews import Review
from ledger.web.access import needs
from ledger.web.context import local_today, now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.forms import CheckboxListField, DayField, LedgerForm, ProseField, form_page, saved
from ledger.web.showing import OUTCOMES

OUTCOME_CHOICES = [(value, word) for value, (word, _mark) in OUTCOMES.items()]


class AssessForm(LedgerForm):
    """One reviewer's own answer."""

    outcome = RadioField("Did it happen, by the criteria and within the horizon?", choices=OUTCOME_CHOICES)
    certainty = RadioField(
        "How sure are you of that?", choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")]
    )
    relied_on = CheckboxListField("Evidence you relied on", coerce=int)
    rationale = ProseField("Why", description="Markdown; cite evidence as [1], [2]. It is published with the verdict.")
    seen = HiddenField()

    def __init__(self, page: ClaimPage) -> None:
        super().__init__(seen=page.changed)
        self.page = page
        self.relied_on.choices = [(line.id, f"[{line.number}] {line.summary[:110]}") for line in page.evidence]

    def broken_rules(self) -> list[Problem]:
        problems = [
            Problem(name, words)
            for name, kind, words in (
                ("outcome", Outcome, "Choose what happened."),
                ("certainty", Certainty, "Say how sure you are."),
            )
            if self[name].data not in list(kind)
        ]
        if self.outcome.data not in list(Outcome):
            return problems + ([] if self.rationale.data else [Problem("rationale", "Say why.")])
        evidence = [line.id for line in self.page.evidence]
        return problems + assessment_problems(
            self.terms(), evidence=evidence, conditional=bool(self.page.claim.condition)
        )

    def terms(self) -> AssessmentTerms:
        """The assessment as typed."""
        certainty = Certainty(self.certainty.data) if self.certainty.data in list(Certainty) else Certainty.LOW
        relied_on = tuple(self.relied_on.data or ())
        return AssessmentTerms(Outcome(self.outcome.data), certainty, self.rationale.data, relied_on)


class AdjudicateForm(LedgerForm):
    """An editor's decision where assessments differ."""

    outcome = RadioField("The verdict", choices=OUTCOME_CHOICES)
    reason = ProseField("Why", description="Markdown. Say what each reviewer saw, and what decides it.")
    seen = HiddenField()

    def broken_rules(self) -> list[Problem]:
        missing = [] if self.outcome.data in list(Outcome) else [Problem("outcome", "Choose the verdict.")]
        return [*missing, *reason_problems("reason", self.reason.data)]


class SnoozeForm(LedgerForm):
    """Putting a review off."""

    until = DayField("Until", needed="Give the day on which to look again.", description="Such as 2027-03-31.")
    reason = ProseField("Why not yet", description="It is published in the claim's record.")
    seen = HiddenField()

    def broken_rules(self) -> list[Problem]:
        return reason_problems("reason", self.reason.data)


class ReasonForm(LedgerForm):
    """An act that needs nothing but its reason."""

    reason = ProseField("Reason", description="It is published in the claim's record.")

    def broken_rules(self) -> list[Problem]:
        return reason_problems("reason", self.reason.data)


class ReviewersForm(LedgerForm):
    """Who is to judge."""

    reviewers = CheckboxListField("Reviewers")


@dataclass(frozen=True)
class Opened:
    """A review with its claim's page, as this reader may see it."""

    review: Review
    page: ClaimPage


def _open(number: int) -> Opened:
    review = find_review(session(), number)
    return Opened(review, claim_page(session(), review.claim_id, viewer=signed_in().actor))


def _to_claim(opened: Opened) -> str:
    return url_for("public.claim", number=opened.review.claim_id)


def seen_number(form: LedgerForm) -> int | None:
    """The entry up to which the claim had been read when the form was opened."""
    text = form["seen"].data or ""
    return int(text) if str(text).isdecimal() and len(str(text)) < 12 else None


@desk_pages.route("/reviews/<int:number>")
@needs(Role.REVIEWER)
def review(number: int) -> str:
    opened = _open(number)
    person = signed_in()
    seats = assigning.assignees(session(), number)
    return render_template(
        "desk/review.html",
        page=opened.page,
        review=opened.review,
        seats={name: bool(seats[actor]) for actor, name in reviewer_names(session(), seats).items()},
        mine=person.actor in seats,
        own=judging.own_assessment(session(), by=person.actor, review=number),
        barred=person.actor in assigning.barred(session(), opened.review.claim_id),
        today=local_today(person),
    )


@desk_pages.route("/reviews/<int:number>/assess", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def assess(number: int) -> Any:
    opened = _open(number)
    person = signed_in()
    if person.actor not in assigning.assignees(session(), number):
        raise Forbidden("Only the reviewers assigned to this claim can judge it; an editor can assign you.")
    form = AssessForm(opened.page)

    def save() -> Response:
        judging.seal_assessment(
            session(), now=now(), by=person.actor, review=number, terms=form.terms(), seen=seen_number(form)
        )
        after = claim_page(session(), opened.review.claim_id)
        if after.review is None:
            return saved(_to_claim(opened), "All assessments agree: the verdict is adopted.")
        if after.review.opened:
            return saved(_to_claim(opened), "All assessments are in and differ: an editor decides.")
        words = "Your assessment is sealed. Nobody else can read it until the others are in."
        return saved(url_for("desk.review", number=number), words)

    return form_page(
        form, "desk/assess.html", save, page=opened.page, review=opened.review, changed=opened.page.changed
    )


@desk_pages.route("/reviews/<int:number>/take-back", methods=["POST"])
@needs(Role.REVIEWER)
def take_back(number: int) -> Response:
    judging.take_back_assessment(session(), now=now(), by=signed_in().actor, review=number)
    return saved(url_for("desk.review", number=number), "Your assessment is taken back. You can give another.")


@desk_pages.route("/reviews/<int:number>/adjudicate", methods=["GET", "POST"])
@needs(Role.EDITOR)
def adjudicate(number: int) -> Any:
    opened = _open(number)
    form = AdjudicateForm(seen=opened.page.changed)

    def save() -> Response:
        judging.adjudicate(
            session(),
            now=now(),
            by=signed_in().actor,
            review=number,
            outcome=Outcome(form.outcome.data),
            reason=form.reason.data,
            seen=seen_number(form),
        )
        return saved(_to_claim(opened), "The verdict is adopted.")

    return form_page(form, "desk/adjudicate.html", save, page=opened.page, changed=opened.page.changed)


@desk_pages.route("/reviews/<int:number>/snooze", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def snooze(number: int) -> Any:
    opened = _open(number)
    form = SnoozeForm(seen=opened.page.changed)

    def save() -> Response:
        reviewing.snooze_review(
            session(),
            now=now(),
            by=signed_in().actor,
            review=number,
            until=form.until.data,
            reason=form.reason.data,
            seen=seen_number(form),
        )
        return saved(url_for("desk.due"), f"Put off until {form.until.data.isoformat()}.")

    return form_page(form, "desk/snooze.html", save, page=opened.page, changed=opened.page.changed)


@desk_pages.route("/reviews/<int:number>/bring-forward", methods=["GET", "POST"])
@needs(Role.EDITOR)
def bring_forward(number: int) -> Any:
    opened = _open(number)
    form = ReasonForm()

    def save() -> Response:
        reviewing.bring_forward(session(), now=now(), by=signed_in().actor, review=number, reason=form.reason.data)
        return saved(url_for("desk.review", number=number), "It can be judged from today on.")

    return _reason_page(form, save, opened.page, "Judge it before its date", "Make it due today")


@desk_pages.route("/claims/<int:number>/reopen", methods=["GET", "POST"])
@needs(Role.EDITOR)
def reopen(number: int) -> Any:
    page = claim_page(session(), number, viewer=signed_in().actor)
    form = ReasonForm()

    def save() -> Response:
        reviewing.reopen_claim(session(), now=now(), by=signed_in().actor, claim=number, reason=form.reason.data)
        words = "Opened again. The verdict stands until a new one supersedes it."
        return saved(url_for("public.claim", number=number), words)

    return _reason_page(form, save, page, "Judge it anew", "Open it again")


@desk_pages.route("/reviews/<int:number>/reviewers", methods=["GET", "POST"])
@needs(Role.EDITOR)
def reviewers(number: int) -> Any:
    opened = _open(number)
    seats = assigning.assignees(session(), number)
    free = {actor for actor, _load in assigning.candidates(session())}
    barred = assigning.barred(session(), opened.review.claim_id)
    form = ReviewersForm(reviewers=list(seats))
    form.reviewers.choices = list(reviewer_names(session(), (free | set(seats)) - barred).items())

    def save() -> Response:
        chosen = form.reviewers.data or []
        assigning.assign_reviewers(session(), now=now(), by=signed_in().actor, review=number, reviewers=chosen)
        return saved(url_for("desk.review", number=number), "The reviewers are named.")

    return form_page(form, "desk/reviewers.html", save, page=opened.page)


def _reason_page(form: ReasonForm, save: Callable[[], Response], page: ClaimPage, title: str, button: str) -> Any:
    return form_page(form, "desk/reason.html", save, page=page, title=title, button=button)
