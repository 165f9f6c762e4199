"""Bringing a database to the newest revision, and telling whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from ledger.store.search_index import kept_by_hand
from ledger.store.tallies import BY_CLUSTER, OF_ANSWERS


def alembic_config(migrations: Path, url: str) -> Config:
    """Alembic's configuration, built in code. `url` may hold a password: `%` is doubled for its parser."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(migrations: Path, url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    command.upgrade(alembic_config(migrations, url), revision)


def pending(migrations: Path, engine: Engine) -> list[str]:
    """The revisions this database has yet to run, oldest first; all of them for an empty one."""
    script = ScriptDirectory.from_config(alembic_config(migrations, ""))
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return [
        step.revision
        for step in reversed(list(script.walk_revisions("base", "head")))
        if current is None or step.revision in {s.revision for s in script.iterate_revisions("head", current)}
    ]


def of_the_models(item: Any, name: str | None, kind: str, reflected: bool, counterpart: Any) -> bool:
    """For Alembic's `include_object`: all but what migrations make by hand: the search index, and PostgreSQL's own."""
    table = getattr(item, "table", None)
    by_hand = name in (BY_CLUSTER, OF_ANSWERS) or kept_by_hand(name, kind, table.name if table is not None else None)
    return not (reflected and counterpart is None and by_hand)
