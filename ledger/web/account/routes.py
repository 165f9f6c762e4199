"""The accounts part, assembled: signing in, passwords, preferences, people, unsubscribing, and their limits."""

from __future__ import annotations

from flask import Flask, Response, abort, g, request

from ledger.store.accounts import Role
from ledger.web import rate_limits
from ledger.web.access import PUBLIC, declare

# Most are imported so that their views register on the blueprint.
from ledger.web.account import accept_invitation, people, preferences, sign_in, unsubscribe  # noqa: F401 # for their routes
from ledger.web.account.blueprint import account_pages
from ledger.web.account.forgot_password import ask_for_reset

# Whatever else Flask-Security registers is declared nowhere, and so is closed.
FOREIGN_ACCESS: dict[str, Role | str] = {
    "security.login": PUBLIC,
    "security.forgot_password": PUBLIC,
    "security.reset_password": PUBLIC,
    "security.logout": Role.REVIEWER,
    "security.change_password": Role.REVIEWER,
}


def install(app: Flask) -> None:
    """Register everything about accounts."""
    app.before_request(before_account_pages)
    app.after_request(see_other)
    app.register_blueprint(account_pages)
    app.extensions["csrf"].exempt(unsubscribe.stop_reminders)
    sign_in.install(app)
    app.view_functions["security.forgot_password"] = ask_for_reset
    declare(app, FOREIGN_ACCESS)
    rate_limits.install(app)


def before_account_pages() -> None:
    """Account pages are forms for one person: never taken for unchanged, and never sent as JSON."""
    if request.blueprint not in ("security", "account"):
        return
    g.pop("etag", None)
    if request.is_json:
        abort(415)


def see_other(response: Response) -> Response:
    """After a form, Flask-Security redirects with 302; ours say 303, which is what is meant."""
    if request.blueprint == "security" and request.method == "POST" and response.status_code == 302:
        response.status_code = 303
    return response
