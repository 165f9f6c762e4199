"""Access control: each view declares who may reach it. A view that declares nothing is closed to everyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.store.accounts import Role
from ledger.web.context import viewer
from ledger.web.drafts import draft_notice, save_draft

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"


def public(view: View) -> View:
    """Mark a view as open to anyone."""
    view.access = PUBLIC  # type: ignore[attr-defined] # functions carry attributes
    return view


def needs(role: Role) -> Callable[[View], View]:
    """Mark a view as open to people signed in with this role or one that covers it."""

    def mark(view: View) -> View:
        view.access = role  # type: ignore[attr-defined] # functions carry attributes
        return view

    return mark


def declared(app: Flask, endpoint: str) -> Role | str | None:
    """Who may reach a route: PUBLIC, the role that is needed, or None for a route that is closed to everyone."""
    return getattr(app.view_functions[endpoint], "access", None) or _library_access(app).get(endpoint)


def declare(app: Flask, access: Mapping[str, Role | str]) -> None:
    """Declare who may reach the views of a library, by their endpoints."""
    _library_access(app).update(access)


def _library_access(app: Flask) -> dict[str, Role | str]:
    return cast("dict[str, Role | str]", app.extensions.setdefault("ledger.access", {}))


def guard() -> Response | None:
    """Check access before every request. A form sent after its sign-in expired is saved as a draft."""
    if request.endpoint is None or request.endpoint not in current_app.view_functions:
        return None  # no such page: the 404 answers
    access = declared(current_app, request.endpoint)
    if access == PUBLIC:
        return None
    person = viewer()
    if person is None:
        path = request.full_path.rstrip("?")
        if request.method == "POST":
            saved = save_draft()
            path = request.path
            flash("You were signed out. Sign in again" + (f": {draft_notice()}" if saved else "."), "notice")
        return redirect(url_for("security.login", next=path), 303)
    if access is None or not person.role.covers(Role(access)):
        abort(403)
    return None
