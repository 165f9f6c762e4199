"""A database with an unknown revision: every command that opens it says so, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool
from support.databases import Bed

from ledger.cli.main import main
from ledger.paths import data_dir
from ledger.store.engine import open_engine
from ledger.store.migrations import UnknownRevision, pending, upgrade

GONE = "20261123_2300"
SENTENCE = (
    f"This database was made by another version of the ledger (its revision {GONE} is unknown here): use that "
    "version, or set LEDGER_HOME or LEDGER_DATABASE_URL to a new database and run `ledger init`."
)
# The arguments of every command that opens the database. `FILE` is a file to import.
OPENING = {
    "init": [],
    "db upgrade": [],
    "db check": [],
    "doctor": [],
    "serve": [],
    "scheduler": [],
    "jobs run": ["tidy"],
    "rebuild": [],
    "seed": [],
    "users add": ["ada@example.org", "--name", "Ada"],
    "users list": [],
    "claims import": ["FILE", "--source", "Wire"],
    "claims undo": ["1"],
    "claims export": [],
}
OPENS_NONE = {"jobs list", "mailbox", "score"}
OF_ITS_OWN = {"demo"}  # its folder holds the database


@pytest.fixture
def old(backend: str, beds: Callable[[str], Bed]) -> Iterator[str]:
    """The URL of a database at a revision that does not exist."""
    bed = beds(backend)
    url = bed.create()
    engine = open_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :gone"), {"gone": GONE})
    engine.dispose()
    yield url
    bed.drop(url)


def environ(url: str, home: Path) -> dict[str, str | None]:
    return {
        "LEDGER_DATABASE_URL": url,
        "LEDGER_HOME": str(home),
        "LEDGER_SECRET_KEY": "k" * 48,
        "LEDGER_PASSWORD_SALT": "s" * 48,
        "LEDGER_BASE_URL": "https://ledger.example.org",
        "LEDGER_MAIL_FROM": "ledger@example.org",
        "LEDGER_CONTACT": "editor@example.org",
        "LEDGER_SMTP_HOST": "localhost",
    }


def leaves(command: click.Command, name: str = "") -> Iterator[str]:
    """The full name of every command, without groups."""
    if not isinstance(command, click.Group):
        yield name
        return
    context = click.Context(command)
    for child in command.list_commands(context):
        found = command.get_command(context, child)
        assert found is not None
        yield from leaves(found, f"{name} {child}".strip())


def test_every_command_is_tested() -> None:
    assert set(leaves(main)) == set(OPENING) | OPENS_NONE | OF_ITS_OWN


def test_an_unknown_revision_differs_from_a_pending_one(old: str) -> None:
    engine = open_engine(old, poolclass=NullPool)
    with pytest.raises(UnknownRevision, match=GONE):
        pending(data_dir("migrations"), engine)
    with pytest.raises(UnknownRevision, match=GONE):
        upgrade(data_dir("migrations"), old)
    engine.dispose()


@pytest.mark.parametrize("command", OPENING)
def test_each_command_ends_with_a_sentence(command: str, old: str, tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text("statement\nIt rains.\n")
    arguments = [str(file) if one == "FILE" else one for one in OPENING[command]]
    result = CliRunner(env=environ(old, tmp_path)).invoke(main, [*command.split(), *arguments])
    assert isinstance(result.exception, SystemExit), result.exception
    if command == "doctor":  # it reports everything that it finds
        assert (result.exit_code, result.output) == (1, f"✓ The settings can be read.\n✗ {SENTENCE}\n")
    else:
        assert (result.exit_code, result.output) == (2, f"{SENTENCE}\n")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_demonstration_says_which_folder_to_delete(old: str, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    home.mkdir()
    Path(str(make_url(old).database)).rename(home / "ledger.db")
    result = CliRunner(env={"LEDGER_HOME": str(home)}).invoke(main, ["demo", "--port", "18431"])
    assert isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code, result.output) == (
        2,
        "Preparing the database …\n"
        f"The demonstration in {home} was made by another version of the ledger: delete that folder, or set "
        "LEDGER_HOME to another, and start again.\n",
    )
