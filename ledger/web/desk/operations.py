"""The operator's page: the last runs of the jobs, stuck mail, and the size and root of the journal."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from ledger.journal.read import read_head
from ledger.queries.operations import operations
from ledger.services.outbox import requeue as send_again
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import now, session
from ledger.web.desk.blueprint import desk_pages
from ledger.web.forms import saved


@desk_pages.route("/operations")
@needs(Role.ADMIN)
def operator() -> str:
    return render_template("desk/operations.html", page=operations(session(), now=now()), head=read_head(session()))


@desk_pages.route("/operations/messages/<int:number>/requeue", methods=["POST"])
@needs(Role.ADMIN)
def requeue(number: int) -> Response:
    send_again(session(), now=now(), message=number)
    return saved(url_for("desk.operator"), "The message will be sent again.")
