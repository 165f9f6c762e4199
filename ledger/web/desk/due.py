"""The page of reviews that are due, overdue ones first."""

from __future__ import annotations

from flask import render_template, request

from ledger.queries.due_list import due_page
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import local_today, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.request_args import page_number


@desk_pages.route("/")
@needs(Role.REVIEWER)
def due() -> str:
    person = signed_in()
    found = due_page(
        session(),
        person.actor,
        person.role,
        today=local_today(person),
        only_mine=request.args.get("whose") == "mine",
        page=page_number(),
    )
    return render_template("desk/due.html", page=found, today=local_today(person))
