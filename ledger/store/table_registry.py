"""The registry of tables: importing this module completes the metadata."""

from __future__ import annotations

from sqlalchemy import Table

from ledger.store import (
    accounts,
    chart_drawings,
    claims,
    document_readings,
    entries,
    imports,
    outbox,
    people,
    policies,
    reviews,
    search_index,
    tallies,
)
from ledger.store.base import Base, Projected

# The modules that declare tables. One that is missing here is missing from migrations, rebuilds and comparisons.
MODULES = (
    accounts,
    claims,
    document_readings,
    chart_drawings,
    entries,
    imports,
    outbox,
    people,
    policies,
    reviews,
    search_index,
    tallies,
)


METADATA = Base.metadata


def projected_tables() -> list[Table]:
    """The projected tables, in an order that foreign keys allow for inserts."""
    projected = {m.class_.table() for m in Base.registry.mappers if issubclass(m.class_, Projected)}
    return [table for table in METADATA.sorted_tables if table in projected]
