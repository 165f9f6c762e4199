"""A person's own account: time zone, reminders, and signing out on every device."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_security.utils import logout_user
from werkzeug.wrappers import Response
from wtforms import BooleanField

from ledger.services.accounts import ROLE_WORDS, name_of, set_preferences, sign_out_everywhere, time_zones
from ledger.store.accounts import Account, Role
from ledger.web.access import needs
from ledger.web.account.blueprint import account_pages
from ledger.web.context import now, session, signed_in
from ledger.web.fields import ChoiceField
from ledger.web.forms import LedgerForm, form_page, saved


def zone_choices() -> dict[str, str]:
    """The choices for a time zone, with spaces in place of underscores."""
    return {name: name.replace("_", " ") for name in time_zones()}


class PreferencesForm(LedgerForm):
    """Time zone and reminders."""

    time_zone = ChoiceField(
        "Time zone",
        choices=zone_choices,
        description="When a day begins for you, and when your mail comes.",
    )
    wants_reminders = BooleanField("Mail me once a day while reviews wait for me")


@account_pages.route("/account/", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def preferences() -> Any:
    person = signed_in()
    account = session().get_one(Account, person.account)
    form = PreferencesForm(data={"time_zone": account.time_zone, "wants_reminders": account.wants_reminders})

    def save() -> Response:
        set_preferences(
            session(),
            account=person.account,
            time_zone=form.time_zone.value,
            wants_reminders=form.wants_reminders.data,
        )
        return saved(url_for("account.preferences"), "Saved.")

    return form_page(
        form,
        "account/preferences.html",
        save,
        name=name_of(session(), account),
        role=ROLE_WORDS[person.role],
        clock=now().astimezone(person.zone),
    )


@account_pages.route("/account/sign-out-everywhere", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def sign_out_of_everything() -> Response:
    if request.method != "POST":  # somebody who had to sign in first comes back with GET
        return redirect(url_for("account.preferences"), 303)
    sign_out_everywhere(session(), account=signed_in().account)
    logout_user()
    return saved(url_for("security.login"), "You are signed out on every device.")
