"""The statements by which rows are added, built once: building one costs about as much as running it."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Insert, Table, insert


@cache
def insert_into(table: Table) -> Insert:
    """`insert(table)`."""
    return insert(table)
