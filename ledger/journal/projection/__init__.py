"""Projection: what an entry does to the tables. Nothing else writes them, so replaying the journal rebuilds them."""

from ledger.journal.projection.handlers import Posted, project

__all__ = ["Posted", "project"]
