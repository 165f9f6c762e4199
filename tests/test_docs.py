"""The documentation names every setting and every command; none is documented that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import click

from ledger.cli.main import main
from ledger.cli.seed import articles
from ledger.cli.seed_table import seed_table
from ledger.settings import PREFIX, Settings


def settings() -> set[str]:
    """Every variable that is read."""
    return {PREFIX + item.name.upper() for item in fields(Settings)}


def commands(group: click.Group = main, before: str = "ledger") -> set[str]:
    """Every command as it is typed."""
    found, context = set(), click.Context(group)
    for name in group.list_commands(context):
        typed, command = f"{before} {name}", group.get_command(context, name)
        found |= commands(command, typed) if isinstance(command, click.Group) else {typed}
    return found


def unnamed(text: str, names: Iterable[str]) -> set[str]:
    """The names that do not stand in a text as whole words."""
    return {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)}


def test_every_setting_is_described(checkout: Path) -> None:
    text = (checkout / "docs" / "settings.md").read_text("utf-8")
    assert unnamed(text, settings()) == set()
    named = {name for name in re.findall(rf"\b{PREFIX}[A-Z_]+\b", text) if not name.endswith("_")}
    assert named - settings() == set(), "described, and read by nothing"


def test_every_command_is_described(checkout: Path) -> None:
    text = (checkout / "docs" / "operating.md").read_text("utf-8")
    assert unnamed(text, commands()) == set()


def test_what_is_not_described_is_seen() -> None:
    assert len(settings()) > 15 and len(commands()) > 10
    assert unnamed("LEDGER_PORT and LEDGER_HOSTNAME", {"LEDGER_PORT", "LEDGER_HOST"}) == {"LEDGER_HOST"}
    assert unnamed("`ledger db upgrade`, `ledger serves`", {"ledger db upgrade", "ledger serve"}) == {"ledger serve"}


def test_the_table_of_the_seed_claims_is_what_the_seed_files_say(checkout: Path) -> None:
    written = (checkout / "docs" / "seed-claims.md").read_text("utf-8")
    assert written == seed_table(articles()), "run: ledger seed --table > docs/seed-claims.md"
    assert written != seed_table(articles()[1:])
