"""Drafts: what somebody typed into a form, stored so that it can fill the form again.

People save drafts on purpose. A draft is also saved when a form cannot be, because the sign-in or the form's token
expired meanwhile. Each draft belongs to an account and to the address of its form. If nobody is signed in any more, a
signed cookie names the account that last used this browser; it is set with the first form that account opens. So
strangers cannot fill the table, another person on the same browser sees no draft, and other sites cannot store one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Flask, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ledger.store.accounts import DraftRow
from ledger.store.engine import write_transaction
from ledger.store.upsert import insert_for
from ledger.web.context import now, session, settings, signed_in, viewer

COOKIE = "ledger_whose"
LIFETIME = timedelta(days=30)
SAVE_BUTTON = "keep_draft"  # the button that saves a draft; with "quietly", the page saves it while somebody types
SHOWN = 160  # characters of a draft's text in the list
LARGEST = 8_000_000  # characters: enough for several fields of a megabyte each
SECRET = frozenset({"password", "password_confirm", "new_password", "new_password_confirm"})
NOT_STORED = SECRET | {"csrf_token", SAVE_BUTTON}


def save_draft() -> bool:
    """Store the fields of this request as a draft; returns whether it was stored.

    An empty or too large form, one with a password, and one sent by another site are not.
    """
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site") or "\x00" in request.path:
        return False
    if SECRET & set(request.form):
        return False
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_STORED]
    text = json.dumps(fields, ensure_ascii=False)  # JSON still escapes control characters
    if not any(value for _, value in fields) or len(text) > LARGEST:
        return False
    person = viewer()
    account = person.account if person else _browser_account()
    if account is None:
        return False
    statement = insert_for(session(), DraftRow).values(
        key=_key(account, request.path), account_id=account, path=request.path, fields=text, kept_at=now()
    )
    with write_transaction(session()):
        session().execute(
            statement.on_conflict_do_update(
                index_elements=["key"],
                set_={"fields": statement.excluded.fields, "kept_at": statement.excluded.kept_at},
            )
        )
    return True


def file_sent() -> bool:
    """Whether a file came with this form; files are not stored in drafts."""
    return any(file.filename for file in request.files.values())


def draft_notice() -> str:
    """The message for somebody whose form was saved as a draft."""
    return "what you typed is kept; the file is not, so choose it again." if file_sent() else "what you typed is kept."


def find_draft() -> MultiDict[str, str] | None:
    """The fields of the draft for this address and the person signed in, or None. It stays until the form is saved."""
    person = viewer()
    if person is None:
        return None
    key = _key(person.account, request.path)
    text = session().scalar(select(DraftRow.fields).where(DraftRow.key == key, DraftRow.kept_at > now() - LIFETIME))
    return MultiDict(json.loads(text)) if text else None


def delete_draft() -> None:
    """Delete the draft for this address, because its form was saved."""
    person = viewer()
    if person is not None:
        with write_transaction(session()):
            session().execute(delete(DraftRow).where(DraftRow.key == _key(person.account, request.path)))


@dataclass(frozen=True)
class Draft:
    """A draft in the list: the address of its form, its longest text shortened, and when it was saved (UTC)."""

    key: str
    path: str
    words: str
    kept_at: datetime


def list_drafts() -> list[Draft]:
    """The drafts of the person signed in, newest first."""
    rows = session().execute(
        select(DraftRow.key, DraftRow.path, DraftRow.fields, DraftRow.kept_at)
        .where(DraftRow.account_id == signed_in().account, DraftRow.kept_at > now() - LIFETIME)
        .order_by(DraftRow.kept_at.desc(), DraftRow.key)
    )
    return [Draft(key, path, _excerpt(fields), kept_at) for key, path, fields, kept_at in rows]


def discard_draft(key: str) -> bool:
    """Delete a draft of the person signed in; returns whether there was one."""
    with write_transaction(session()):
        done: Any = session().execute(
            delete(DraftRow).where(DraftRow.key == key, DraftRow.account_id == signed_in().account)
        )
    return bool(done.rowcount)


def _excerpt(fields: str) -> str:
    texts = [str(value) for _, value in json.loads(fields)]
    longest = " ".join(max(texts, key=len, default="").split())
    return longest if len(longest) <= SHOWN else longest[:SHOWN] + "…"


def _key(account: int, path: str) -> str:
    return sha256(f"{account}\n{path}".encode()).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="whose browser")


def _browser_account() -> int | None:
    """The account that last opened a form in this browser, from the cookie set then."""
    try:
        account = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return account if isinstance(account, int) else None


def _remember_account(response: Response) -> Response:
    """Set the cookie that names the account, with each page for people who are signed in."""
    if request.method != "GET" or request.blueprint not in ("desk", "account") or response.status_code != 200:
        return response
    person = viewer()
    if person is not None and _browser_account() != person.account:
        response.set_cookie(
            COOKIE,
            str(_signer().dumps(person.account)),
            max_age=LIFETIME,
            httponly=True,
            samesite="Lax",
            secure=settings().secure,
        )
    return response


def install(app: Flask) -> None:
    """Set the cookie that names the account with every page of the desk and of the account."""
    app.after_request(_remember_account)
