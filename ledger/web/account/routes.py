"""Registering the account pages on the app, with Flask-Security and the rate limits."""

from __future__ import annotations

from flask import Flask, Response, abort, g, request

from ledger.store.accounts import Role
from ledger.web import rate_limits
from ledger.web.access import PUBLIC, declare

# Most are imported so that their views register on the blueprint.
from ledger.web.account import accept_invitation, people, preferences, sign_in, unsubscribe  # noqa: F401 # for their routes
from ledger.web.account.blueprint import account_pages
from ledger.web.account.forgot_password import forgot_password

# Other views that Flask-Security registers are not declared, and so are closed.
SECURITY_ACCESS: dict[str, Role | str] = {
    "security.login": PUBLIC,
    "security.forgot_password": PUBLIC,
    "security.reset_password": PUBLIC,
    "security.logout": Role.REVIEWER,
    "security.change_password": Role.REVIEWER,
}


def install(app: Flask) -> None:
    """Register the account pages."""
    app.before_request(before_account_pages)
    app.after_request(see_other)
    app.register_blueprint(account_pages)
    app.extensions["csrf"].exempt(unsubscribe.stop_reminders)
    sign_in.install(app)
    app.view_functions["security.forgot_password"] = forgot_password
    declare(app, SECURITY_ACCESS)
    rate_limits.install(app)


def before_account_pages() -> None:
    """Drop the ETag of account pages, which are for one person, and refuse JSON."""
    if request.blueprint not in ("security", "account"):
        return
    g.pop("etag", None)
    if request.is_json:
        abort(415)


def see_other(response: Response) -> Response:
    """Turn the redirect after a form of Flask-Security from 302 into 303, as after all other forms."""
    if request.blueprint == "security" and request.method == "POST" and response.status_code == 302:
        response.status_code = 303
    return response
