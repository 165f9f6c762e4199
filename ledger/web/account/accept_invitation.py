"""The page behind an invitation link, where a newcomer chooses a password and is signed in."""

from __future__ import annotations

from typing import Any, cast

from flask import render_template, url_for
from flask_security import UserMixin
from flask_security.utils import login_user, logout_user
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import EqualTo

from ledger.services.accounts import name_of
from ledger.services.invitations import UnusableInvitation, accept_invitation, whose_invitation
from ledger.services.passwords import LONGEST, SHORTEST
from ledger.web.access import public
from ledger.web.account.blueprint import account_pages
from ledger.web.account.sign_in import PASSWORD_ADVICE, security
from ledger.web.context import now, session, settings
from ledger.web.forms import LedgerForm, form_page, saved


class ChoosePasswordForm(LedgerForm):
    """A first password, typed twice."""

    password = PasswordField(
        "Password",
        description=PASSWORD_ADVICE,
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST, "maxlength": LONGEST},
    )
    password_confirm = PasswordField(
        "Password, again",
        [EqualTo("password", message="The two passwords differ. Type the same one twice.")],
        render_kw={"autocomplete": "new-password"},
    )


@account_pages.route("/account/join/<token>", methods=["GET", "POST"])
@public
def join(token: str) -> Any:
    key = settings().secret_key
    form = ChoosePasswordForm()

    def save() -> Response:
        account = accept_invitation(
            session(),
            now=now(),
            token=token,
            password=form.password.data or "",
            salt=settings().password_salt,
            secret_key=key,
        )
        logout_user()  # whoever was signed in on this browser before
        users = security().datastore
        user = cast(UserMixin, users.find_user(fs_uniquifier=account.fs_uniquifier))  # never None: it was just accepted
        login_user(user, authn_via=["invitation"])
        return saved(url_for("desk.due"), "Welcome. Your password is set and you are signed in.")

    try:
        account = whose_invitation(session(), now=now(), token=token, secret_key=key)
        return form_page(
            form, "account/accept_invitation.html", save, name=name_of(session(), account), email=account.email
        )
    except UnusableInvitation as unusable:
        return render_template("account/link_ended.html", expired=unusable.expired), 410
