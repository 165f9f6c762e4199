"""Amending a claim, and recording whether its condition was met."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from ledger.domain.conditions import ConditionState
from ledger.domain.errors import AlreadyRecorded, Problem, Refused
from ledger.queries.claim_page import claim_page
from ledger.services.claims.amend import amend_claim as amend_it
from ledger.services.claims.amend import terms_of
from ledger.services.claims.conditions import judge_condition as judge_it
from ledger.services.claims.lookup import find_claim
from ledger.store.accounts import Role
from ledger.store.policies import policy_of_version
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.claim_forms import CLAIM_FIELDS, AmendForm
from ledger.web.desk.end_claim_forms import ConditionForm
from ledger.web.desk.review_forms import seen_number
from ledger.web.forms import form_page, saved


@desk_pages.route("/claims/<int:number>/amend", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def amend(number: int) -> Any:
    page = claim_page(session(), number, viewer=signed_in().actor)
    found = find_claim(session(), number)
    before, held_to = terms_of(session(), found), policy_of_version(session(), found.policy)
    form = AmendForm(before, page.changed, held_to, needs_reason=bool(page.evidence))

    def save() -> Response:
        terms, here = form.claim_terms(), url_for("public.claim", number=number)
        try:
            amend_it(
                session(),
                now=now(),
                by=signed_in().actor,
                claim=number,
                terms=terms,
                reason=form.reason.value,
                seen=seen_number(form),
            )
        except AlreadyRecorded as same:
            words = f"The same statement with the same horizon is on record as claim {same.number}. "
            raise Refused(Problem("statement", words + "An editor can merge the two.")) from same
        except Refused:
            last = page.amendments[-1] if page.amendments else None
            if last and last.reason == form.reason.value and not form.record_problems() and terms.normal == before:
                flash("It is amended already: a second click changes nothing.", "notice")
                return redirect(here, 303)
            raise
        return saved(here, "The claim is amended. Its earlier wording stays in its history.")

    return form_page(form, "desk/amend.html", save, page=page, changed=page.changed, claim_order=CLAIM_FIELDS)


@desk_pages.route("/claims/<int:number>/condition", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def judge_condition(number: int) -> Any:
    page = claim_page(session(), number, viewer=signed_in().actor)
    form = ConditionForm(page)

    def save() -> Response:
        state, here = ConditionState(form.state.data), url_for("public.claim", number=number)
        try:
            judge_it(
                session(),
                now=now(),
                by=signed_in().actor,
                claim=number,
                state=state,
                evidence=form.evidence.data or [],
                reason=form.reason.value,
                seen=seen_number(form),
            )
        except Refused:
            same = (page.condition_state, page.condition_reason) == (state, form.reason.value)
            if same and not form.record_problems():
                flash("This is on record already: a second click changes nothing.", "notice")
                return redirect(here, 303)
            raise
        return saved(here, f"The condition is recorded as {state.words}.")

    return form_page(form, "desk/condition.html", save, page=page, changed=page.changed)
