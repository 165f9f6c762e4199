"""Running a job writes a row with its times and its result; exceptions are caught."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast

from ledger.jobs import run
from ledger.jobs.context import NOTHING, Context
from ledger.jobs.registry import JOBS
from ledger.jobs.run import run_job
from ledger.jobs.scheduler import TIMES, start_job
from ledger.settings import read_settings
from ledger.store.outbox import JobRun
from ledger.wiring import job_context, open_ledger

Contexts = Callable[[int | None], Context]


def runs(context: Context) -> list[JobRun]:
    with context.sessions() as session:
        return list(session.scalars(select(JobRun).order_by(JobRun.id)))


def test_a_run_is_recorded(context: Contexts, played: Cast, now: datetime) -> None:
    here = context(None)
    done = run_job(here, "due-scan", now)
    assert done.summary == "Reviews that fell due: 1. Reminders queued: 2."
    run_job(here, "tidy", now)
    first, second = runs(here)
    assert (first.job, first.started_at, first.error) == ("due-scan", now, None)
    assert first.finished_at is not None and now <= first.finished_at < now + timedelta(minutes=1)
    assert (first.summary, second.summary) == (done.summary, NOTHING)


@pytest.mark.mailbox
def test_a_failed_job_is_recorded_in_words(
    context: Contexts, played: Cast, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    here = context(None)
    run_job(here, "due-scan", now)
    failed = run_job(here, "send-mail", now)
    assert failed.error is not None and failed.error.startswith(
        "The mail server cannot be reached; the messages stay in the queue"
    )
    assert runs(here)[-1].error == failed.error
    assert "The mail server cannot be reached" in caplog.text and "Traceback" not in caplog.text


def test_an_exception_is_recorded_and_not_raised(
    context: Contexts, played: Cast, now: datetime, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_context: Context, _now: datetime) -> str:
        # The row exists already: if the process were killed here, the row would show it.
        (begun,) = runs(here)
        assert (begun.finished_at, begun.summary, begun.error) == (None, "", None)
        raise ZeroDivisionError("by nothing")

    here = context(None)
    monkeypatch.setattr(run, "JOBS", MappingProxyType({**JOBS, "tidy": broken}))
    failed = run_job(here, "tidy", now)
    assert failed.error is not None
    assert failed.error.startswith("Traceback") and failed.error.rstrip().endswith("ZeroDivisionError: by nothing")
    assert runs(here)[0].error == failed.error
    assert "tidy failed" in caplog.text


def test_without_a_database_no_exception_reaches_the_scheduler(
    context: Contexts, played: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    here = context(None)
    with here.sessions() as session:
        session.execute(text("DROP TABLE job_run"))
        session.commit()
    start_job(here, "tidy")
    assert "tidy could not be run" in caplog.text


def test_the_scheduler_logs_the_result(context: Contexts, played: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        start_job(context(None), "tidy")
    assert f"tidy: {NOTHING}" in caplog.text


def test_unknown_jobs(context: Contexts, now: datetime) -> None:
    with pytest.raises(KeyError):
        run_job(context(None), "nonsense", now)


def test_every_job_has_its_time() -> None:
    assert list(TIMES) == list(JOBS) == ["due-scan", "send-mail", "import-claims", "draw-charts", "tidy"]


def test_a_database_error_does_not_reveal_what_was_written(
    sessions: sessionmaker[Session], context: Contexts, played: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`wiring` opens the engine with parameters hidden in error messages: they may hold a secret link."""

    def spill(context: Context, _now: datetime) -> str:
        with context.sessions() as session:
            session.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": "the secret link"})
        return ""

    monkeypatch.setattr(run, "JOBS", MappingProxyType({"tidy": spill}))
    careless = context(None)
    assert "the secret link" in str(run_job(careless, "tidy", now).error)  # canary: without that, the link is revealed
    bind: Any = careless.sessions.kw["bind"]
    variables = {
        "LEDGER_BASE_URL": careless.base_url,
        "LEDGER_SECRET_KEY": "k" * 40,
        "LEDGER_PASSWORD_SALT": "s" * 40,
        "LEDGER_CONTACT": "contact@example.org",
        "LEDGER_MAIL_FROM": careless.sender,
        "LEDGER_DATABASE_URL": bind.url.render_as_string(hide_password=False),
    }
    with open_ledger(read_settings(variables)) as ledger:
        failed = run_job(job_context(ledger.settings, ledger.sessions), "tidy", now)
    assert "nowhere" in str(failed.error) and "the secret link" not in str(failed.error)


def test_a_missing_template_fails_the_message_and_not_the_job(
    context: Contexts, played: Cast, now: datetime, tmp_path: Path
) -> None:
    (tmp_path / "mail").mkdir()
    here = replace(context(None), templates=tmp_path)
    run_job(here, "due-scan", now)
    assert run_job(here, "send-mail", now).summary == "Messages put back: 2."
