"""Migrations: the head equals the models, and each revision goes down and up again without losing rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Connection, Engine, Enum, inspect, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from support.databases import Bed
from support.samples.revision_rows import NOON, ROWS, insert_rows

import ledger.store
from ledger.cli.main import main
from ledger.journal.merkle import EMPTY_ROOT, Frontier, leaf_hash
from ledger.journal.post import NeedsRebuild, writing
from ledger.journal.replay import differences, unprojected
from ledger.paths import data_dir
from ledger.store.base import Base
from ledger.store.engine import open_engine
from ledger.store.migrations import alembic_config, in_models, pending, upgrade
from ledger.store.search_index import made_by_migration
from ledger.store.table_registry import METADATA, MODULES
from ledger.store.tallies import BY_CLUSTER, CHOICES_AND_QUANTITIES

MIGRATIONS = data_dir("migrations")
REVISIONS: list[Script] = list(
    reversed(list(ScriptDirectory.from_config(alembic_config(MIGRATIONS, "")).walk_revisions()))
)
FIRST, HEAD = REVISIONS[0].revision, REVISIONS[-1].revision

# Revisions that empty projected tables, to be filled from the journal again, with the names of these tables.
EMPTIED: dict[str, set[str]] = {}
GOLDEN = Path(__file__).parents[1] / "journal" / "golden.json"


def test_every_table_has_sample_rows(at: At) -> None:
    assert FIRST in ROWS
    assert set(ROWS) <= {step.revision for step in REVISIONS}
    _, engine = at(HEAD)
    with engine.begin() as connection:
        assert filled(connection) == {"head"}
        insert_rows(connection, HEAD)
        assert filled(connection) == set(METADATA.tables)


@pytest.fixture
def blank(backend: str, beds: Callable[[str], Bed]) -> Iterator[tuple[Config, Engine]]:
    """An empty database that no migration has touched."""
    bed = beds(backend)
    url = bed.blank()
    engine = open_engine(url, poolclass=NullPool)
    yield alembic_config(MIGRATIONS, url), engine
    engine.dispose()
    bed.drop(url)


@pytest.fixture(scope="module")
def ladder(beds: Callable[[str], Bed]) -> Callable[[str, str], str]:
    """The URL of a database with a backend at a revision, to be copied. Each is made once, from the one before it."""
    known: dict[tuple[str, str], str] = {}

    def at(backend: str, revision: str) -> str:
        for place, step in enumerate(REVISIONS):
            if (backend, step.revision) not in known:
                bed = beds(backend)
                url = bed.copy(known[backend, REVISIONS[place - 1].revision]) if place else bed.blank()
                command.upgrade(alembic_config(MIGRATIONS, url), step.revision)
                known[backend, step.revision] = url
            if step.revision == revision:
                break
        return known[backend, revision]

    return at


At = Callable[[str], tuple[Config, Engine]]


@pytest.fixture
def at(backend: str, beds: Callable[[str], Bed], ladder: Callable[[str, str], str]) -> Iterator[At]:
    """A new database at a revision."""
    made: list[tuple[str, Engine]] = []

    def make(revision: str) -> tuple[Config, Engine]:
        url = beds(backend).copy(ladder(backend, revision))
        made.append((url, open_engine(url, poolclass=NullPool)))
        return alembic_config(MIGRATIONS, url), made[-1][1]

    yield make
    for url, engine in made:
        engine.dispose()
        beds(backend).drop(url)


def contents(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """The rows of every table in the database, regardless of the models."""
    tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return {
        name: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608 # a name from the database itself
        for name in tables
    }


def filled(connection: Connection) -> set[str]:
    """The tables with rows, without those of the search index."""
    return {name for name, rows in contents(connection).items() if rows and not made_by_migration(name, "table")}


def drift(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "render_as_batch": True, "include_object": in_models}
    )
    return list(compare_metadata(context, METADATA))


def test_the_migrated_schema_equals_the_models(database_url: str) -> None:
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert drift(connection) == []
        connection.execute(text("ALTER TABLE claim ADD COLUMN canary INTEGER"))
        assert len(drift(connection)) == 1  # canary: a difference is found
        connection.rollback()
    engine.dispose()


def test_every_table_is_in_the_registry() -> None:
    for module in iter_modules(ledger.store.__path__, "ledger.store."):
        import_module(module.name)
    declared = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    known = {module.__name__ for module in MODULES}
    assert declared == known
    missing = {"ledger.store.document_readings"}
    assert declared - (known - missing) == missing  # canary: a missing one is found


def test_alembic_check_is_clean(database_url: str) -> None:
    command.check(alembic_config(MIGRATIONS, database_url))


def test_a_migrated_database_has_the_journal_s_empty_head(database_url: str) -> None:
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        [row] = connection.execute(text("SELECT id, size, frontier, root FROM head"))
        assert (row.id, row.size, bytes(row.frontier), bytes(row.root)) == (1, 0, b"", EMPTY_ROOT)
        tables = {name for name in inspect(connection).get_table_names() if not made_by_migration(name, "table")}
        assert tables == set(METADATA.tables) | {"alembic_version"}
    engine.dispose()


def test_constraints_are_in_the_database_and_not_in_the_models_only(database_url: str) -> None:
    """Autogenerate does not compare the check constraints of enums and of the head's single row."""
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            said = {
                str(constraint.name)
                for constraint in table.constraints
                if constraint.__visit_name__ == "check_constraint"
            }
            there = {str(check["name"]) for check in inspect(connection).get_check_constraints(table.name)}
            assert said <= there, table.name
    engine.dispose()


def differing_words(connection: Connection) -> dict[str, set[str]]:
    """By the check of each column of words, those that only the models or only the database allows."""
    found = {}
    for table in METADATA.sorted_tables:
        checks = {check["name"]: check["sqltext"] for check in inspect(connection).get_check_constraints(table.name)}
        for column in table.columns:
            if isinstance(column.type, Enum):
                name = f"ck_{table.name}_{column.type.name}"
                found[name] = set(column.type.enums) ^ set(re.findall(r"'(\w+)'", checks[name]))
    return found


def test_the_database_allows_the_words_that_the_models_have(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that is new in an enum needs a migration, which autogenerate does not notice."""
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        found = differing_words(connection)
        assert len(found) > 20 and {name: words for name, words in found.items() if words} == {}
        outcome = METADATA.tables["claim"].c.outcome.type
        monkeypatch.setattr(outcome, "enums", [*outcome.enums, "superseded"])
        assert differing_words(connection)["ck_claim_outcome"] == {"superseded"}
    engine.dispose()


def test_postgresql_has_indexes_and_statistics_of_its_own(database_url: str) -> None:
    """They are not in the models, so that no other test covers them."""
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        held = {index["name"]: index for index in inspect(connection).get_indexes("unit")}
        assert (BY_CLUSTER in held) == (engine.dialect.name == "postgresql")
        if BY_CLUSTER in held:
            assert held[BY_CLUSTER]["column_names"] == ["claimant_id", "cluster"]
            assert held[CHOICES_AND_QUANTITIES]["column_names"] == ["claimant_id", "claim_id"]
            assert connection.scalars(text("SELECT stxname FROM pg_statistic_ext")).all() == ["unit_cells"]
    engine.dispose()


def test_pending_revisions_are_listed(blank: tuple[Config, Engine]) -> None:
    config, engine = blank
    assert pending(MIGRATIONS, engine) == [step.revision for step in REVISIONS]
    upgrade(MIGRATIONS, str(config.get_main_option("sqlalchemy.url")), FIRST)
    assert pending(MIGRATIONS, engine) == [step.revision for step in REVISIONS[1:]]
    upgrade(MIGRATIONS, str(config.get_main_option("sqlalchemy.url")))
    assert pending(MIGRATIONS, engine) == []


@pytest.mark.parametrize("step", REVISIONS, ids=lambda step: step.revision)
def test_each_revision_goes_up_and_down_and_up_with_rows_in_place(step: Script, at: At) -> None:
    config, engine = at(step.revision)
    if step.down_revision is None:
        there_and_back_from_nothing(config, engine, step.revision)
    else:
        down_and_up(config, engine, step.revision, str(step.down_revision), EMPTIED.get(step.revision, set()))


def there_and_back_from_nothing(config: Config, engine: Engine, first: str) -> None:
    """Downgrading the first revision drops every table. Upgrading makes tables that accept the same rows again."""
    found = []
    for _ in range(2):
        with engine.begin() as connection:
            insert_rows(connection, first)
            found.append(contents(connection))
            assert filled(connection) == {"head", *(name for name, _ in ROWS[first])}
        command.downgrade(config, "base")
        with engine.connect() as connection:
            assert contents(connection) == {}
        command.upgrade(config, first)
    assert found[0] == found[1]


def down_and_up(config: Config, engine: Engine, revision: str, before_it: str, emptied: set[str]) -> None:
    """A later revision loses no rows: on upgrade, downgrade, and a second upgrade."""
    command.downgrade(config, before_it)
    with engine.begin() as connection:
        insert_rows(connection, before_it)
        before = contents(connection)
    command.upgrade(config, revision)
    with engine.connect() as connection:
        after = contents(connection)
    assert all(before[name] for name in emptied)
    for name in before.keys() & after.keys():
        assert len(after[name]) >= (0 if name in emptied else len(before[name])), name
    command.downgrade(config, before_it)
    with engine.connect() as connection:
        assert contents(connection) == {name: [] if name in emptied else rows for name, rows in before.items()}
    command.upgrade(config, revision)
    with engine.connect() as connection:
        assert contents(connection) == after


INVENTED = """
from alembic import op

revision = "29991231_0000"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("ALTER TABLE author ADD COLUMN role VARCHAR(20) NOT NULL DEFAULT 'writer'")
    op.execute("{up}")


def downgrade() -> None:
    op.execute("{down}")
    op.execute("ALTER TABLE author DROP COLUMN role")
"""


@pytest.mark.parametrize(
    ("up", "down", "fault"),
    [
        ("DELETE FROM filing", "DELETE FROM filing", None),  # filled from the journal again
        ("DELETE FROM filing", "DELETE FROM author", "author"),
        ("DELETE FROM draft", "DELETE FROM filing", "draft"),
        ("DELETE FROM filing", "UPDATE author SET name = 'x'", "author"),
    ],
    ids=["sound", "loses rows going down", "loses rows going up", "changes rows"],
)
def test_a_later_revision_that_loses_or_changes_rows_is_caught(
    up: str, down: str, fault: str | None, at: At, tmp_path: Path
) -> None:
    _, engine = at(HEAD)
    folder = tmp_path / "migrations"
    copytree(MIGRATIONS, folder, ignore=ignore_patterns("__pycache__"))
    (folder / "versions" / "29991231_0000_invented.py").write_text(INVENTED.format(head=HEAD, up=up, down=down))
    config = alembic_config(folder, engine.url.render_as_string(hide_password=False))
    command.upgrade(config, "29991231_0000")
    if fault is None:
        down_and_up(config, engine, "29991231_0000", HEAD, {"filing"})
    else:
        with pytest.raises(AssertionError, match=fault):
            down_and_up(config, engine, "29991231_0000", HEAD, {"filing"})


def test_a_record_of_the_first_release_survives_every_later_revision(
    blank: tuple[Config, Engine], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A journal as the first release wrote it is upgraded by the command, which fills the tables from it again."""
    config, engine = blank
    command.upgrade(config, FIRST)
    entries = json.loads(GOLDEN.read_text())["entries"]
    write_journal(engine, entries)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO account (id, email, active, role, actor_id, fs_uniquifier, time_zone, wants_reminders,"
                " created_at) VALUES (1, 'ada@example.org', true, 'reviewer', 'a1', 'u1', 'UTC', true, :at)"
            ),  # not in the journal
            {"at": NOON},
        )
    upgrade(MIGRATIONS, str(config.get_main_option("sqlalchemy.url")))
    with Session(engine) as session:
        assert unprojected(session) == len(entries)  # before the rebuild, when nothing may be written
        with pytest.raises(NeedsRebuild), writing(session, datetime(2027, 1, 1, tzinfo=UTC)):
            raise AssertionError("it let somebody write")
        session.rollback()
    monkeypatch.setenv("LEDGER_HOME", str(tmp_path))
    for name, value in {
        "LEDGER_DATABASE_URL": str(config.get_main_option("sqlalchemy.url")),
        "LEDGER_SECRET_KEY": "k" * 48,
        "LEDGER_PASSWORD_SALT": "s" * 48,
        "LEDGER_BASE_URL": "https://ledger.example.org",
        "LEDGER_MAIL_FROM": "ledger@example.org",
        "LEDGER_CONTACT": "editor@example.org",
        "LEDGER_SMTP_HOST": "localhost",
    }.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["db", "upgrade"])
    assert result.exit_code == 0, result.output
    with Session(engine) as session:
        assert unprojected(session) == 0
        assert session.scalar(text("SELECT statement FROM claim ORDER BY id LIMIT 1")) == "سيعود المقاتلون 🔥"
        assert session.scalar(text("SELECT email FROM account")) == "ada@example.org"
        assert list(differences(session)) == []


def write_journal(engine: Engine, entries: list[dict[str, Any]]) -> None:
    """Write a journal of these golden entries by raw SQL, as the first release did."""
    frontier = Frontier()
    with engine.begin() as connection:
        for entry in entries:
            leaf = entry["leaf"].encode()
            frontier.append(leaf_hash(leaf))
            row = {
                "number": entry["number"],
                "kind": entry["kind"],
                "at": entry["at"].replace("T", " ").rstrip("Z"),
                "subject": entry["subject"],
                "leaf": leaf,
                "leaf_hash": leaf_hash(leaf),
                "disclosures": "\n".join(entry["disclosures"]),
            }
            connection.execute(
                text(
                    "INSERT INTO entry (number, kind, at, subject, leaf, leaf_hash)"
                    " VALUES (:number, :kind, :at, :subject, :leaf, :leaf_hash)"
                ),
                row,
            )
            connection.execute(text("INSERT INTO disclosure VALUES (:number, :disclosures)"), row)
        connection.execute(
            text("UPDATE head SET size = :size, at = :at, frontier = :frontier, root = :root"),
            {"size": frontier.size, "at": row["at"], "frontier": frontier.packed, "root": frontier.root},
        )


@pytest.mark.parametrize("revision", ROWS)
def test_the_rows_of_a_revision_reach_the_head(revision: str, at: At) -> None:
    config, engine = at(revision)
    with engine.begin() as connection:
        insert_rows(connection, revision)
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT email FROM account")).all() == ["ada@example.org"]


def test_file_names_of_revisions_are_in_order() -> None:
    for step in REVISIONS:
        name = Path(step.path).stem
        assert re.fullmatch(r"20\d{6}_[0-2]\d[0-5]\d_[a-z0-9]+(_[a-z0-9]+)*", name), name
        assert name.startswith(step.revision), name
        assert step.doc, name
    assert [step.revision for step in REVISIONS] == sorted(step.revision for step in REVISIONS)
    assert len(ScriptDirectory.from_config(alembic_config(MIGRATIONS, "")).get_heads()) == 1


def test_migrations_do_not_import_today_s_code() -> None:
    for step in REVISIONS:
        assert not re.search(r"^\s*(from|import) ledger\b", Path(step.path).read_text(), re.MULTILINE), step.path


def test_a_percent_sign_in_a_password_survives() -> None:
    config = alembic_config(MIGRATIONS, "postgresql://u:p%40ss@host/name")
    assert config.get_main_option("sqlalchemy.url") == "postgresql://u:p%40ss@host/name"
