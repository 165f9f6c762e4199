"""Alembic's environment: connects it to the models and the database."""

from __future__ import annotations

from alembic import context
from sqlalchemy.pool import NullPool

from ledger.store.base import JSONTuple, PartialDateType, UTCDateTime
from ledger.store.engine import open_engine
from ledger.store.migrations import in_models
from ledger.store.table_registry import METADATA


def render_item(kind, value, autogen_context):
    """Write our column types as the plain types that are stored, because a migration must not import today's code."""
    if kind == "type" and isinstance(value, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, PartialDateType):
        return "sa.String(length=10)"
    if kind == "type" and isinstance(value, JSONTuple):
        return "sa.Text()"
    return False


def run() -> None:
    """Run the migrations on the database of the configured URL, each in a transaction of its own."""
    config = context.config
    engine = open_engine(config.get_main_option("sqlalchemy.url"), poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            include_object=in_models,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("the ledger migrates a live database: offline SQL is not supported")
run()
