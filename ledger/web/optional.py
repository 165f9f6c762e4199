"""Marking a field as one that may stay empty, so that its label says so."""

from __future__ import annotations

from typing import Any


class _Optional:
    """Checks nothing; `field_flags` reach the template as field.flags.optional."""

    field_flags = {"optional": True}  # noqa: RUF012 - WTForms reads it as it is

    def __call__(self, form: Any, field: Any) -> None:
        """Nothing to check."""


OPTIONAL = [_Optional()]
