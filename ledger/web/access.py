"""Who may reach a view. A view that declares nothing is closed to everyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.store.accounts import Role
from ledger.web.context import viewer
from ledger.web.drafts import keep_form, kept_words

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"


def public(view: View) -> View:
    """Anyone may see this."""
    view.access = PUBLIC  # type: ignore[attr-defined] # functions carry attributes
    return view


def needs(role: Role) -> Callable[[View], View]:
    """Only somebody signed in with this role, or one that covers it."""

    def mark(view: View) -> View:
        view.access = role  # type: ignore[attr-defined] # functions carry attributes
        return view

    return mark


def declared(app: Flask, endpoint: str) -> Role | str | None:
    """Who may reach a route: PUBLIC, the role that is needed, or None where nothing is declared and it is closed."""
    return getattr(app.view_functions[endpoint], "access", None) or _of_libraries(app).get(endpoint)


def declare(app: Flask, access: Mapping[str, Role | str]) -> None:
    """Say who may reach the views of a library, by their endpoints."""
    _of_libraries(app).update(access)


def _of_libraries(app: Flask) -> dict[str, Role | str]:
    return cast("dict[str, Role | str]", app.extensions.setdefault("ledger.access", {}))


def guard() -> Response | None:
    """Before every request: let through those whom the view declares, and lose nothing that was typed."""
    if request.endpoint is None or request.endpoint not in current_app.view_functions:
        return None  # no such page: the 404 answers
    access = declared(current_app, request.endpoint)
    if access == PUBLIC:
        return None
    person = viewer()
    if person is None:
        path = request.full_path.rstrip("?")
        if request.method == "POST":
            kept = keep_form()
            path = request.path
            flash("You were signed out. Sign in again" + (f": {kept_words()}" if kept else "."), "notice")
        return redirect(url_for("security.login", next=path), 303)
    if access is None or not person.role.covers(Role(access)):
        abort(403)
    return None
