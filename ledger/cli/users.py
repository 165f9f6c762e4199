"""`ledger users`: adding an account, and listing the accounts."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from ledger.cli.open_ledger import opened_ledger, require_current
from ledger.domain.errors import Refused
from ledger.services.accounts import Newcomer, list_accounts
from ledger.services.invitations import VALID_FOR_WORDS, add_with_password, invite
from ledger.store.accounts import Role


@click.group()
def users() -> None:
    """The accounts of people who may sign in."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name under which they appear in the record. Public.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.REVIEWER.value, show_default=True
)
@click.option("--time-zone", default="UTC", show_default=True, help="Such as Europe/London.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input instead of inviting by mail.")
def add(email: str, name: str, role: str, time_zone: str, password_stdin: bool) -> None:
    """Add an account. Without a password, a mail with a link is sent; the link is also printed here."""
    newcomer = Newcomer(email=email, name=name.strip(), role=Role(role), time_zone=time_zone)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    now = datetime.now(UTC)
    with opened_ledger() as ledger, ledger.sessions() as session:
        require_current(ledger)
        settings = ledger.settings
        try:
            if password_stdin:
                add_with_password(session, now=now, newcomer=newcomer, password=password, salt=settings.password_salt)
                click.echo(f"{newcomer.name} can sign in at {settings.base_url}/account/sign-in.")
                return
            invited = invite(
                session,
                now=now,
                by=None,
                newcomer=newcomer,
                secret_key=settings.secret_key,
                base_url=settings.base_url,
            )
        except Refused as refused:
            raise click.ClickException("\n".join(_problem_line(p.field, p.message) for p in refused.problems)) from None
    click.echo(f"{newcomer.name} is invited. The mail goes out with the next run of the mail job.", err=True)
    click.echo(f"This link works once, for {VALID_FOR_WORDS}; whoever has it can sign in as them:", err=True)
    click.echo(invited.link)


@users.command("list")
def list_users() -> None:
    """Show every account."""
    with opened_ledger() as ledger, ledger.sessions() as session:
        require_current(ledger)
        everybody = list_accounts(session)
    if not everybody:
        click.echo("Nobody has an account yet. Make the first: ledger users add EMAIL --name NAME --role admin")
        return
    if not sys.stdout.isatty():  # for other programs: one line for each, separated by tabs
        for one in everybody:
            click.echo(f"{one.email}\t{one.name}\t{one.role.value}\t{_state(one.active, one.joined)}")
        return
    table = Table("Email", "Name", "Role", "State")
    for one in everybody:
        table.add_row(one.email, one.name, one.role.value, _state(one.active, one.joined))
    Console().print(table)


def _state(active: bool, joined: bool) -> str:
    if not active:
        return "closed"
    return "active" if joined else "invited"


def _problem_line(field: str, message: str) -> str:
    options = {"email": "EMAIL", "name": "--name", "time_zone": "--time-zone", "password": "The password"}
    return f"{options[field]}: {message}" if field in options else message
