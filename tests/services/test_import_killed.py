"""An import ended by SIGKILL: the database is intact, and repeating the import adds the rest, each row once."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import introduce_cast
from support.samples.csv_files import good_rows, written

from ledger.journal.replay import differences
from ledger.services.imports.claim_file import open_table
from ledger.services.imports.lookup import Options
from ledger.services.imports.run import import_file
from ledger.store.claims import Claim
from ledger.store.imports import ImportRow, ImportRun, ImportState

ROWS, KILLS = 240, 3  # only one or two batches of 20 are posted before each kill
IMPORTING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy.pool import NullPool
from ledger.services.imports import run
from ledger.services.imports.claim_file import open_table
from ledger.services.imports.lookup import Options
from ledger.store.engine import open_engine, session_maker

run.BATCH = 20
url, file, by = sys.argv[1:]
with session_maker(open_engine(url, poolclass=NullPool))() as session, Path(file).open("rb") as stream:
    run.import_file(
        session, now=datetime(2026, 11, 22, 12, tzinfo=UTC), table=open_table(stream, "a.csv", {}),
        options=Options("killed", by), progress=lambda row: print(row, flush=True),
    )
"""


def test_a_killed_import_is_intact_and_resumes(
    sessions: sessionmaker[Session], database_url: str, checkout: Path, now: datetime, tmp_path: Path
) -> None:
    chance = random.Random(database_url)
    content, file = written(good_rows(ROWS)), tmp_path / "a.csv"
    file.write_bytes(content)
    with sessions() as session:
        by = introduce_cast(session, now).ada.actor
        before = session.scalar(select(func.count()).select_from(Claim)) or 0
    promised = 0
    for _ in range(KILLS):
        command = [sys.executable, "-c", IMPORTING, database_url, str(file), by]
        with subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = process.stdout.readline()  # it is posting
            time.sleep(chance.uniform(0, 0.05))
            os.kill(process.pid, signal.SIGKILL)
            rows = [int(line) for line in (first + process.stdout.read()).split()]
        assert process.returncode == -signal.SIGKILL
        promised = max([promised, *rows])
        with sessions() as session:
            run = session.scalars(select(ImportRun)).one()
            assert run.state is ImportState.RUNNING
            assert promised <= run.rows_done < ROWS
            assert session.scalar(select(func.count()).select_from(ImportRow)) == run.rows_done - 1
            assert list(differences(session)) == []
    with sessions() as session:
        options = Options("killed", by)
        import_file(session, now=now, table=open_table(io.BytesIO(content), "a.csv", {}), options=options)
        assert session.scalars(select(ImportRun.state)).all() == [ImportState.DONE]
        assert session.scalar(select(func.count()).select_from(Claim)) == before + ROWS
        assert list(differences(session)) == []
