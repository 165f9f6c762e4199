"""The blueprint that desk pages register on."""

from __future__ import annotations

from flask import Blueprint

desk_pages = Blueprint("desk", "ledger", url_prefix="/desk")
