"""Documents: logging a reading, storing the source text privately, and showing it with its sentences numbered."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField

from ledger.domain.errors import AlreadyRecorded, Missing
from ledger.queries.document_text import text_page
from ledger.queries.documents import DocumentLine, one_document
from ledger.services.documents import MOST_PASSED_OVER, PassedPassage, ReadingTerms, log_reading, store_text
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import local_today, now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.fields import OPTIONAL, DateField, ProseField, WholeNumberField
from ledger.web.forms import LedgerForm, form_page, saved


class ReadingForm(LedgerForm):
    """One reading of a document for forecasts."""

    read_on = DateField(
        "Read on", needed="Give the day it was read.", description="2026-11-22, or as near as is known."
    )
    chosen = ProseField(
        "Why this document",
        description="How it was chosen: by a rule, a search or a request.",
    )
    sentences = WholeNumberField(
        "Sentences read",
        needed="Give the number of sentences read.",
        description="Once the source text is saved, it is shown with its sentences numbered.",
    )
    none_found = BooleanField("Read to the end, and no forecast found")
    passed_over = ProseField(
        "Passed over",
        OPTIONAL,
        description="Statements about the future that were not recorded, one a line: where | the gist in your words "
        "| why not. For instance: paragraph 4 | more talks are to be held | an intention, not a forecast.",
    )
    note = ProseField("Note", OPTIONAL)

    def terms(self) -> ReadingTerms:
        """The reading as typed. Lines are cut at one more than the limit, which is enough to report it."""
        rows = [line for line in self.passed_over.value.split("\n") if line.strip()][: MOST_PASSED_OVER + 1]
        return ReadingTerms(
            read_on=self.read_on.required_value,
            chosen=self.chosen.value,
            sentences=self.sentences.required_value,
            none_found=self.none_found.data,
            passed_over=tuple(_passed(row) for row in rows),
            note=self.note.value,
        )


class TextForm(LedgerForm):
    """The source text of a document."""

    text = ProseField("Text", description="Pasted, a paragraph a line. Captions, menus and advertisements left out.")


@desk_pages.route("/documents/<int:document>/readings/new", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def read_document(document: int) -> Any:
    person = signed_in()
    found = _document(document)
    form = ReadingForm(read_on=local_today(person).isoformat())

    def save() -> Response:
        try:
            log_reading(session(), now=now(), by=person.actor, document=document, terms=form.terms())
        except AlreadyRecorded:
            flash("You have logged a reading of this document on that day already.", "notice")
            return redirect(url_for("public.document", number=document), 303)
        return saved(url_for("public.document", number=document), "The reading is logged.")

    return form_page(form, "desk/log_reading.html", save, document=found)


@desk_pages.route("/documents/<int:document>/text")
@needs(Role.REVIEWER)
def document_text(document: int) -> str:
    return render_template("desk/document_text.html", page=text_page(session(), document))


@desk_pages.route("/documents/<int:document>/text/edit", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def keep_text(document: int) -> Any:
    found = _document(document)
    form = TextForm()

    def save() -> Response:
        there, lost = store_text(session(), now=now(), by=signed_in().actor, document=document, text=form.text.value)
        words = "The text is saved, for reviewers only."
        if there or lost:
            words += f" {there} of {there + len(lost)} passages on record match it word for word."
        return saved(url_for("desk.document_text", document=document), words)

    return form_page(form, "desk/save_text.html", save, document=found)


def _document(number: int) -> DocumentLine:
    found = one_document(session(), number)
    if found is None:
        raise Missing(f"document {number}")
    return found


def _passed(line: str) -> PassedPassage:
    """Parse a line "where | gist | reason". A missing part stays empty and is reported by the rules of the log."""
    where, gist, reason = ([part.strip() for part in line.split("|", 2)] + ["", ""])[:3]
    return PassedPassage(where, gist, reason)
