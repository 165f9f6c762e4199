"""The list of imports, what each of them added, and undoing one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ledger.queries.imports import import_line, last_undo, list_imports, sample_claims
from ledger.queries.undo_preview import preview_undo
from ledger.services.imports.undo import request_undo
from ledger.store.accounts import Role
from ledger.store.imports import ImportState
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.import_forms import UndoForm
from ledger.web.forms import form_page
from ledger.web.request_args import page_number


@desk_pages.route("/imports")
@needs(Role.EDITOR)
def imports() -> str:
    found = list_imports(session(), signed_in().actor, page=page_number())
    return render_template("desk/imports.html", page=found)


@desk_pages.route("/imports/<int:number>")
@needs(Role.EDITOR)
def one_import(number: int) -> str:
    line = import_line(session(), number)
    summary, error = last_undo(session(), number)
    return render_template(
        "desk/import.html",
        line=line,
        prospect=preview_undo(session(), number),
        claims=sample_claims(session(), number),
        told=summary,
        error=error,
    )


@desk_pages.route("/imports/<int:number>/undo", methods=["GET", "POST"])
@needs(Role.EDITOR)
def undo_import(number: int) -> Any:
    line = import_line(session(), number)
    here = url_for("desk.one_import", number=number)
    prospect = preview_undo(session(), number)
    if line.task is not None or line.state is ImportState.RUNNING or not prospect.withdrawn:
        flash("This import is being undone, or is undone already.", "notice")
        return redirect(here, 303)
    form = UndoForm()

    def save() -> Response:
        request_undo(session(), now=now(), by=signed_in().actor, run=number, reason=form.reason.value)
        return redirect(here, 303)

    return form_page(form, "desk/import_undo.html", save, line=line, prospect=prospect)
