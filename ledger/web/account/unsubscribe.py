"""Unsubscribing from reminders by the link in a mail: without signing in, in one click (RFC 8058); and undoing it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ledger.domain.errors import Missing
from ledger.services.unsubscribe import resubscribe, unsubscribe, whose_token
from ledger.web.access import public
from ledger.web.account.blueprint import account_pages
from ledger.web.context import session, settings


# Mail programs post here with neither a cookie nor a CSRF token: the token in the link is the only proof.
# So this is the one view that is exempt from the CSRF check; see `install` in routes.
@account_pages.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public
def stop_reminders(token: str) -> Any:
    key = settings().secret_key
    try:
        if request.method == "POST":
            email = unsubscribe(session(), token=token, secret_key=key)
            return render_template("account/unsubscribed.html", email=email, token=token)
        account = whose_token(session(), token=token, secret_key=key)
    except Missing:
        return _unknown()
    return render_template("account/unsubscribe.html", account=account, token=token)


@account_pages.route("/unsubscribe/<token>/undo", methods=["POST"])
@public
def remind_again(token: str) -> Any:
    try:
        email = resubscribe(session(), token=token, secret_key=settings().secret_key)
    except Missing:
        return _unknown()
    return render_template("account/resubscribed.html", email=email)


def _unknown() -> Any:
    return render_template("account/unsubscribe_unknown.html"), 404
