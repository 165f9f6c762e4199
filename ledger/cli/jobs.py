"""`ledger jobs`, which lists the background jobs and runs one, and `ledger scheduler`, which runs all of them."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from ledger.cli.open_ledger import opened_ledger, require_current
from ledger.jobs.registry import JOBS
from ledger.jobs.run import run_job
from ledger.jobs.scheduler import TIMES, run_scheduler
from ledger.wiring import job_context


class Instant(click.ParamType[datetime]):
    """An instant with its zone, such as 2026-11-22T07:00:00Z or 2026-11-22T08:00+01:00."""

    name = "instant"

    def convert(self, value: str | datetime, param: click.Parameter | None, context: click.Context | None) -> datetime:
        try:
            instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is not a time. Write it as 2026-11-22T07:00:00Z.", param, context)
        if instant.tzinfo is None:
            self.fail(
                f"“{value}” has no time zone. End it with Z for UTC, or with an offset such as +01:00.", param, context
            )
        return instant.astimezone(UTC)


@click.group()
def jobs() -> None:
    """The background jobs that the scheduler runs."""


@jobs.command("list")
def list_jobs() -> None:
    """List every job, when the scheduler runs it, and what it does."""
    for name, step in JOBS.items():
        summary = (step.__doc__ or "").strip().splitlines()[0]
        click.echo(f"{name:<13} {TIMES[name].words:<19} {summary}")


@jobs.command("run")
@click.argument("name", type=click.Choice(list(JOBS)))
@click.option("--now", type=Instant(), help="Run it as if it were this time, such as 2026-11-22T07:00:00Z.")
def run(name: str, now: datetime | None) -> None:
    """Run one job now and print its result."""
    with opened_ledger() as ledger:
        require_current(ledger)
        try:
            done = run_job(job_context(ledger.settings, ledger.sessions), name, now or datetime.now(UTC))
        except SQLAlchemyError as error:
            reason = getattr(error, "orig", None) or error
            raise click.ClickException(f"The database cannot be used: {reason}") from error
    if done.error is not None:
        raise click.ClickException(done.error.rstrip())
    click.echo(done.summary)


@click.command()
def scheduler() -> None:
    """Run the jobs at their times until stopped. Any number of schedulers may run, on any number of hosts."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # our own jobs log their results
    with opened_ledger() as ledger:
        require_current(ledger)
        run_scheduler(job_context(ledger.settings, ledger.sessions))
