"""Importing a file of claims: uploading it, mapping its columns, checking it, and starting the import."""

from __future__ import annotations

from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from ledger.domain.errors import Problem, Refused
from ledger.queries.imports import Stage, all_faults, file_page
from ledger.services.files import file_name
from ledger.services.imports import uploads
from ledger.services.imports.uploads import KEPT_FOR, LARGEST_TABLE
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.body_limits import accepts_body
from ledger.web.context import now, session, signed_in
from ledger.web.csv_response import csv_response
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.import_columns import GROUPS
from ledger.web.desk.import_forms import BeginForm, SendForm, columns_form
from ledger.web.forms import form_page, saved

FORM_BYTES = 100_000  # bytes that a form may have besides its file


@desk_pages.route("/imports/new", methods=["GET", "POST"])
@needs(Role.EDITOR)
@accepts_body(LARGEST_TABLE + FORM_BYTES)
def send_file() -> Any:
    form = SendForm()

    def save() -> Response:
        sent = form.file.required_file
        try:
            number = uploads.store_upload(
                session(),
                now=now(),
                by=signed_in().actor,
                source=form.source.value,
                name=file_name(sent.filename or ""),
                stream=sent.stream,
            )
        except Refused as refused:
            if not any(problem.field == "file" for problem in refused.problems):
                again = Problem("file", "Choose the file again: browsers do not keep it in the form.")
                raise Refused(*refused.problems, again) from refused
            raise
        return redirect(url_for("desk.file_columns", number=number), 303)

    return form_page(form, "desk/import_upload.html", save, days=KEPT_FOR.days)


@desk_pages.route("/imports/files/<int:number>/columns", methods=["GET", "POST"])
@needs(Role.EDITOR)
def file_columns(number: int) -> Any:
    person = signed_in()
    page = file_page(session(), number, person.actor)
    there = url_for("desk.file_to_import", number=number)
    if page.stage in (Stage.IMPORTING, Stage.BROKEN_OFF, Stage.IMPORTED):
        flash("This file is imported or being imported: its columns can no longer be changed.", "notice")
        return redirect(there, 303)
    form = columns_form(page)

    def save() -> Response:
        uploads.choose_columns(
            session(),
            now=now(),
            by=person.actor,
            file=number,
            columns=form.chosen(),
            register_documents=form.register_documents.data,
            register_as=form.unknown_speakers(),
        )
        return redirect(there, 303)

    order = [name for group in GROUPS for name in group.columns]
    return form_page(form, "desk/import_columns.html", save, page=page, groups=GROUPS, order=order)


@desk_pages.route("/imports/files/<int:number>", methods=["GET", "POST"])
@needs(Role.EDITOR)
def file_to_import(number: int) -> Any:
    """The result of the check, with the button that starts the import; the progress while the scheduler works on it."""
    person = signed_in()
    page = file_page(session(), number, person.actor)
    here = url_for("desk.file_to_import", number=number)
    if page.stage is Stage.IMPORTED:
        return redirect(url_for("desk.one_import", number=page.run), 303)
    if page.stage is Stage.COLUMNS and not page.error:
        return redirect(url_for("desk.file_columns", number=number), 303)
    form = BeginForm()

    def save() -> Response:
        leave_out = bool(form.leave_out.data)
        uploads.request_import(session(), now=now(), by=person.actor, file=number, leave_out=leave_out)
        return redirect(here, 303)

    return form_page(form, "desk/import_file.html", save, page=page)


@desk_pages.route("/imports/files/<int:number>/errors.csv")
@needs(Role.EDITOR)
def file_faults(number: int) -> FlaskResponse:
    faults = all_faults(session(), number, signed_in().actor)
    rows = ([str(fault.row), fault.column, fault.message] for fault in faults)
    return csv_response([["row", "column", "what to do"], *rows], f"faults-{number}.csv")


@desk_pages.route("/imports/files/<int:number>/discard", methods=["POST"])
@needs(Role.EDITOR)
def throw_away_file(number: int) -> Response:
    uploads.delete_upload(session(), by=signed_in().actor, file=number)
    return saved(url_for("desk.imports"), "The file is discarded.")
