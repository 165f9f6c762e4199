"""Views that take more than a form's usual 16 MB: each says how much, and only whom the guard let in may send it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def takes(most: int) -> Callable[[View], View]:
    """A form with this many bytes at most."""

    def mark(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined] # functions carry attributes
        return view

    return mark


def _allow() -> None:
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "takes", None)
    if most is not None:
        request.max_content_length = most


def install(app: Flask) -> None:
    """After the guard, and before anything reads the form."""
    app.before_request(_allow)
