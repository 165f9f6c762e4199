"""The job that runs imports: errors are reported to the user, an idle run leaves no row, a killed run is continued."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select, update
from support.cast import Cast
from support.samples.csv_files import HEADER, good_rows, written

from ledger.formats.columns import guessed_columns
from ledger.jobs import import_claims as job
from ledger.jobs.context import NOTHING, Context
from ledger.jobs.import_claims import OUR_MISTAKE, import_claims, imports_wait
from ledger.jobs.scheduler import start_job
from ledger.journal.replay import differences
from ledger.services.imports import run
from ledger.services.imports.queue import LEASE
from ledger.services.imports.uploads import choose_columns, delete_upload, request_import, store_upload
from ledger.store.claims import Claim
from ledger.store.imports import ImportRun, ImportState, ImportTask
from ledger.store.outbox import JobRun

Contexts = Callable[[int | None], Context]


def ask(here: Context, cast: Cast, now: datetime, rows: int, *, to_import: bool = False) -> int:
    """Upload a file to be checked, and also imported."""
    with here.sessions() as session:
        by, stream = cast.dora.actor, io.BytesIO(written(good_rows(rows)))
        file = store_upload(session, now=now, by=by, source="Wire", name="a.csv", stream=stream)
        columns = guessed_columns(HEADER)
        choose_columns(session, now=now, by=by, file=file, columns=columns, register_documents=True, register_as=None)
        if to_import:
            import_claims(here, now)
            request_import(session, now=now, by=by, file=file, leave_out=False)
    return file


def errors(here: Context) -> list[str | None]:
    with here.sessions() as session:
        return list(session.scalars(select(ImportTask.error).order_by(ImportTask.id)))


def test_an_idle_run_leaves_no_row(context: Contexts, played: Cast, now: datetime) -> None:
    here = context(None)
    assert not imports_wait(here, now)
    assert import_claims(here, now) == NOTHING
    start_job(here, "import-claims")
    with here.sessions() as session:
        assert session.scalar(select(func.count()).select_from(JobRun)) == 0
    ask(here, played, datetime.now(UTC), 2)
    assert imports_wait(here, now)
    start_job(here, "import-claims")
    with here.sessions() as session:
        (run,) = session.scalars(select(JobRun)).all()
    assert run.summary == "Check 1: Rows: 2 new, 0 restatements, 0 already on record, 0 with errors."
    assert not imports_wait(here, now)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_bug_is_reported_to_the_user_and_raised(
    context: Contexts, played: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = context(None)
    ask(here, played, now, 2)

    def broken(*_: object, **__: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(job, "do_task", broken)
    with pytest.raises(ZeroDivisionError):
        import_claims(here, now)
    assert errors(here) == [OUR_MISTAKE]
    assert not imports_wait(here, now + 2 * LEASE)  # it is not retried for ever


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_stopping_leaves_the_rest_for_the_next_run(
    context: Contexts, played: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH", 3)
    here = context(None)
    ask(here, played, now, 8, to_import=True)
    stopping = replace(here, stopping=Event())
    real = job.queue.note_progress

    def stop(*arguments: object, **more: object) -> None:
        real(*arguments, **more)  # type: ignore[arg-type] # as it was called
        stopping.stopping.set()

    monkeypatch.setattr(job.queue, "note_progress", stop)
    assert "stopped in the middle" in import_claims(stopping, now)
    with here.sessions() as session:
        assert session.scalars(select(ImportRun.rows_done)).one() == 4
        done, total = session.execute(select(ImportTask.done, ImportTask.total).order_by(ImportTask.id.desc())).first()
        assert (done, total) == (4, 9)
    monkeypatch.setattr(job.queue, "note_progress", real)
    assert imports_wait(here, now)  # at once
    assert import_claims(here, now) == "Import 1: Rows: 5 new, 0 restatements, 0 already on record, 0 with errors."


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_discarded_meanwhile_is_skipped(
    context: Contexts, played: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = context(None)
    file = ask(here, played, now, 2)
    real = job.do_task

    def meanwhile(*arguments: object, **more: object) -> str:
        with here.sessions() as session:
            delete_upload(session, by=played.dora.actor, file=file)
        return real(*arguments, **more)  # type: ignore[arg-type] # as it was called

    monkeypatch.setattr(job, "do_task", meanwhile)
    assert "no longer wanted" in import_claims(here, now)
    assert errors(here) == []


def test_after_a_kill_an_import_is_continued(
    context: Contexts, environ: Callable[[int], dict[str, str]], played: Cast, tmp_path: Path
) -> None:
    """A real scheduler is killed while it imports; another one imports the rest, each row once."""
    here, rows = context(None), 300
    with here.sessions() as session:
        before = session.scalar(select(func.count()).select_from(Claim)) or 0
    ask(here, played, datetime.now(UTC) - timedelta(minutes=1), rows, to_import=True)
    # Small batches, so that it can be killed between two; there is no mail server.
    code = "from ledger.services.imports import run; run.BATCH = 20; from ledger.cli.main import main; main()"

    def scheduler() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", code, "scheduler"]
        with (tmp_path / "log").open("ab") as log:
            return subprocess.Popen(command, env=environ(9), stderr=log)

    def rows_done() -> int:
        with here.sessions() as session:
            return session.scalar(select(ImportRun.rows_done)) or 0

    def done() -> bool:
        with here.sessions() as session:
            return session.scalars(select(ImportRun.state)).one() is ImportState.DONE

    first = scheduler()
    until(lambda: rows_done() > 1)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert 1 < rows_done() <= rows
    with here.sessions() as session:
        assert list(differences(session)) == []
        assert session.scalars(select(ImportRun.state)).one() is ImportState.RUNNING
        # Its lease is ended here instead of waiting for it to expire.
        session.execute(update(ImportTask).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()
    second = scheduler()
    try:
        until(done)
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(30)
    with here.sessions() as session:
        run = session.scalars(select(ImportRun)).one()
        assert (run.new, run.again, run.known, run.state) == (rows, 0, 0, ImportState.DONE)
        assert session.scalar(select(func.count()).select_from(Claim)) == before + rows
        assert list(differences(session)) == []


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    over = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < over, "it did not come about"
        time.sleep(0.02)
