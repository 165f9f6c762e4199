"""Values as JSON has them: what pages, downloads and bundles write is one and the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from math import inf

from ledger.domain.dates import PartialDate

PAGE_ONLY = {"page_only": True}  # metadata of a field that is for a page's HTML, and not in its JSON


def plain(value: object) -> object:
    """A value as JSON has it: dates in ISO 8601, instants in UTC with Z, enums by value, bytes as hex.

    JSON has no infinity: it is the text "Infinity", as `ledger score --json` writes it.
    """
    if is_dataclass(value) and not isinstance(value, type | PartialDate):
        return {
            item.name: plain(getattr(value, item.name)) for item in fields(value) if not item.metadata.get("page_only")
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return "Infinity" if value == inf else value
