"""The ledger command: its groups and commands, gathered."""

from __future__ import annotations

import click

from ledger.cli.claims import claims
from ledger.cli.demo import demo
from ledger.cli.doctor import doctor
from ledger.cli.installing import db, init, rebuild
from ledger.cli.jobs import jobs, scheduler
from ledger.cli.mailbox import mailbox
from ledger.cli.score import score
from ledger.cli.seeding import seed
from ledger.cli.serving import serve
from ledger.cli.users import users


@click.group()
@click.version_option(package_name="claim-ledger")
def main() -> None:
    """The claim ledger: forecasts recorded, judged blind, scored in public."""


for command in (init, db, seed, claims, score, users, serve, scheduler, jobs, rebuild, doctor, demo, mailbox):
    main.add_command(command)
