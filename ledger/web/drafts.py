"""Drafts: what somebody typed into a form, kept so that it can fill the form again.

People keep drafts on purpose. A form is also kept when it could not be saved because a sign-in or the form's token had
expired meanwhile. Each draft belongs to an account and to the address of its form. Where nobody is signed in any more,
a signed cookie says whose browser it is; everybody gets it with the first form they open. So strangers cannot fill the
table, a different person on the same browser sees nothing, and requests made by other sites are not kept.
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
KEPT_FOR = timedelta(days=30)
KEEP = "keep_draft"  # the button that keeps a form; "quietly" is the page itself, while somebody types
SHOWN = 160  # characters of a draft's text in the list
LARGEST = 8_000_000  # characters: several fields of a megabyte each
SECRET = frozenset({"password", "password_confirm", "new_password", "new_password_confirm"})
NEVER_KEPT = SECRET | {"csrf_token", KEEP}


def keep_form() -> bool:
    """Keep the fields of this request; returns whether there was anything to keep."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site") or "\x00" in request.path:
        return False
    if SECRET & set(request.form):
        return False
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    text = json.dumps(fields, ensure_ascii=False)  # control characters are escaped all the same
    if not any(value for _, value in fields) or len(text) > LARGEST:
        return False
    person = viewer()
    account = person.account if person else _whose_browser()
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
    """Whether a file came with this form: files are not kept."""
    return any(file.filename for file in request.files.values())


def kept_words() -> str:
    """What to tell somebody whose form was kept."""
    return "what you typed is kept; the file is not, so choose it again." if file_sent() else "what you typed is kept."


def kept_form() -> MultiDict[str, str] | None:
    """What was kept for this address and whoever is signed in, or None. It stays until the form is taken."""
    person = viewer()
    if person is None:
        return None
    key = _key(person.account, request.path)
    text = session().scalar(select(DraftRow.fields).where(DraftRow.key == key, DraftRow.kept_at > now() - KEPT_FOR))
    return MultiDict(json.loads(text)) if text else None


def forget_form() -> None:
    """Delete the draft for this address, because its form was saved."""
    person = viewer()
    if person is not None:
        with write_transaction(session()):
            session().execute(delete(DraftRow).where(DraftRow.key == _key(person.account, request.path)))


@dataclass(frozen=True)
class Draft:
    """A form that is kept: where it belongs, its longest text, and when it was kept (UTC)."""

    key: str
    path: str
    words: str
    kept_at: datetime


def list_drafts() -> list[Draft]:
    """What is kept for whoever is signed in, newest first."""
    rows = session().execute(
        select(DraftRow.key, DraftRow.path, DraftRow.fields, DraftRow.kept_at)
        .where(DraftRow.account_id == signed_in().account, DraftRow.kept_at > now() - KEPT_FOR)
        .order_by(DraftRow.kept_at.desc(), DraftRow.key)
    )
    return [Draft(key, path, _words(fields), kept_at) for key, path, fields, kept_at in rows]


def discard_draft(key: str) -> bool:
    """Delete a draft of the person signed in; returns whether there was one."""
    with write_transaction(session()):
        done: Any = session().execute(
            delete(DraftRow).where(DraftRow.key == key, DraftRow.account_id == signed_in().account)
        )
    return bool(done.rowcount)


def _words(fields: str) -> str:
    texts = [str(value) for _, value in json.loads(fields)]
    longest = " ".join(max(texts, key=len, default="").split())
    return longest if len(longest) <= SHOWN else longest[:SHOWN] + "…"


def _key(account: int, path: str) -> str:
    return sha256(f"{account}\n{path}".encode()).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="whose browser")


def _whose_browser() -> int | None:
    """The account that last opened a form in this browser, by the cookie it was given then."""
    try:
        account = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return account if isinstance(account, int) else None


def _remember_whose(response: Response) -> Response:
    """Set the cookie that says whose browser it is, with each page for people who are signed in."""
    if request.method != "GET" or request.blueprint not in ("desk", "account") or response.status_code != 200:
        return response
    person = viewer()
    if person is not None and _whose_browser() != person.account:
        response.set_cookie(
            COOKIE,
            str(_signer().dumps(person.account)),
            max_age=KEPT_FOR,
            httponly=True,
            samesite="Lax",
            secure=settings().secure,
        )
    return response


def install(app: Flask) -> None:
    """Have every page of the desk and the account set the cookie that says whose browser it is."""
    app.after_request(_remember_whose)
