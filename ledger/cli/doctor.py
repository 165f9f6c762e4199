"""`ledger doctor`: checks the whole installation, and says what to do about each problem."""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ledger.cli.open_ledger import opened_ledger
from ledger.cli.progress import progress
from ledger.journal.read import BrokenJournal, read_head
from ledger.journal.replay import differences, unprojected
from ledger.paths import data_dir
from ledger.queries.operations import operations
from ledger.store.accounts import Account, Role
from ledger.store.engine import read_snapshot
from ledger.store.migrations import UnknownRevision, pending
from ledger.wiring import Ledger

Check = tuple[bool, str]  # whether it passed, and a sentence


@click.command()
def doctor() -> None:
    """Check settings, database, journal, scheduler and mail. Exits 1 if something needs to be done."""
    passed = True
    with opened_ledger() as ledger:
        click.echo("✓ The settings can be read.")
        for good, words in _checks(ledger):
            click.echo(f"{'✓' if good else '✗'} {words}")
            passed = passed and good
    if not passed:
        sys.exit(1)


def _checks(ledger: Ledger) -> Iterator[Check]:
    try:
        waiting = pending(data_dir("migrations"), ledger.engine)
    except SQLAlchemyError as error:
        yield False, f"The database cannot be reached: {getattr(error, 'orig', None) or error}"
        return
    except UnknownRevision as error:
        yield False, str(error)
        return
    if waiting:
        yield False, f"{len(waiting)} migrations wait: back up, then run `ledger db upgrade`."
        return
    yield True, "The database is current."
    with ledger.sessions() as session:
        read_snapshot(session)
        for check in (_journal, _scheduler, _mail, _people):
            yield from check(session)
    yield _smtp(ledger)


def _journal(session: Session) -> Iterator[Check]:
    head = read_head(session)
    if behind := unprojected(session):
        yield False, f"The tables do not show the last {behind} entries yet: run `ledger db upgrade`."
        return
    try:
        with progress("Replaying the journal") as report:
            found = list(islice(differences(session, report), 1))
    except BrokenJournal as error:
        yield False, f"The journal is broken: {error}. Restore a backup."
        return
    if found:
        yield False, f"The tables differ from the journal ({found[0]}): run `ledger rebuild`."
    else:
        yield True, f"The journal's {head.size} entries lead to root {head.root.hex()[:16]}, and the tables equal it."


def _scheduler(session: Session) -> Iterator[Check]:
    page = operations(session, now=datetime.now(UTC))
    if page.silent:
        yield False, "The scheduler has run nothing for 15 minutes: start `ledger scheduler`."
    else:
        yield True, "The scheduler is running."
    for name, run in page.last.items():
        if run.error:
            yield False, f"The last run of {name} failed: {run.error.strip().splitlines()[-1]}"


def _mail(session: Session) -> Iterator[Check]:
    page = operations(session, now=datetime.now(UTC))
    if page.dead:
        yield False, f"{page.mail['dead']} messages were given up; the operator page shows why."
    else:
        yield True, f"No mail is stuck ({page.mail['waiting']} waiting, {page.mail['sent']} sent)."


def _people(session: Session) -> Iterator[Check]:
    admins = session.query(Account).filter(Account.active, Account.role == Role.ADMIN).count()
    if admins:
        yield True, f"{admins} administrator{'s' if admins != 1 else ''} can sign in."
    else:
        yield False, "No administrator can sign in: run `ledger users add EMAIL --name NAME --role admin`."


def _smtp(ledger: Ledger) -> Check:
    settings = ledger.settings
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    connect: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL if settings.smtp_security == "tls" else smtplib.SMTP
    try:
        with connect(settings.smtp_host, settings.smtp_port, timeout=10) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return False, f"The mail server at {where} does not answer: {error}"
    return True, f"The mail server at {where} answers."
