"""The desk's blueprint, assembled."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from ledger.web.desk.blueprint import desk_pages


def install(app: Flask) -> None:
    """Register the desk."""
    modules = (
        *("due", "drafts", "registering", "recording", "amending", "ending", "evidence", "claimants", "corpus"),
        *("reviews", "operating", "filters", "similar", "quick_entry", "several", "importing", "imports"),
        "policy",
    )
    for module in modules:
        import_module(f"ledger.web.desk.{module}")
    app.register_blueprint(desk_pages)
