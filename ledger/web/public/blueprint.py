"""The blueprint that public pages register on."""

from __future__ import annotations

from flask import Blueprint

public_pages = Blueprint("public", "ledger")
