"""Registering the pages of the desk on the app."""

from __future__ import annotations

from flask import Flask

# Imported so that their views register on the blueprint.
from ledger.web.desk import (  # noqa: F401 # as said above
    amend,
    bulk,
    claimants,
    documents,
    drafts,
    due,
    end_claim,
    evidence,
    import_file,
    imports,
    operations,
    policies,
    quick_entry,
    record_claim,
    register,
    reviews,
    saved_filters,
    similar,
)
from ledger.web.desk.blueprint import desk_pages


def install(app: Flask) -> None:
    """Register the desk."""
    app.register_blueprint(desk_pages)
