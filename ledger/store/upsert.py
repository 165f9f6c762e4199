"""INSERT … ON CONFLICT, which SQLAlchemy spells per database."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_for(session: Session, table: Any) -> Any:
    """The database's own `insert(table)`, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_in(session.get_bind().dialect.name, table)


def insert_in(dialect: str, table: Any) -> Any:
    """The same by the database's name, for statements that are kept."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
