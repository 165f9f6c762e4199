"""Running migrations, and finding out which ones a database still needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.pool import NullPool

from ledger.store.engine import open_engine
from ledger.store.search_index import made_by_migration
from ledger.store.tallies import BY_CLUSTER, CHOICES_AND_QUANTITIES


def alembic_config(migrations: Path, url: str) -> Config:
    """Alembic's configuration, built in code. `%` is doubled for its parser, because `url` may contain a password."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


class UnknownRevision(Exception):
    """The database has a revision that this version of the ledger does not know, so another version made it."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"This database was made by another version of the ledger (its revision {revision} is unknown here): "
            "use that version, or set LEDGER_HOME or LEDGER_DATABASE_URL to a new database and run `ledger init`."
        )


def upgrade(migrations: Path, url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`. Raises UnknownRevision."""
    engine = open_engine(url, poolclass=NullPool)
    pending(migrations, engine)
    engine.dispose()
    command.upgrade(alembic_config(migrations, url), revision)


def pending(migrations: Path, engine: Engine) -> list[str]:
    """The revisions that this database has not run, oldest first; all of them for an empty one.

    Raises UnknownRevision.
    """
    script = ScriptDirectory.from_config(alembic_config(migrations, ""))
    history = [step.revision for step in reversed(list(script.walk_revisions()))]
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return history
    if current not in history:
        raise UnknownRevision(current)
    return history[history.index(current) + 1 :]


def in_models(item: Any, name: str | None, kind: str, reflected: bool, counterpart: Any) -> bool:
    """For Alembic's `include_object`: False for tables, columns and indexes that migrations make without a model."""
    table = getattr(item, "table", None)
    table_name = table.name if table is not None else None
    by_hand = name in (BY_CLUSTER, CHOICES_AND_QUANTITIES) or made_by_migration(name, kind, table_name)
    return not (reflected and counterpart is None and by_hand)
