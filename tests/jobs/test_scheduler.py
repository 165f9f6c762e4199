"""The scheduler as an operator runs it: real processes, real signals, real mail."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from support.cast import Cast
from support.mail_server import free_port, mailbox

from ledger.cli.main import main
from ledger.jobs.context import NOTHING, Context
from ledger.jobs.registry import JOBS
from ledger.jobs.scheduler import build_scheduler
from ledger.services.outbox import enqueue
from ledger.store.accounts import Account
from ledger.store.engine import write_transaction
from ledger.store.outbox import JobRun, Message, MessageState

Contexts = Callable[[int | None], Context]
Environ = Callable[[int], dict[str, str]]
LEDGER = (sys.executable, "-c", "from ledger.cli.main import main; main()")


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    over = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < over, "it did not come about"
        time.sleep(0.05)


def noon_somewhere() -> str:
    """A time zone in which it is about noon right now, so that the morning's digest is owed."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # the signs of these names are reversed


def start(environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen([*LEDGER, "scheduler"], env=environ, stderr=file)


def test_noon_somewhere_is_noon() -> None:
    assert datetime.now(ZoneInfo(noon_somewhere())).hour == 12


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_jobs_of_the_scheduler(context: Contexts) -> None:
    scheduler = build_scheduler(context(None))
    running = threading.Thread(target=scheduler.start, kwargs={"paused": True})
    running.start()
    until(lambda: bool(scheduler.running))
    jobs = {job.id: job for job in scheduler.get_jobs()}
    scheduler.shutdown()
    running.join()
    assert jobs.keys() == JOBS.keys()  # no job for each reminder
    assert str(scheduler.timezone) == "UTC"
    for job in jobs.values():
        assert abs(job.next_run_time - datetime.now(UTC)) < timedelta(seconds=30)  # once at the start
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    after = datetime(2026, 11, 22, 3, 11, tzinfo=UTC)
    assert jobs["tidy"].trigger.get_next_fire_time(None, after) == datetime(2026, 11, 23, 3, 10, tzinfo=UTC)


@pytest.mark.mailbox
def test_several_schedulers_send_one_mail(context: Contexts, environ: Environ, played: Cast, tmp_path: Path) -> None:
    with mailbox() as box:
        here = context(box.port)
        with here.sessions() as session, write_transaction(session):
            for account in session.scalars(select(Account)):
                account.time_zone = noon_somewhere()
        logs = [tmp_path / f"{n}.log" for n in range(2)]
        running = [start(environ(box.port), log) for log in logs]
        try:
            # send-mail may have run before the scan finished: then the mail is sent half a minute later.
            until(lambda: len(box.letters) >= 2, seconds=60)
            until(lambda: all(log.read_text().count("tidy:") == 1 for log in logs))
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
        assert [process.wait(30) for process in running] == [0, 0]
    assert sorted(letter["To"] for letter in box.letters) == [played.ben.email, played.cleo.email]
    with here.sessions() as session:
        assert set(session.scalars(select(Message.state))) == {MessageState.SENT}
        assert None not in session.scalars(select(JobRun.finished_at)).all()
    assert all(log.read_text().rstrip().endswith("Stopped.") for log in logs)


@pytest.mark.mailbox
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_finishes_the_running_job(
    context: Contexts, environ: Environ, played: Cast, tmp_path: Path, number: signal.Signals
) -> None:
    with mailbox() as box:
        here = context(box.port)
        with here.sessions() as session:
            for person in (played.ben, played.cleo):
                enqueue(
                    session,
                    now=datetime.now(UTC) - timedelta(minutes=1),
                    account=person.account,
                    name="password-changed",
                    facts={"when": "today"},
                    base_url=here.base_url,
                )
        process = start(environ(box.port), tmp_path / "log")

        def stop_it_and_take_a_while() -> None:
            process.send_signal(number)
            time.sleep(0.5)

        box.after_data = stop_it_and_take_a_while
        assert process.wait(60) == 0
    # The running job is finished, and no other is started.
    assert [letter["To"] for letter in box.letters] == [played.ben.email]
    with here.sessions() as session:
        notices = select(Message.state).where(Message.name == "password-changed").order_by(Message.id)
        assert session.scalars(notices).all() == [MessageState.SENT, MessageState.WAITING]
        assert None not in session.scalars(select(JobRun.finished_at)).all()


def test_jobs_on_the_command_line(environ: Environ, played: Cast) -> None:
    variables = environ(free_port())
    ledger = CliRunner(env=variables)
    listed = ledger.invoke(main, ["jobs", "list"])
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.output.splitlines()] == list(JOBS)
    assert "every 5 minutes" in listed.output and "daily at 03:10 UTC" in listed.output
    ran = ledger.invoke(main, ["jobs", "run", "due-scan", "--now", "2026-11-22T13:00:00+01:00"])
    assert (ran.exit_code, ran.output) == (0, "Reviews that fell due: 1. Reminders queued: 2.\n")
    again = ledger.invoke(main, ["jobs", "run", "due-scan", "--now", "2026-11-22T12:00:00Z"])
    assert (again.exit_code, again.output) == (0, f"{NOTHING}\n")


@pytest.mark.mailbox
def test_a_job_that_fails_says_so_and_exits_with_1(environ: Environ, played: Cast) -> None:
    ledger = CliRunner(env=environ(free_port()))
    ledger.invoke(main, ["jobs", "run", "due-scan", "--now", "2026-11-22T12:00:00Z"])
    failed = ledger.invoke(main, ["jobs", "run", "send-mail", "--now", "2026-11-22T12:00:00Z"])
    assert failed.exit_code == 1
    assert failed.output.startswith("Error: The mail server cannot be reached; the messages stay in the queue:")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2026-11-22T07:00:00", "has no time zone. End it with Z for UTC, or with an offset such as +01:00."),
        ("yesterday", "is not a time. Write it as 2026-11-22T07:00:00Z."),
    ],
)
def test_an_instant_needs_its_zone(environ: Environ, instant: str, said: str) -> None:
    refused = CliRunner(env=environ(free_port())).invoke(main, ["jobs", "run", "tidy", "--now", instant])
    assert refused.exit_code == 2
    assert said in refused.output


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", [["jobs", "run", "tidy"], ["scheduler"]])
def test_bad_settings_are_named_line_by_line(environ: Environ, command: list[str]) -> None:
    variables = {**environ(free_port()), "LEDGER_SMTP_PORT": "many", "LEDGER_BASE_URL": "nowhere"}
    refused = CliRunner(env=variables).invoke(main, command)
    assert refused.exit_code == 2
    lines = refused.output.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["LEDGER_BASE_URL", "LEDGER_SMTP_PORT"]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_database_that_is_not_there(environ: Environ, tmp_path: Path) -> None:
    variables = {**environ(free_port()), "LEDGER_DATABASE_URL": f"sqlite:///{tmp_path}/none/ledger.db"}
    refused = CliRunner(env=variables).invoke(main, ["jobs", "run", "tidy"])
    assert refused.exit_code == 2  # it could not start
    assert "The database cannot be used: unable to open database file" in refused.output
