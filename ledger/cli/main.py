"""The ledger command: its groups and commands, gathered."""

from __future__ import annotations

import click

from ledger.cli.jobs import jobs, scheduler


@click.group()
@click.version_option(package_name="claim-ledger")
def main() -> None:
    """The claim ledger: forecasts recorded, judged blind, scored in public."""


main.add_command(jobs)
main.add_command(scheduler)
