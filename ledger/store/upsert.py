"""INSERT … ON CONFLICT, for which SQLAlchemy has one function for each database."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_for(session: Session, table: Any) -> Any:
    """The database's `insert(table)`, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_in(session.get_bind().dialect.name, table)


def insert_in(dialect: str, table: Any) -> Any:
    """The same by the name of the dialect, for cached statements."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
