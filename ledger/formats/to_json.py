"""Converting values to JSON, the same way for pages, downloads and bundles."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from math import inf

from ledger.domain.dates import PartialDate

PAGE_ONLY = {"page_only": True}  # metadata of a field that is used in HTML only, and left out of JSON


def plain(value: object) -> object:
    """A value as plain JSON: dates in ISO 8601, instants in UTC with Z, enums by value, bytes as hex.

    JSON has no infinity, so it is written as the text "Infinity", as by `ledger score --json`.
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
