"""Saving a search of the list of claims under a name, and deleting one."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from ledger.domain.errors import AlreadyRecorded
from ledger.queries.filters import FILTER
from ledger.services.saved_filters import LONGEST_QUERY, delete_filter, save_filter
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.fields import LineField
from ledger.web.forms import LedgerForm, form_page, saved
from ledger.web.public.filters import CLAIM_KEYS, query_of


class SaveFilterForm(LedgerForm):
    """The name for a saved search."""

    query = HiddenField()
    name = LineField("Name", description="For example “Mosul, still open”.")


@desk_pages.route("/filters/new", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def save_search() -> Any:
    form = SaveFilterForm(query=query_of(request.args))
    # The hidden field is parsed like any address, so changing it only changes the search that is saved.
    args = dict(parse_qsl((form.query.data or "").lstrip("?")[:LONGEST_QUERY]))
    query = query_of({name: value.replace("\x00", " ") for name, value in args.items()})
    there = url_for("public.claims") + query

    def save() -> Response:
        try:
            save_filter(session(), now=now(), account=signed_in().account, name=form.name.value, query=query)
        except AlreadyRecorded:
            flash("This search is saved already.", "notice")
            return redirect(there, 303)
        return saved(there, f"Saved as “{form.name.value}”.")

    active = [(FILTER[key].label, args[key]) for key in CLAIM_KEYS if args.get(key)]
    return form_page(form, "desk/save_filter.html", save, told=active, there=there)


@desk_pages.route("/filters/<int:number>/delete", methods=["POST"])
@needs(Role.REVIEWER)
def delete_search(number: int) -> Response:
    delete_filter(session(), account=signed_in().account, number=number)
    return saved(url_for("desk.due") + "#saved", "The saved search is deleted.")
