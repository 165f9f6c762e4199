"""The set-up of Flask-Security: forms, messages and templates of the ledger; unused features are switched off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask_security import Security
from flask_security.forms import (
    ChangePasswordForm,
    EmailValidation,
    EqualToLocalize,
    Form,
    IsString,
    LoginForm,
    RequiredLocalize,
    ResetPasswordForm,
)
from flask_security.mail_util import EmailValidateException, MailUtil
from flask_security.password_util import PasswordUtil
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response
from wtforms import EmailField, Field, HiddenField, PasswordField

from ledger.services.accounts import name_of, normal_address
from ledger.services.passwords import LONGEST, SHORTEST, normal_form, password_problem
from ledger.store.accounts import Account
from ledger.web.account.user import User, Users
from ledger.web.context import now, session, settings

RESET_VALID_FOR = timedelta(hours=1)
PASSWORD_ADVICE = f"At least {SHORTEST} characters; a few words in a row are easy to remember and hard to guess."
MESSAGES = {
    "GENERIC_AUTHN_FAILED": ("The email address or the password is wrong.", "error"),
    "EMAIL_NOT_PROVIDED": ("Type your email address.", "error"),
    "INVALID_EMAIL_ADDRESS": ("This is not an email address.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Type a password.", "error"),
    "INVALID_PASSWORD": ("This is not your present password.", "error"),
    "RETYPE_PASSWORD_MISMATCH": ("The two passwords differ. Type the same one twice.", "error"),
    "PASSWORD_IS_THE_SAME": ("This is the password you have now.", "error"),
    "PASSWORD_CHANGE": ("Your password is changed. Other devices were signed out.", "done"),
    "PASSWORD_RESET_NO_LOGIN": ("Your password is set. Sign in with it.", "done"),
    "PASSWORD_RESET_EXPIRED": ("This link is no longer valid: it lasts %(within)s. Ask for another one.", "error"),
    "INVALID_RESET_PASSWORD_TOKEN": ("This link was used already, or is incomplete. Ask for another one.", "error"),
}


def next_page() -> str:
    """The page to show after signing in: the one requested before, if it is on this site; else the due list."""
    wanted = request.form.get("next") or request.args.get("next") or ""
    return wanted if is_local(wanted) and _accepts_get(wanted) else url_for("desk.due")


def is_local(path: str) -> bool:
    """Whether this is a path on this site, even in a browser that parses addresses leniently."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and all(character.isprintable() and not character.isspace() for character in path)
    )


def _accepts_get(path: str) -> bool:
    """Whether this path can be opened with GET."""
    try:
        current_app.url_map.bind(request.host).match(urlsplit(path).path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _new_password(label: str) -> PasswordField:
    return PasswordField(
        label,
        [IsString(), RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
        description=PASSWORD_ADVICE,
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST, "maxlength": LONGEST},
    )


def _repeated(label: str, other: str) -> PasswordField:
    return PasswordField(
        label,
        [IsString(), EqualToLocalize(other, message="RETYPE_PASSWORD_MISMATCH")],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(LoginForm):
    """Address and password. The session lasts until the browser is closed."""

    email = EmailField(
        "Email address",
        [IsString(), RequiredLocalize(message="EMAIL_NOT_PROVIDED"), EmailValidation(verify=False)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        [IsString(), RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
        render_kw={"autocomplete": "current-password", "maxlength": 1_000},
    )
    next = HiddenField()
    remember = None  # type: ignore[assignment] # how WTForms drops an inherited field
    submit = None  # type: ignore[assignment] # the template has the button

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.password.description = ""  # Flask-Security puts a link of its own there

    def validate_next(self, field: Field) -> None:
        """Accept any address: `next_page` goes only to pages of this site."""

    def validate(self, **more: Any) -> bool:
        if len(self.password.data or "") > 1_000:
            self.password.data = ""  # too long for any password; hashing it would waste time
        return bool(super().validate(**more))


class ResetForm(ResetPasswordForm):
    """The page behind the link in a reset mail."""

    password = _new_password("New password")
    password_confirm = _repeated("New password, again", "password")
    submit = None  # type: ignore[assignment] # the template has the button


class ChangeForm(ChangePasswordForm):
    """Changing the password, which needs the present one."""

    password = PasswordField(
        "Present password",
        [IsString(), RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
        render_kw={"autocomplete": "current-password", "maxlength": 1_000},
    )
    new_password = _new_password("New password")
    new_password_confirm = _repeated("New password, again", "new_password")
    submit = None  # type: ignore[assignment] # the template has the button


class NoMail(MailUtil):
    """Refuses to send mail. The services queue mails about accounts, so that no request waits for a mail server."""

    def send_mail(self, *mail: Any, **more: Any) -> None:
        raise RuntimeError("mail goes through the outbox: see ledger.services.outbox")

    def normalize(self, email: str) -> str:
        try:
            return normal_address(email)
        except ValueError as error:
            raise EmailValidateException(str(error)) from None

    validate = normalize


class Passwords(PasswordUtil):
    """Applies the ledger's own rules for passwords."""

    def normalize(self, password: str) -> str:
        return normal_form(password)

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:
        user: User = about["user"]
        account = session().get_one(Account, user.id)
        problem = password_problem(password, user.email, name_of(session(), account))
        return ([problem] if problem else None), normal_form(password)


def show(template: str, **context: Any) -> Any:
    """Render a page of Flask-Security in our template, with its form as `form`; 422 if the form has errors."""
    form = next((value for value in context.values() if isinstance(value, Form)), None)
    token = context.get("reset_password_token", "")
    status = 422 if form is not None and (form.errors or form.form_errors) else 200
    return render_template(template, form=form, token=token), status


def security() -> Security:
    """Flask-Security, as this app has set it up."""
    return cast(Security, current_app.extensions["security"])


def reset_link(uniquifier: str) -> str:
    """The link in a reset mail. Its host is from the settings, never from the request."""
    token = security().reset_serializer.dumps([uniquifier, None])
    return f"{settings().base_url}/account/reset/{token}"


def _to_next_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Make the sign-in view redirect to `next_page`."""

    @wraps(view)
    def sign_in(**address: Any) -> Any:
        answer = view(**address)
        if isinstance(answer, Response) and 300 <= answer.status_code < 400:
            return redirect(next_page(), 303)
        return answer

    return sign_in


def install(app: Flask) -> None:
    """Set Flask-Security up. Must come after the guard and the CSRF check."""
    installation = app.extensions["ledger.settings"]
    app.config |= {
        "SECURITY_PASSWORD_SALT": installation.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_PASSWORD_CHECK_BREACHED": None,  # it would send part of its hash to another server
        "SECURITY_PASSWORD_CONFIRM_REQUIRED": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_DATETIME_FACTORY": now,
        "SECURITY_FRESHNESS": timedelta(minutes=15),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_CONFIRMABLE": False,  # the invitation link confirms the address
        "SECURITY_RESET_PASSWORD_WITHIN": RESET_VALID_FOR,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,  # these three are queued by the services
        "SECURITY_SEND_PASSWORD_RESET_EMAIL": False,
        "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_RESET_URL": "/reset",
        "SECURITY_CHANGE_URL": "/change-password",
        "SECURITY_POST_LOGIN_VIEW": "desk.due",
        "SECURITY_POST_LOGOUT_VIEW": "public.home",
        "SECURITY_POST_RESET_VIEW": "security.login",
        "SECURITY_POST_CHANGE_VIEW": "account.preferences",
        "SECURITY_LOGIN_USER_TEMPLATE": "account/sign_in.html",
        "SECURITY_RESET_PASSWORD_TEMPLATE": "account/reset_password.html",
        "SECURITY_CHANGE_PASSWORD_TEMPLATE": "account/change_password.html",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        **{f"SECURITY_MSG_{name}": message for name, message in MESSAGES.items()},
    }
    library = Security(
        app,
        Users(),
        login_form=SignInForm,
        reset_password_form=ResetForm,
        change_password_form=ChangeForm,
        mail_util_cls=NoMail,
        password_util_cls=Passwords,
        render_template=show,
    )
    library.want_json(lambda _request: False)
    # Signing in by a token in the address or a header is off: only a session signs in.
    library.login_manager.request_loader(lambda _request: None)
    app.view_functions["security.login"] = _to_next_page(app.view_functions["security.login"])
