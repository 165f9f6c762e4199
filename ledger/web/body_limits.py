"""Request body limits: a view that accepts more than the usual 16 MB declares its own limit.

The limit is raised after the guard, so only people who may use the view can send that much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def accepts_body(most: int) -> Callable[[View], View]:
    """Let a view accept a request body of up to `most` bytes."""

    def mark(view: View) -> View:
        view.largest_body = most  # type: ignore[attr-defined] # functions carry attributes
        return view

    return mark


def _raise_limit() -> None:
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "largest_body", None)
    if most is not None:
        request.max_content_length = most


def install(app: Flask) -> None:
    """Raise the limits before anything reads a form. Call this after the guard is installed."""
    app.before_request(_raise_limit)
