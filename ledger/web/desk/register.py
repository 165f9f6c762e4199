"""Registering claimants and documents, and choosing the document a claim is recorded from."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ledger.domain.errors import AlreadyRecorded
from ledger.queries.documents import recent_documents
from ledger.services.claimants import ClaimantTerms, register_claimant
from ledger.services.documents import DocumentTerms, register_document
from ledger.store.accounts import Role
from ledger.store.people import ClaimantKind
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.fields import OPTIONAL, ChoiceField, DateField, LineField, ProseField, lines
from ledger.web.forms import LedgerForm, form_page, saved
from ledger.web.request_args import words_in


class ClaimantForm(LedgerForm):
    """A person or organisation that makes claims."""

    name = LineField("Name", description="As it should be printed.")
    kind = ChoiceField("What it is", choices={"person": "A person", "organisation": "An organisation"})
    about = ProseField("About them", OPTIONAL, description="A line or two, in Markdown.")
    url = LineField("Their own page", OPTIONAL, description="The whole address.")


class DocumentForm(LedgerForm):
    """An article, report or speech."""

    title = LineField("Title")
    outlet = LineField("Outlet", description="Where it was published: the newspaper, journal or institution.")
    url = LineField("Address", OPTIONAL, description="Where it can be read, beginning with https://.")
    authors = ProseField("Authors", OPTIONAL, description="One a line, or separated by commas.")
    published_on = DateField(
        "Published on",
        needed="Give the date of publication; a month or a year will do.",
        description="As precisely as it is known: 2016-10-17, October 2016 or 2016.",
    )
    published_basis = ProseField(
        "How the date is known", OPTIONAL, description="Only if the date is not printed on it."
    )


@desk_pages.route("/record")
@needs(Role.REVIEWER)
def choose_document() -> str:
    query = words_in("q")
    return render_template("desk/choose_document.html", q=query, found=recent_documents(session(), query))


@desk_pages.route("/claimants/new", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def new_claimant() -> Any:
    form = ClaimantForm()

    def save() -> Response:
        terms = ClaimantTerms(form.name.value, ClaimantKind(form.kind.data), form.about.value, form.url.value)
        try:
            number = register_claimant(session(), now=now(), by=signed_in().actor, terms=terms)
        except AlreadyRecorded as known:
            flash(f"{terms.name} is registered already.", "notice")
            return redirect(url_for("public.claimant", number=known.number), 303)
        return saved(url_for("public.claimant", number=number), f"{terms.name} is registered.")

    return form_page(form, "desk/claimant.html", save)


@desk_pages.route("/documents/new", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def new_document() -> Any:
    form = DocumentForm()

    def save() -> Response:
        terms = DocumentTerms(
            title=form.title.value,
            outlet=form.outlet.value,
            published_on=form.published_on.required_value,
            authors=lines(form.authors.value),
            url=form.url.value,
            published_basis=form.published_basis.value,
        )
        try:
            number = register_document(session(), now=now(), by=signed_in().actor, terms=terms)
        except AlreadyRecorded as known:
            flash("This document is registered already.", "notice")
            return redirect(url_for("public.document", number=known.number), 303)
        return saved(url_for("public.document", number=number), "The document is registered. Record a claim from it.")

    return form_page(form, "desk/document.html", save)
