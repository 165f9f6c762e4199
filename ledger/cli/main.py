"""The `ledger` command with its subcommands, each of which is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable

import click

# Importing all of them would take longer than scoring a file does.


def _init() -> click.Command:
    from ledger.cli.install import init

    return init


def _db() -> click.Command:
    from ledger.cli.install import db

    return db


def _rebuild() -> click.Command:
    from ledger.cli.install import rebuild

    return rebuild


def _seed() -> click.Command:
    from ledger.cli.seed import seed

    return seed


def _claims() -> click.Command:
    from ledger.cli.claims import claims

    return claims


def _score() -> click.Command:
    from ledger.cli.score import score

    return score


def _users() -> click.Command:
    from ledger.cli.users import users

    return users


def _serve() -> click.Command:
    from ledger.cli.serve import serve

    return serve


def _scheduler() -> click.Command:
    from ledger.cli.jobs import scheduler

    return scheduler


def _jobs() -> click.Command:
    from ledger.cli.jobs import jobs

    return jobs


def _doctor() -> click.Command:
    from ledger.cli.doctor import doctor

    return doctor


def _demo() -> click.Command:
    from ledger.cli.demo import demo

    return demo


def _mailbox() -> click.Command:
    from ledger.cli.mailbox import mailbox

    return mailbox


COMMANDS: dict[str, Callable[[], click.Command]] = {
    "init": _init,
    "db": _db,
    "seed": _seed,
    "claims": _claims,
    "score": _score,
    "users": _users,
    "serve": _serve,
    "scheduler": _scheduler,
    "jobs": _jobs,
    "rebuild": _rebuild,
    "doctor": _doctor,
    "demo": _demo,
    "mailbox": _mailbox,
}


class Commands(click.Group):
    """The group of the commands in COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import a command by its name; None for an unknown name."""
        load = COMMANDS.get(name)
        return load() if load else None


@click.group(cls=Commands)
@click.version_option(package_name="claim-ledger")
def main() -> None:
    """The claim ledger: forecasts recorded, judged blind, scored in public."""
