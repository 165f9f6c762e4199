"""The list of drafts: forms saved for later, or saved automatically when a sign-in expired."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.desk.blueprint import desk_pages
from ledger.web.drafts import LIFETIME, discard_draft, list_drafts


@desk_pages.route("/drafts")
@needs(Role.REVIEWER)
def drafts() -> str:
    return render_template("desk/drafts.html", drafts=list_drafts(), days=LIFETIME.days)


@desk_pages.route("/drafts/<key>/discard", methods=["POST"])
@needs(Role.REVIEWER)
def discard(key: str) -> Response:
    if not discard_draft(key):
        abort(404)
    flash("The draft is discarded.", "done")
    return redirect(url_for("desk.drafts"), 303)
