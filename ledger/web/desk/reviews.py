"""Reviews: assessing, taking back, adjudicating, snoozing, bringing forward, assigning reviewers, reopening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ledger.domain.errors import Forbidden, Refused
from ledger.domain.policies import Policy
from ledger.domain.reviews import ReviewState
from ledger.queries.claim_page import ClaimPage, claim_page
from ledger.queries.reviewers import reviewer_names
from ledger.services.claims.lookup import find_review, latest_review
from ledger.services.reviews import assessments, assign, schedule
from ledger.store.accounts import Role
from ledger.store.policies import policy_of_version
from ledger.store.reviews import Review
from ledger.web.access import needs
from ledger.web.context import local_today, now, policy_now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.review_forms import (
    AdjudicateForm,
    AssessForm,
    ReasonForm,
    ReviewersForm,
    SnoozeForm,
    seen_number,
)
from ledger.web.forms import form_page, saved


@dataclass(frozen=True)
class OpenedReview:
    """A review with its claim's page, as the person signed in may see it."""

    review: Review
    page: ClaimPage

    @property
    def policy(self) -> Policy:
        """The policy it was scheduled under."""
        return policy_of_version(session(), self.review.policy)


def _open(number: int) -> OpenedReview:
    review = find_review(session(), number)
    return OpenedReview(review, claim_page(session(), review.claim_id, viewer=signed_in().actor))


def _done_already(address: str, what: str) -> Response:
    """The response to a second click: a message that it is done already, and no error."""
    flash(f"{what}: a second click changes nothing.", "notice")
    return redirect(address, 303)


def _to_claim(opened: OpenedReview) -> str:
    return url_for("public.claim", number=opened.review.claim_id)


@desk_pages.route("/reviews/<int:number>")
@needs(Role.REVIEWER)
def review(number: int) -> str:
    opened = _open(number)
    person = signed_in()
    seats = assign.assignees(session(), number)
    return render_template(
        "desk/review.html",
        page=opened.page,
        review=opened.review,
        seats={name: bool(seats[actor]) for actor, name in reviewer_names(session(), seats).items()},
        mine=person.actor in seats,
        own=assessments.own_assessment(session(), by=person.actor, review=number),
        barred=person.actor in assign.barred(session(), opened.review.claim_id),
        today=local_today(person),
    )


@desk_pages.route("/reviews/<int:number>/assess", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def assess(number: int) -> Any:
    opened = _open(number)
    person = signed_in()
    if person.actor not in assign.assignees(session(), number):
        raise Forbidden("Only the reviewers assigned to this claim can assess it; an editor can assign you.")
    form = AssessForm(opened.page)

    def save() -> Response:
        terms = form.terms()
        try:
            assessments.seal_assessment(
                session(), now=now(), by=person.actor, review=number, terms=terms, seen=seen_number(form)
            )
        except (Refused, Forbidden):
            before = assessments.own_assessment(session(), by=person.actor, review=number)
            if before == replace(terms, relied_on=tuple(sorted(terms.relied_on))):
                return _done_already(url_for("desk.review", number=number), "Your assessment is sealed already")
            raise
        after = claim_page(session(), opened.review.claim_id)
        if after.review is None:
            return saved(_to_claim(opened), "All assessments agree: the verdict is adopted.")
        if after.review.opened:
            return saved(_to_claim(opened), "All assessments are in, and they differ: an editor decides.")
        words = "Your assessment is sealed. Nobody else can read it until the others are in."
        return saved(url_for("desk.review", number=number), words)

    return form_page(
        form,
        "desk/assess.html",
        save,
        page=opened.page,
        review=opened.review,
        rubric=opened.policy,
        changed=opened.page.changed,
    )


@desk_pages.route("/reviews/<int:number>/take-back", methods=["POST"])
@needs(Role.REVIEWER)
def take_back(number: int) -> Response:
    try:
        assessments.take_back_assessment(session(), now=now(), by=signed_in().actor, review=number)
    except Forbidden:
        if signed_in().actor in assign.assignees(session(), number):
            return _done_already(url_for("desk.review", number=number), "You have no sealed assessment here")
        raise
    return saved(url_for("desk.review", number=number), "Your assessment is taken back. You can give another.")


@desk_pages.route("/reviews/<int:number>/adjudicate", methods=["GET", "POST"])
@needs(Role.EDITOR)
def adjudicate(number: int) -> Any:
    opened = _open(number)
    form = AdjudicateForm(opened.page)

    def save() -> Response:
        finding = form.finding()
        try:
            assessments.adjudicate(
                session(),
                now=now(),
                by=signed_in().actor,
                review=number,
                finding=finding,
                reason=form.reason.value,
                seen=seen_number(form),
            )
        except Refused:
            verdict = claim_page(session(), opened.review.claim_id).verdict
            same = verdict and (verdict.outcome, verdict.rationale) == (finding.outcome, form.reason.value)
            if same and not form.record_problems():
                return _done_already(_to_claim(opened), "This verdict is adopted already")
            raise
        return saved(_to_claim(opened), "The verdict is adopted.")

    return form_page(
        form, "desk/adjudicate.html", save, page=opened.page, rubric=opened.policy, changed=opened.page.changed
    )


@desk_pages.route("/reviews/<int:number>/snooze", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def snooze(number: int) -> Any:
    opened = _open(number)
    form = SnoozeForm(opened.page.changed, policy_now().longest_snooze_days)

    def save() -> Response:
        until, reason = form.until.required_value, form.reason.value
        try:
            schedule.snooze_review(
                session(),
                now=now(),
                by=signed_in().actor,
                review=number,
                until=until,
                reason=reason,
                seen=seen_number(form),
            )
        except Refused:
            moved = find_review(session(), number)
            if (moved.due_on, moved.snoozed) == (until, reason) and not form.record_problems():
                return _done_already(url_for("desk.due"), f"It is snoozed until {moved.due_on.isoformat()} already")
            raise
        return saved(url_for("desk.due"), f"Snoozed until {until.isoformat()}.")

    return form_page(form, "desk/snooze.html", save, page=opened.page, changed=opened.page.changed)


@desk_pages.route("/reviews/<int:number>/bring-forward", methods=["GET", "POST"])
@needs(Role.EDITOR)
def bring_forward(number: int) -> Any:
    opened = _open(number)
    form = ReasonForm()

    def save() -> Response:
        reason = form.reason.value
        try:
            schedule.bring_forward(session(), now=now(), by=signed_in().actor, review=number, reason=reason)
        except Refused:
            if opened.review.snoozed == reason and not form.record_problems():
                return _done_already(url_for("desk.review", number=number), "It is due today already")
            raise
        return saved(url_for("desk.review", number=number), "It can be assessed from today on.")

    return _reason_page(form, save, opened.page, "Review it early", "Make it due today")


@desk_pages.route("/claims/<int:number>/reopen", methods=["GET", "POST"])
@needs(Role.EDITOR)
def reopen(number: int) -> Any:
    page = claim_page(session(), number, viewer=signed_in().actor)
    form = ReasonForm()

    def save() -> Response:
        reason = form.reason.value
        try:
            schedule.reopen_claim(session(), now=now(), by=signed_in().actor, claim=number, reason=reason)
        except Refused:
            latest = latest_review(session(), number)
            if latest and latest.reason == reason and latest.state is not ReviewState.CLOSED:
                return _done_already(url_for("public.claim", number=number), "It is reopened already")
            raise
        words = "Reopened. The verdict stands until a new one supersedes it."
        return saved(url_for("public.claim", number=number), words)

    return _reason_page(form, save, page, "Reopen", "Reopen")


@desk_pages.route("/reviews/<int:number>/reviewers", methods=["GET", "POST"])
@needs(Role.EDITOR)
def reviewers(number: int) -> Any:
    opened = _open(number)
    seats = assign.assignees(session(), number)
    free = {actor for actor, _load in assign.candidates(session())}
    barred = assign.barred(session(), opened.review.claim_id)
    form = ReviewersForm(reviewers=list(seats))
    form.reviewers.choices = reviewer_names(session(), (free | set(seats)) - barred)

    def save() -> Response:
        chosen = form.reviewers.data or []
        assign.assign_reviewers(session(), now=now(), by=signed_in().actor, review=number, reviewers=chosen)
        return saved(url_for("desk.review", number=number), "The reviewers are named.")

    return form_page(form, "desk/reviewers.html", save, page=opened.page)


def _reason_page(form: ReasonForm, save: Callable[[], Response], page: ClaimPage, title: str, button: str) -> Any:
    return form_page(form, "desk/reason.html", save, page=page, title=title, button=button)
