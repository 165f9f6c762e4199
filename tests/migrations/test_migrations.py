"""Migrations: the head is the models, every step goes down and up again with rows in place, names read as history."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from support.databases import Bed

from ledger.cli.main import main
from ledger.domain.confidence import NumberSource
from ledger.domain.forecasts import Modality
from ledger.domain.scoring.tally import Cell
from ledger.journal.merkle import EMPTY_ROOT, Frontier, leaf_hash
from ledger.journal.post import NeedsRebuild, writing
from ledger.journal.projection.tallies import sum_rows
from ledger.journal.replay import differences, unprojected
from ledger.paths import data_dir
from ledger.store.base import Base, import_all
from ledger.store.engine import open_engine
from ledger.store.migrations import alembic_config, of_the_models, pending, upgrade
from ledger.store.search_index import kept_by_hand
from ledger.store.tallies import BY_CLUSTER, OF_ANSWERS

MIGRATIONS = data_dir("migrations")
REVISIONS: list[Script] = list(
    reversed(list(ScriptDirectory.from_config(alembic_config(MIGRATIONS, "")).walk_revisions()))
)
FIRST, HEAD = REVISIONS[0].revision, REVISIONS[-1].revision

# Rows for the tables as the revision named left them, by raw SQL: models change, and these must not.
ROWS: dict[str, tuple[str, ...]] = {
    "20261122_1330": (
        "INSERT INTO actor (id, name) VALUES ('a1', 'Ada Ödegård')",
        "INSERT INTO account (id, email, password, active, role, actor_id, fs_uniquifier, confirmed_at, time_zone,"
        " wants_reminders, created_at) VALUES (1, 'ada@example.org', NULL, true, 'reviewer', 'a1', 'u1', NULL,"
        " 'Europe/London', true, '2026-11-22 12:00:00.000001')",
        "INSERT INTO claimant (id, name, fingerprint, kind, about, url) VALUES (4, 'Paula', 'f4', 'person', '', '')",
        "INSERT INTO document (id, title, outlet, outlet_slug, url, published_on, published_basis, fingerprint)"
        " VALUES (5, 'Title', 'Outlet', 'outlet', '', '2016-10', '', 'f5')",
        "INSERT INTO claim (id, statement, criteria, horizon, horizon_basis, horizon_note, condition, fingerprint,"
        " recorded_by, recorded_at, state, outcome, due_on, changed) VALUES (6, 'سيعود', 'c', '2017', 'stated', '', '',"
        " 'f6', 'a1', '2026-11-22 12:00:00.000001', 'open', NULL, '2018-01-01', 6)",
        "INSERT INTO review (id, claim_id, due_on, reason, policy, state, snoozed, fell_due_at)"
        " VALUES (8, 6, '2018-01-01', 'its horizon', '1', 'waiting', NULL, NULL)",
        "INSERT INTO verdict (id, claim_id, review_id, outcome, basis, rationale, decided_by, adopted_at,"
        " superseded_by) VALUES (9, 6, 8, 'true', 'consensus', '', NULL, '2026-11-22 12:00:00.000001', NULL)",
        "INSERT INTO reminder (id, account_id, review_id, kind, due_on, period, message_id)"
        " VALUES (1, 1, 8, 'due', '2018-01-01', '2018-01-01', NULL)",
    ),
    "20261122_1700": (
        "INSERT INTO actor (id, name) VALUES ('a1', 'Ada Ödegård')",
        "INSERT INTO account (id, email, password, active, role, actor_id, fs_uniquifier, confirmed_at, time_zone,"
        " wants_reminders, created_at) VALUES (1, 'ada@example.org', NULL, true, 'reviewer', 'a1', 'u1', NULL,"
        " 'Europe/London', true, '2026-11-22 12:00:00.000001')",
        "INSERT INTO claimant (id, name, fingerprint, kind, about, url, links, merged_into)"
        " VALUES (4, 'Paula', 'f4', 'person', '', '', '[]', NULL)",
        "INSERT INTO document (id, title, outlet, outlet_slug, url, published_on, published_basis, fingerprint)"
        " VALUES (5, 'Title', 'Outlet', 'outlet', '', '2016-10', '', 'f5')",
        "INSERT INTO document_text (sha256, text) VALUES ('f6', 'سيعود')",
        "INSERT INTO claim (id, statement, criteria, horizon, horizon_basis, horizon_note, condition, condition_state,"
        " condition_reason, kind, baseline, metric, low_bound, high_bound, low_strict, high_strict, unit, ordered,"
        " options, whole_id, judged_from, checkability, checkability_reason, base_rate, base_rate_note, fingerprint,"
        " recorded_by, recorded_at, state, outcome, due_on, ended_because, became, changed) VALUES (6, 'سيعود', 'c',"
        " '2017', 'stated', '', '', 'unknown', '', 'event', '', '', NULL, NULL, false, false, '', false, '[]', NULL,"
        " 'itself', 'checkable', '', NULL, '', 'f6', 'a1', '2026-11-22 12:00:00.000001', 'open', NULL, '2018-01-01',"
        " '', '[]', 6)",
    ),
}


ROWS["20261122_1700"] = (
    *ROWS["20261122_1330"][:2],
    "INSERT INTO claimant (id, name, fingerprint, kind, about, url, links)"
    " VALUES (4, 'Paula', 'f4', 'person', '', '', '[]')",
    ROWS["20261122_1330"][3],
    "INSERT INTO claim (id, statement, criteria, horizon, horizon_basis, horizon_note, condition, condition_state,"
    " condition_reason, kind, baseline, metric, low_strict, high_strict, unit, ordered, options, judged_from,"
    " checkability, checkability_reason, base_rate_note, fingerprint, recorded_by, recorded_at, state, ended_because,"
    " became, changed) VALUES (6, 'سيعود', 'c', '2017', 'stated', '', '', 'unknown', '', 'event', '', '', false, false,"
    " '', false, '[]', 'itself', 'checkable', '', '', 'f6', 'a1', '2026-11-22 12:00:00.000001', 'open', '', '[]', 6)",
    *ROWS["20261122_1330"][5:],
)

ROWS["20261122_1830"] = (
    *ROWS["20261122_1700"],
    "INSERT INTO scope (key, kind, name, recorded, judged) VALUES ('ledger', 'ledger', 'The whole ledger', 1, 1)",
    "INSERT INTO tally (scope, standing, month, n, scored, low, mid, high)"
    " VALUES ('ledger', 'true', '', 1, 1, 250000000000, 40000000000, 0)",
    'INSERT INTO contribution (claim_id, cells) VALUES (6, \'[["ledger", "true", "", 1, 0, 0, 0, 0]]\')',
)
_SENT = (
    "INSERT INTO import_run (id, source, file_name, sha256, actor_id, state, rows_done, new, again, known, started_at,"
    " finished_at) VALUES (1, 'Wire', 'a.csv', 's1', 'a1', 'done', 3, 2, 0, 0, '2026-11-22 12:00:00.000001', NULL)",
    "INSERT INTO import_row (source, key, run_id, claim, forecast, opened) VALUES ('Wire', 'k1', 1, 6, 7, true)",
    "INSERT INTO import_file (id, sent_by, sent_at, touched_at, source, name, sha256, size, encoding, delimiter,"
    " header, first_rows, columns, register_documents, register_as, leave_out, checked_at_size, last_row, new, again,"
    " known, faulty, fates, run_id) VALUES (1, 'a1', '2026-11-22 12:00:00.000001', '2026-11-22 12:00:00.000001',"
    " 'Wire', 'a.csv', 's1', 3, 'utf-8-sig', ',', '[]', '[]', '[]', true, 'person', false, 9, 3, 1, 1, 0, 1, '[]', 1)",
    "INSERT INTO import_piece (file_id, position, content) VALUES (1, 0, '')",
    "INSERT INTO import_fault (file_id, position, \"row\", \"column\", message) VALUES (1, 0, 3, 'b', 'Write it.')",
    "INSERT INTO import_task (id, kind, file_id, run_id, asked_by, asked_at, reason, done, total, lease, lease_until,"
    " finished_at, summary, error) VALUES (1, 'undo', NULL, 1, 'a1', '2026-11-22 12:00:00.000001', 'why', 0, 2, NULL,"
    " NULL, NULL, '', NULL)",
)
ROWS["20261122_2000"] = (*ROWS["20261122_1830"], *_SENT)
ROWS["20261122_2030"] = (
    *ROWS["20261122_1700"],
    *_SENT,
    "INSERT INTO scope (key, inside, kind, name, recorded, judged)"
    " VALUES ('topic:iraq/year:2016', 'topic:iraq', 'year', '', 1, 1)",
    "INSERT INTO tally (scope, standing, month, low, mid, high, modality, reading, n)"
    " VALUES ('ledger', 'true', '', -1, -1, -1, 'could', 'ours', 1)",
    "INSERT INTO cluster_tally (scope, month, clusters, n, scores, squares, rest, products, sizes)"
    " VALUES ('ledger', '2018-01', 1, 2, 3000000000, 4611686018427387904, 999999, 7, 8)",
    "INSERT INTO part_tally (whole_id, scope, month, n, scores) VALUES (6, 'ledger', '', 1, 3000000000)",
    "INSERT INTO unit (claimant_id, cluster, claim_id, forecast_id, valid_from, valid_to, standing, month, low, mid,"
    " high, document_id, made_on, modality, reading, kind, basis, checkability)"
    " VALUES (0, 6, 6, 7, 7, 2000000000, 'true', '',"
    " 500000, 800000, 1000000, 5, '2016-10', 'likely', 'ours', 'event', 'stated', 'checkable')",
    "INSERT INTO filing (claim_id, slug, valid_from, valid_to) VALUES (6, 'عراق', 6, 2000000000)",
)
ROWS["20261122_2300"] = (
    *ROWS["20261122_2030"],
    "INSERT INTO drawing (key, request, wanted_at, wanted_on, tries, lease, not_before, failed, drawn_at, spec, band,"
    " svg, inline, png) VALUES ('k1', '{}', '2026-11-22 12:00:00.000001', '2026-11-22', 1, NULL, NULL, NULL,"
    " '2026-11-22 12:00:03.000001', '{}', NULL, '<svg/>', '<svg/>', '')",
    "INSERT INTO drawing (key, request, wanted_at, wanted_on, tries, lease, not_before, failed, drawn_at, spec, band,"
    " svg, inline, png) VALUES ('k2', '{}', '2026-11-22 12:00:00.000001', '2026-11-22', 3, 'l', '2026-11-22"
    " 12:05:00.000001', 'سيعود', NULL, NULL, NULL, NULL, NULL, NULL)",
)

ROWS["20261123_0330"] = (
    *(
        statement.replace(" became, changed)", " became, changed, policy)").replace("'[]', 6)", "'[]', 6, '2')")
        if statement.startswith("INSERT INTO claim (")
        else statement
        for statement in ROWS["20261122_2300"]
    ),
    "INSERT INTO policy (id, version, default_horizon_months, reviewers_per_claim, longest_snooze_days, yardstick,"
    " smallest_n, mostly_true, partly_true, mostly_false, rubric, reason, adopted_by, adopted_at) VALUES (3, '2', 24,"
    " 3, 180, 'PHIA', 30, 0.8, 0.333333, 0.1, 'سيعود', 'why', 'a1', '2026-11-22 12:00:00.000001')",
)

ROWS["20261123_1130"] = (
    *ROWS["20261123_0330"],
    "INSERT INTO sum_tally (scope, standing, month, n, scored, low, low_rest, mid, mid_rest, high, high_rest)"
    " VALUES ('ledger', 'true', '', 1, 1, 250000, 0, 40000, 0, 0, 0)",
)

ROWS["20261123_1815"] = tuple(
    statement.replace(" n, scored, low", " n, scored, ours, low").replace("'', 1, 1, 250000", "'', 1, 1, 1, 250000")
    for statement in ROWS["20261123_1130"]
)
ROWS["20261123_2300"] = (
    *ROWS["20261123_1815"],
    "INSERT INTO repeat (claim_id, claimant_id, valid_from, valid_to, times, latest_id, mid)"
    " VALUES (6, 4, 7, 2000000000, 2, 8, -1)",
)

# Revisions that make projected tables anew and leave them to be filled from the journal: which, of those with rows.
REBUILT = {
    "20261122_1700": {"actor", "claimant", "document", "claim", "review", "verdict"},
    "20261122_2030": {"tally", "contribution", "scope"},
    "20261123_1815": {"sum_tally"},
}
GOLDEN = Path(__file__).parents[1] / "journal" / "golden.json"
FIRST_RELEASE = 19  # the golden entries that the first release could write


def test_there_are_rows_for_every_revision_that_made_tables() -> None:
    assert FIRST in ROWS
    assert set(ROWS) <= {step.revision for step in REVISIONS}


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
    """The URL of a database of a kind at a revision, to be copied: each is made once, from the one before it."""
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
    """A database of one's own at a revision."""
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
    """Every table of the database with its rows, whatever the models say."""
    tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return {
        name: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608 # a name from the database itself
        for name in tables
    }


def drift(connection: Connection) -> list[object]:
    import_all()
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "render_as_batch": True, "include_object": of_the_models}
    )
    return list(compare_metadata(context, Base.metadata))


def test_the_head_is_what_the_models_say(database_url: str) -> None:
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        assert drift(connection) == []
        connection.execute(text("ALTER TABLE claim ADD COLUMN canary INTEGER"))
        assert len(drift(connection)) == 1  # it would have been seen
        connection.rollback()
    engine.dispose()


def test_alembic_check_is_clean(database_url: str) -> None:
    command.check(alembic_config(MIGRATIONS, database_url))


def test_a_migrated_database_has_the_journal_s_empty_head(database_url: str) -> None:
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        [row] = connection.execute(text("SELECT id, size, frontier, root FROM head"))
        assert (row.id, row.size, bytes(row.frontier), bytes(row.root)) == (1, 0, b"", EMPTY_ROOT)
        kept = {name for name in inspect(connection).get_table_names() if not kept_by_hand(name, "table")}
        assert kept == set(Base.metadata.tables) | {"alembic_version"}
    engine.dispose()


def test_constraints_are_in_the_database_and_not_in_the_models_only(database_url: str) -> None:
    """What autogenerate does not compare: the checks on enums and on the head's one row."""
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            said = {
                str(constraint.name)
                for constraint in table.constraints
                if constraint.__visit_name__ == "check_constraint"
            }
            there = {str(check["name"]) for check in inspect(connection).get_check_constraints(table.name)}
            assert said <= there, table.name
    engine.dispose()


def test_postgresql_has_indexes_and_statistics_of_its_own(database_url: str) -> None:
    """Which the models do not say, so that nothing else would notice."""
    engine = open_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        held = {index["name"]: index for index in inspect(connection).get_indexes("unit")}
        assert (BY_CLUSTER in held) == (engine.dialect.name == "postgresql")
        if BY_CLUSTER in held:
            assert held[BY_CLUSTER]["column_names"] == ["claimant_id", "cluster"]
            assert held[OF_ANSWERS]["column_names"] == ["claimant_id", "claim_id"]
            assert connection.scalars(text("SELECT stxname FROM pg_statistic_ext")).all() == ["unit_cells"]
    engine.dispose()


def test_pending_revisions_are_told(blank: tuple[Config, Engine]) -> None:
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
        command.downgrade(config, "base")
        with engine.connect() as connection:
            assert contents(connection) == {}
        command.upgrade(config, step.revision)
        insert_rows(engine, step.revision)
        return
    command.downgrade(config, str(step.down_revision))
    insert_rows(engine, rows_at(str(step.down_revision)))
    with engine.connect() as connection:
        before = contents(connection)
    command.upgrade(config, step.revision)
    with engine.connect() as connection:
        after = contents(connection)
        emptied = REBUILT.get(step.revision, set())
        assert all(before[name] for name in emptied)
        for name in before.keys() & after.keys():
            assert len(after[name]) >= (0 if name in emptied else len(before[name])), name
    command.downgrade(config, str(step.down_revision))
    with engine.connect() as connection:
        assert contents(connection) == {name: [] if name in emptied else rows for name, rows in before.items()}
    command.upgrade(config, step.revision)
    with engine.connect() as connection:
        assert contents(connection) == after


def test_a_record_of_the_first_release_lives_through_every_later_revision(
    blank: tuple[Config, Engine], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The journal as the first release wrote it, upgraded by the command: its tables are filled from it again."""
    config, engine = blank
    command.upgrade(config, FIRST)
    entries = [entry for entry in json.loads(GOLDEN.read_text())["entries"] if entry["number"] <= FIRST_RELEASE]
    write_journal(engine, entries)
    with engine.begin() as connection:
        connection.execute(text(ROWS[FIRST][1]))  # an account, which no journal holds
    upgrade(MIGRATIONS, str(config.get_main_option("sqlalchemy.url")))
    with Session(engine) as session:
        assert unprojected(session) == len(entries)  # told before it is done: nothing may be written
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
        assert session.scalar(text("SELECT statement FROM claim")) == "سيعود المقاتلون 🔥"
        assert session.scalar(text("SELECT email FROM account")) == "ada@example.org"
        assert list(differences(session)) == []


def write_journal(engine: Engine, entries: list[dict[str, Any]]) -> None:
    """A journal of these golden entries, by raw SQL, as the first release left it."""
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


def test_claims_from_before_there_were_policies_are_held_to_the_founding_one(at: At) -> None:
    """Even before their tables are filled again; and the table keeps its checks on words, which a copy would lose."""
    config, engine = at("20261122_2300")
    insert_rows(engine, "20261122_2300")
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT policy FROM claim")).all() == ["1"]
        [column] = [one for one in inspect(connection).get_columns("claim") if one["name"] == "policy"]
        assert not column["nullable"]
        checks = {str(check["name"]) for check in inspect(connection).get_check_constraints("claim")}
        assert "ck_claim_claimstate" in checks


def test_sums_are_made_of_the_cells_that_were_kept(at: At) -> None:
    """As projection makes them, of scopes inside others too, whose cells then go."""
    config, engine = at("20261123_1115")
    cells = {
        (scope, Cell(standing, month, *ends, Modality.LIKELY, reading)): n
        for n, (scope, standing, month, ends, reading) in enumerate(
            product(
                ("ledger", "topic:iraq/year:2016"),
                ("true", "false", "partly_true", "open"),
                ("", "2018-01"),
                ((-1, -1, -1), (0, 500_000, 1_000_000), (333_333, 777_777, 999_999)),
                NumberSource,
            ),
            start=1,
        )
    }
    columns = ("scope", *Cell._fields, "n")
    with engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO tally ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})"),  # noqa: S608 # names of ours
            [{"scope": scope, **cell._asdict(), "n": n} for (scope, cell), n in cells.items()],
        )
    command.upgrade(config, "20261123_1130")
    with engine.connect() as connection:
        kept = [{**row, "ours": None} for row in connection.execute(text("SELECT * FROM sum_tally")).mappings()]
        assert set(connection.scalars(text("SELECT scope FROM tally"))) == {"ledger"}
    assert sorted(map(of_row, kept)) == sorted(of_row({**row, "ours": None}) for row in sum_rows(cells))


def of_row(row: dict[str, Any]) -> str:
    """A row told apart from others, in whatever order its columns stand."""
    return repr(sorted(row.items()))


@pytest.mark.parametrize("revision", ROWS)
def test_the_rows_fit_the_tables_of_their_revision(revision: str, at: At) -> None:
    config, engine = at(revision)
    insert_rows(engine, revision)
    command.upgrade(config, "head")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM claimant")).scalars().all() in (["Paula"], [])


def rows_at(revision: str) -> str:
    """The newest revision with rows of its own that is not newer than this one."""
    return max(known for known in ROWS if known <= revision)


def insert_rows(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        for statement in ROWS[revision]:
            connection.execute(text(statement))


def test_names_read_as_history() -> None:
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
