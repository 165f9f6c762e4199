"""The public pages' blueprint, assembled."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from ledger.web.public.blueprint import public_pages


def install(app: Flask) -> None:
    """Register the public pages."""
    for module in ("scorecards", "claims", "corpus", "texts", "charts", "downloads"):
        import_module(f"ledger.web.public.{module}")
    app.register_blueprint(public_pages)
