"""Numbers of records, in addresses and typed: one too large for the database belongs to no record."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_NUMBER = 2**31 - 1
_DIGITS = len(str(LARGEST_NUMBER))


class RecordNumber(IntegerConverter):
    """Converts `<int:…>` in every rule. A number past the largest does not match, so the page is not found."""

    regex = rf"[0-9]{{1,{_DIGITS}}}"

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_NUMBER, **options})


def read_number(text: str) -> int | None:
    """A record number from text, or None where the text is not one."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS) or int(text) > LARGEST_NUMBER:
        return None
    return int(text)


def install(app: Flask) -> None:
    """Use RecordNumber for every `<int:…>`. Call this before any route is added."""
    app.url_map.converters["int"] = RecordNumber
