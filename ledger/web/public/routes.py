"""Registering the public pages on the app."""

from __future__ import annotations

from flask import Flask

# Imported so that their views register on the blueprint.
from ledger.web.public import charts, claims, coverage, downloads, reference_pages, scorecards  # noqa: F401 # as said above
from ledger.web.public.blueprint import public_pages


def install(app: Flask) -> None:
    """Register the public pages."""
    app.register_blueprint(public_pages)
