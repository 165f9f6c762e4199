"""`ledger claims`: importing a file, undoing the import, and exporting."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import NOW
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import introduce_cast
from support.samples.csv_files import good_row, good_rows, written

from ledger.cli.main import main
from ledger.journal.replay import differences
from ledger.store.claims import Claim, Forecast
from ledger.store.people import Actor


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    for name, value in {
        "LEDGER_HOME": str(tmp_path),
        "LEDGER_DATABASE_URL": database_url,
        "LEDGER_SECRET_KEY": "k" * 48,
        "LEDGER_PASSWORD_SALT": "s" * 48,
        "LEDGER_BASE_URL": "https://ledger.example.org",
        "LEDGER_MAIL_FROM": "ledger@example.org",
        "LEDGER_CONTACT": "editor@example.org",
        "LEDGER_SMTP_HOST": "localhost",
    }.items():
        monkeypatch.setenv(name, value)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["claims", *map(str, arguments)])


@pytest.mark.usefixtures("ledger")
def test_a_file_is_checked_imported_undone_and_exported(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    file, out = tmp_path / "forecasts.csv", tmp_path / "out.csv"
    rows = [{"said": row.pop("statement"), **row, "mood": "grim"} for row in good_rows(3)]
    file.write_bytes(written(rows))
    with sessions() as session:
        introduce_cast(session, NOW)
        before = session.scalar(select(func.count()).select_from(Claim)) or 0

    refused = run("import", file)
    assert refused.exit_code == 1
    assert "statement: A column “statement” is needed" in refused.output

    tried = run("import", file, "--map", "statement=said", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "Columns left out: mood." in tried.output
    assert "3 new, 0 restatements, 0 already on record, 0 with errors." in tried.output

    imported = run("import", file, "--map", "statement=said", "--source", "Wire")
    assert imported.exit_code == 0, imported.output
    assert "Import 1: 3 new" in imported.output
    assert "3 already on record" in run("import", file, "--map", "statement=said", "--source", "Wire").output
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Claim)) == before + 3
        assert session.scalar(
            select(Actor.name).join(Claim, Claim.recorded_by == Actor.id).order_by(Claim.id.desc())
        ) == ("Import from Wire")
        assert list(differences(session)) == []

    written_out = run("export", out)
    assert written_out.exit_code == 0, written_out.output
    table = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    with sessions() as session:
        assert len(table) == session.scalar(select(func.count()).select_from(Forecast))
    assert table[-1]["statement"] == "The fighters return, in case 2."
    assert "statement,criteria" in run("export").output.splitlines()[0]

    assert run("undo", "1").output == "3 claims are withdrawn.\n"
    assert "There is no import 77." in run("undo", "77").output


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_rows_with_errors_stop_an_import_and_are_reported(tmp_path: Path) -> None:
    file = tmp_path / "forecasts.csv"
    file.write_bytes(written([good_row(0), good_row(1, horizon="soon")]))
    for arguments in ((), ("--dry-run",)):
        result = run("import", file, *arguments)
        assert result.exit_code == 1
        assert "row 3, column horizon: Write the date" in result.output
    assert "1 new, 0 restatements, 0 already on record, 1 with errors" in run("import", file, "--skip-faulty").output
    assert run("import", file, "--map", "nonsense").exit_code == 2
    assert "Nobody has an account as x@example.org." in run("import", file, "--by", "x@example.org").output
