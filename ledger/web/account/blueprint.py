"""The blueprint that account pages register on."""

from __future__ import annotations

from flask import Blueprint

account_pages = Blueprint("account", "ledger")
