"""Requesting a new password. The response is the same whether or not the address has an account."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from ledger.domain.errors import Problem, Refused
from ledger.services.accounts import normal_address, request_reset
from ledger.web.access import public
from ledger.web.account.sign_in import reset_link
from ledger.web.context import now, session, settings
from ledger.web.fields import LineField
from ledger.web.forms import LedgerForm, form_page, saved


class ForgotPasswordForm(LedgerForm):
    """The address of the account that needs a new password."""

    email = LineField("Email address", render_kw={"type": "email", "autocomplete": "username"})


@public
def forgot_password() -> Any:
    """Replaces Flask-Security's own view, which does different work for known and unknown addresses."""
    form = ForgotPasswordForm()

    def save() -> Response:
        try:
            address = normal_address(form.email.value)
        except ValueError as error:
            raise Refused(Problem("email", str(error))) from None
        request_reset(session(), now=now(), email=address, link=reset_link, base_url=settings().base_url)
        return saved(
            url_for("security.forgot_password"),
            f"If {address} has an account here, a mail with a link is on its way. The link is valid for one hour.",
        )

    return form_page(form, "account/forgot_password.html", save)
