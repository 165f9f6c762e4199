"""Managing accounts, for administrators: the list, invitations, roles, and closing and opening accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.domain.errors import Problem, Refused
from ledger.services import accounts
from ledger.services.accounts import ROLE_WORDS, Newcomer, list_accounts
from ledger.services.invitations import VALID_FOR_WORDS, invite, invite_again
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.account.blueprint import account_pages
from ledger.web.account.preferences import zone_choices
from ledger.web.context import now, session, settings, signed_in
from ledger.web.fields import ChoiceField, LineField
from ledger.web.forms import LedgerForm, form_page, saved

ROLES = {
    Role.REVIEWER.value: "Reviewer: records claims, attaches evidence, judges",
    Role.EDITOR.value: "Editor: also decides splits and corrects the record",
    Role.ADMIN.value: "Administrator: also invites people and runs the ledger",
}


class InviteForm(LedgerForm):
    """The account of a newcomer."""

    email = LineField("Email address", render_kw={"type": "email", "autocomplete": "off"})
    name = LineField("Name", description="Public: it is shown with their verdicts and cannot be changed later.")
    role = ChoiceField("Role", choices=ROLES)
    time_zone = ChoiceField(
        "Their time zone",
        choices=zone_choices,
        description="They can change it themselves.",
    )


@account_pages.route("/account/people", methods=["GET", "POST"])
@needs(Role.ADMIN)
def people() -> Any:
    form = InviteForm(data={"role": Role.REVIEWER.value, "time_zone": str(signed_in().zone)})

    def save() -> Response:
        newcomer = Newcomer(form.email.value, form.name.data or "", Role(form.role.value), form.time_zone.value)
        invite(
            session(),
            now=now(),
            by=signed_in().actor,
            newcomer=newcomer,
            secret_key=settings().secret_key,
            base_url=settings().base_url,
        )
        return saved(
            url_for("account.people"),
            f"{newcomer.name} is invited: a mail with a link is on its way, valid {VALID_FOR_WORDS}.",
        )

    return form_page(form, "account/people.html", save, **_list())


@account_pages.route("/account/people/<int:account>/role", methods=["GET", "POST"])
@needs(Role.ADMIN)
def change_role(account: int) -> Any:
    def act() -> str:
        try:
            role = Role(request.form.get("role", ""))
        except ValueError:
            raise Refused(Problem("", "Choose one of the roles.")) from None
        accounts.change_role(session(), account=account, role=role)
        return f"{_name(account)} is {ROLE_WORDS[role]} now."

    return _act(account, act)


@account_pages.route("/account/people/<int:account>/close", methods=["GET", "POST"])
@needs(Role.ADMIN)
def close_account(account: int) -> Any:
    def act() -> str:
        accounts.deactivate(session(), account=account)
        return f"The account of {_name(account)} is closed. What they recorded and judged stays."

    return _act(account, act)


@account_pages.route("/account/people/<int:account>/open", methods=["GET", "POST"])
@needs(Role.ADMIN)
def open_account(account: int) -> Any:
    def act() -> str:
        accounts.activate(session(), account=account)
        return f"The account of {_name(account)} is open again."

    return _act(account, act)


@account_pages.route("/account/people/<int:account>/invite", methods=["GET", "POST"])
@needs(Role.ADMIN)
def send_invitation_again(account: int) -> Any:
    def act() -> str:
        invite_again(
            session(),
            now=now(),
            by=signed_in().actor,
            account=account,
            secret_key=settings().secret_key,
            base_url=settings().base_url,
        )
        return f"Another mail is on its way to {_name(account)}. The link in the one before no longer works."

    return _act(account, act)


def _act(account: int, act: Callable[[], str]) -> Any:
    """Act on one account and return to the list, which shows an error beside the account if there is one."""
    if request.method != "POST":  # somebody who had to sign in first comes back with GET
        return redirect(url_for("account.people"), 303)
    try:
        return saved(url_for("account.people"), act())
    except Refused as refused:
        form = InviteForm(formdata=None, data={"role": Role.REVIEWER.value, "time_zone": str(signed_in().zone)})
        wrong = {"wrong": account, "wrong_because": refused.problems[0].message}
        return render_template("account/people.html", form=form, **{**_list(), **wrong}), 422


def _list() -> dict[str, Any]:
    return {"everybody": list_accounts(session()), "roles": ROLES, "wrong": None, "wrong_because": ""}


def _name(account: int) -> str:
    return next((one.name for one in list_accounts(session()) if one.id == account), "?")
