"""The ledger command: its groups and commands, each loaded when it is called."""

from __future__ import annotations

from importlib import import_module

import click

# Where each stands. Loading all of them takes longer than scoring a file does.
COMMANDS = {
    "init": "install",
    "db": "install",
    "seed": "seed",
    "claims": "claims",
    "score": "score",
    "users": "users",
    "serve": "serve",
    "scheduler": "jobs",
    "jobs": "jobs",
    "rebuild": "install",
    "doctor": "doctor",
    "demo": "demo",
    "mailbox": "mailbox",
}


class Commands(click.Group):
    """The commands of COMMANDS, by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """One of them, loaded now; None where there is none of that name."""
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"ledger.cli.{COMMANDS[name]}"), name)
        assert isinstance(command, click.Command)  # noqa: S101 # the table above names commands
        return command


@click.group(cls=Commands)
@click.version_option(package_name="claim-ledger")
def main() -> None:
    """The claim ledger: forecasts recorded, judged blind, scored in public."""
