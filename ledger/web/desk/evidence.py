"""Attaching evidence to claims, correcting it and retracting it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.domain.errors import AlreadyRecorded, Forbidden, Problem, Refused
from ledger.queries.claim_list import claim_lines
from ledger.queries.claim_page import claim_page
from ledger.services.claims.lookup import find_claim
from ledger.services.evidence import attach_evidence as attach
from ledger.services.evidence import changeable_evidence, find_evidence
from ledger.services.evidence import correct_evidence as correct
from ledger.services.evidence import retract_evidence as retract
from ledger.store.accounts import Role
from ledger.store.claims import Evidence
from ledger.web.access import needs
from ledger.web.context import Viewer, now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.evidence_forms import AttachForm, CorrectForm, RetractForm
from ledger.web.desk.review_forms import seen_number
from ledger.web.forms import form_page, saved


@desk_pages.route("/claims/<int:number>/evidence/new", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def attach_evidence(number: int) -> Any:
    person = signed_in()
    found = claim_page(session(), number, viewer=person.actor)
    form = AttachForm(number)

    def save() -> Response:
        terms, also = form.terms(), form.also()
        try:
            attach(
                session(),
                now=now(),
                by=person.actor,
                claim=number,
                terms=terms,
                also=also,
                content=form.file.content,
            )
        except AlreadyRecorded as known:
            there = next((line for line in found.evidence if line.id == known.number), None)
            if there is None or (there.summary == terms.summary and there.retracted is None):
                flash("This evidence is attached already: a second click changes nothing.", "notice")
                return redirect(url_for("public.claim", number=number), 303)
            was = "was attached and retracted" if there.retracted else "is attached already"
            words = f"This {was}, as [{there.number}]. For something new, give the address of its own page."
            raise Refused(Problem("url", words)) from known
        others = ", ".join(f"claim {other}" for other in also)
        words = f"The evidence is attached, also to {others}." if others else "The evidence is attached."
        return saved(url_for("public.claim", number=number) + "#evidence", words)

    return form_page(form, "desk/evidence.html", save, page=found)


@desk_pages.route("/evidence/<int:number>/correct", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def correct_evidence(number: int) -> Any:
    person = signed_in()
    found = find_evidence(session(), number)
    if found.retracted is not None:
        return _retracted_already(found)
    if request.method == "GET":
        # Refused while reviewers are assessing: the form would show a stance that is still hidden from them.
        changeable_evidence(session(), number)
    claim = find_claim(session(), found.claim_id)
    form = CorrectForm(found.terms, claim.changed)

    def save() -> Response:
        terms = form.terms()
        if found.corrected is not None and terms == found.terms and not form.record_problems():
            flash("It is corrected already: a second click changes nothing.", "notice")
            return redirect(_where(found), 303)
        try:
            correct(
                session(),
                now=now(),
                by=person.actor,
                evidence=number,
                terms=terms,
                reason=form.reason.value,
                seen=seen_number(form),
            )
        except AlreadyRecorded as known:
            raise Refused(
                Problem("url", "Another piece of evidence on this claim has this address already.")
            ) from known
        return saved(_where(found), "The evidence is corrected. What it said before stays in the journal.")

    (line,) = claim_lines(session(), [found.claim_id])
    return form_page(
        form,
        "desk/evidence_correct.html",
        save,
        claim=line,
        evidence=found,
        may_retract=_may_retract(found, person),
        changed=claim.changed,
    )


@desk_pages.route("/evidence/<int:number>/retract", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def retract_evidence(number: int) -> Any:
    person = signed_in()
    found = find_evidence(session(), number)
    if found.retracted is not None:
        return _retracted_already(found)
    if not _may_retract(found, person):
        raise Forbidden("Evidence is retracted by whoever attached it, or by an editor.")
    if request.method == "GET":
        changeable_evidence(session(), number)
    claim = find_claim(session(), found.claim_id)
    form = RetractForm(seen=claim.changed)

    def save() -> Response:
        retract(
            session(),
            now=now(),
            by=person.actor,
            evidence=number,
            reason=form.reason.value,
            editor=person.role.covers(Role.EDITOR),
            seen=seen_number(form),
        )
        return saved(_where(found), "The evidence is retracted. It stays readable, struck through, with the reason.")

    (line,) = claim_lines(session(), [found.claim_id])
    return form_page(form, "desk/evidence_retract.html", save, claim=line, evidence=found, changed=claim.changed)


def _may_retract(found: Evidence, person: Viewer) -> bool:
    return found.attached_by == person.actor or person.role.covers(Role.EDITOR)


def _retracted_already(found: Evidence) -> Response:
    flash("This evidence is retracted already.", "notice")
    return redirect(_where(found), 303)


def _where(found: Evidence) -> str:
    return url_for("public.claim", number=found.claim_id) + "#evidence"
