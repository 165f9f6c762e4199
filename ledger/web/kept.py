"""Keeping what somebody typed into a form that could not be taken, and giving it back when they return.

A sign-in or a form's token can expire while somebody writes. What they sent is then kept under a secret that only
their browser holds, for the address it was sent to, and fills that form again. A request that another site made
keeps nothing.
"""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask import Flask, g, request
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ledger.store.accounts import KeptForm
from ledger.store.engine import write_transaction
from ledger.store.upsert import insert_for
from ledger.web.context import now, session, settings

COOKIE = "kept"
KEPT_FOR = timedelta(days=7)
LARGEST = 8_000_000  # characters: several fields of a megabyte each
NEVER_KEPT = frozenset({"csrf_token", "password", "password_confirm", "new_password", "new_password_confirm"})


def keep_form() -> bool:
    """Keep the fields of this request; returns whether there was anything to keep."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site") or "\x00" in request.path:
        return False
    if NEVER_KEPT & (set(request.form) - {"csrf_token"}):
        return False
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    text = json.dumps(fields, ensure_ascii=False)  # control characters are escaped all the same
    if not any(value for _, value in fields) or len(text) > LARGEST:
        return False
    secret = request.cookies.get(COOKIE) or token_urlsafe(32)
    statement = insert_for(session(), KeptForm).values(
        key=_key(secret, request.path), path=request.path, fields=text, kept_at=now()
    )
    with write_transaction(session()):
        session().execute(
            statement.on_conflict_do_update(
                index_elements=["key"],
                set_={"fields": statement.excluded.fields, "kept_at": statement.excluded.kept_at},
            )
        )
    g.kept_secret = secret
    return True


def kept_form() -> MultiDict[str, str] | None:
    """What was kept for this address, or None. It stays until the form is taken."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    text = session().scalar(
        select(KeptForm.fields).where(KeptForm.key == _key(secret, request.path), KeptForm.kept_at > now() - KEPT_FOR)
    )
    return MultiDict(json.loads(text)) if text else None


def forget_form() -> None:
    """The form at this address was taken: nothing needs keeping any more."""
    secret = request.cookies.get(COOKIE)
    if secret:
        with write_transaction(session()):
            session().execute(delete(KeptForm).where(KeptForm.key == _key(secret, request.path)))


def _key(secret: str, path: str) -> str:
    return sha256(f"{secret}\n{path}".encode()).hexdigest()


def _set_cookie(response: Response) -> Response:
    if "kept_secret" in g:
        response.set_cookie(
            COOKIE,
            g.kept_secret,
            max_age=KEPT_FOR,
            httponly=True,
            samesite="Lax",
            secure=settings().secure,
        )
    return response


def install(app: Flask) -> None:
    """Hand the browser its secret where something was kept."""
    app.after_request(_set_cookie)
