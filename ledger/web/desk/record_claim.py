"""Recording a claim from a document, and adding a restatement."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.domain.errors import AlreadyRecorded, Missing, Problem, Refused, refuse_if
from ledger.domain.name_lists import join_names
from ledger.queries.claim_list import claim_lines
from ledger.queries.documents import DocumentLine, one_document, recent_documents
from ledger.services.claims.lookup import find_claim
from ledger.services.claims.record import record_claim as record
from ledger.services.claims.record import record_forecast as record_again
from ledger.services.passages import with_passage
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.claim_forms import CLAIM_FIELDS, RecordForm, RestatementForm
from ledger.web.desk.quick_entry import LONGEST_LINE, fill_in, read_line
from ledger.web.desk.similar import possible_duplicates, refuse_as_similar
from ledger.web.forms import form_page, saved
from ledger.web.request_args import number_in, words_in


@desk_pages.route("/documents/<int:document>/claims/new", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def record_claim(document: int) -> Any:
    found = one_document(session(), document)
    if found is None:
        raise Missing(f"document {document}")
    if request.method == "GET":
        form = RecordForm(**_first_values(found))
        line = read_line(words_in("line", LONGEST_LINE), found)
        reading = fill_in(form, line, over_draft="over" in request.args)
    else:  # by POST, only the form counts
        form, reading = RecordForm(), None
    known: dict[str, Any] = {}

    def save() -> Response:
        person = signed_in()
        claim = form.claim_terms()
        if near := possible_duplicates(claim):
            refuse_if(form.record_problems())  # errors are reported before similar claims
            known["similar"] = near
            raise refuse_as_similar()
        try:
            number = record(
                session(),
                now=now(),
                by=person.actor,
                claim=claim,
                forecast=with_passage(session(), form.forecast_terms(document), form.sentences()),
                speakers=form.speakers(),
            )
        except AlreadyRecorded as same:
            there = find_claim(session(), same.number)
            if there.recorded_by == person.actor and there.criteria == claim.criteria:
                flash("This claim is recorded already: a second click changes nothing.", "notice")
                return redirect(url_for("public.claim", number=same.number), 303)
            known["claim"] = same.number
            words = f"The same statement with the same horizon is on record as claim {same.number}. "
            raise Refused(Problem("statement", words + "Add a restatement there instead.")) from same
        if "another" in request.form:
            words = f"Recorded as claim {number}. Here is an empty form for the next claim from this document."
            return saved(url_for("desk.record_claim", document=document, after=number), words)
        return saved(url_for("public.claim", number=number), f"Recorded as claim {number}.")

    return form_page(
        form, "desk/record.html", save, document=found, known=known, reading=reading, claim_order=CLAIM_FIELDS
    )


def _first_values(document: DocumentLine) -> dict[str, Any]:
    """First values for speaker and date: from the claim recorded just before (`after`), or else from the document."""
    after = number_in("after")
    before = claim_lines(session(), [after]) if after else ()
    if before:
        return {"speaker": join_names([one.name for one in before[0].claimants], ";"), "made_on": before[0].made_on}
    return {"speaker": join_names(document.authors, ";"), "made_on": document.published_on}


@desk_pages.route("/claims/<int:number>/restatements/new", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def record_forecast(number: int) -> Any:
    claim = claim_lines(session(), [number])
    if not claim:
        raise Missing(f"claim {number}")
    shape = find_claim(session(), number).shape
    query = words_in("q")
    documents = recent_documents(session(), query)
    form = RestatementForm(shape, speaker=join_names([one.name for one in claim[0].claimants], ";"))
    form.document.choices = {"": "Choose the document"} | {
        str(line.id): f"{line.title} ({line.outlet}, {line.published_on.words})" for line in documents.lines
    }

    def save() -> Response:
        try:
            record_again(
                session(),
                now=now(),
                by=signed_in().actor,
                claim=number,
                forecast=with_passage(session(), form.forecast_terms(int(form.document.data)), form.sentences()),
                speakers=form.speakers(),
            )
        except AlreadyRecorded:
            flash("This forecast is on record already.", "notice")
            return redirect(url_for("public.claim", number=number), 303)
        return saved(url_for("public.claim", number=number), "The restatement is recorded.")

    return form_page(form, "desk/restatement.html", save, claim=claim[0], q=query, documents=documents)
