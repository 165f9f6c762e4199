"""The documentation describes every setting and command; and every file, module, function and link in it exists."""

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
    """The names of all environment variables that are read."""
    return {PREFIX + item.name.upper() for item in fields(Settings)}


def commands(group: click.Group = main, before: str = "ledger") -> set[str]:
    """Every command, as typed."""
    found, context = set(), click.Context(group)
    for name in group.list_commands(context):
        typed, command = f"{before} {name}", group.get_command(context, name)
        found |= commands(command, typed) if isinstance(command, click.Group) else {typed}
    return found


def unnamed(text: str, names: Iterable[str]) -> set[str]:
    """The names that do not occur in a text as whole words."""
    return {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)}


# First parts of paths in the documentation.
FOLDERS = "ledger|tests|templates|migrations|seeds|benchmarks|requirements|docs"
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(rf"(?:{FOLDERS})(?:/[\w.*-]+)+/?|[\w.-]+\.(?:md|toml|yaml)|LICENSE|Makefile")
MODULE = re.compile(r"ledger(?:\.\w+)+")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CALL = re.compile(r"(\w+)\(\)")


def missing(text: str, checkout: Path, folder: Path) -> set[str]:
    """Files, modules and links that a page in `folder` names and that do not exist.

    In a table row, a function written as `name()` has to be defined in a file of that row.
    """
    found = set()
    for line in text.splitlines():
        code = CODE.findall(line)
        paths = [name for name in code if PATH.fullmatch(name)]
        found |= {name for name in paths if not exists(name, checkout)}
        found |= {name for name in code if MODULE.fullmatch(name) and not module_exists(name, checkout)}
        if line.startswith("|"):
            files = [checkout / name for name in paths if name.endswith(".py") and "*" not in name]
            source = "\n".join(path.read_text("utf-8") for path in files if path.is_file())
            calls = [match[1] for name in code if (match := CALL.fullmatch(name))] if files else []
            found |= {f"{name}()" for name in calls if not re.search(rf"(?m)^\s*def {name}\(", source)}
    links = (link for link in LINK.findall(text) if "://" not in link and not link.startswith("mailto:"))
    return found | {link for link in links if not (folder / link).exists()}


def exists(name: str, checkout: Path) -> bool:
    """Whether a file or folder with this path exists; * matches anything."""
    return any(checkout.glob(name.rstrip("/")))


def module_exists(name: str, checkout: Path) -> bool:
    """Whether a dotted name is a module, or something that a module defines."""
    path = checkout.joinpath(*name.split("."))
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    parent = path.parent / "__init__.py" if path.parent.is_dir() else path.parent.with_suffix(".py")
    return (
        parent.is_file()
        and re.search(rf"(?m)^(def|class) {path.name}\b|^{path.name}\b", parent.read_text()) is not None
    )


def pages(checkout: Path) -> list[Path]:
    """Every page of the documentation."""
    return [
        *sorted(checkout.glob("*.md")),
        *sorted((checkout / "docs").rglob("*.md")),
        checkout / "tests/support/README.md",
    ]


def test_everything_named_in_the_documentation_exists(checkout: Path) -> None:
    assert len(pages(checkout)) > 20
    found = {
        str(page.relative_to(checkout)): names
        for page in pages(checkout)
        if (names := missing(page.read_text("utf-8"), checkout, page.parent))
    }
    assert found == {}


def test_a_name_that_does_not_exist_is_found(checkout: Path) -> None:
    text = (
        "`ledger/nowhere.py`, `tests/*/test_nothing.py`, `ledger.journal.nothing`, [a page](gone.md), `NOTHING.md`\n"
        "| step | `post()`, `nowhere()` | `ledger/journal/post.py` |\n"
        "Fine: `ledger/journal/post.py`, `tests/test_*.py`, `ledger.journal.post.writing`, `card()`, [x](README.md)\n"
    )
    assert missing(text, checkout, checkout) == {
        *(
            "ledger/nowhere.py",
            "tests/*/test_nothing.py",
            "ledger.journal.nothing",
            "gone.md",
            "NOTHING.md",
            "nowhere()",
        ),
    }


def test_every_decision_record_is_listed_and_short(checkout: Path) -> None:
    folder = checkout / "docs" / "contributing" / "decisions"
    records = sorted(folder.glob("[0-9]*.md"))
    listed = re.findall(r"\]\((\d{4}-[\w.-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert listed == [path.name for path in records]
    for place, path in enumerate(records, start=1):
        text = path.read_text("utf-8")
        assert path.name.startswith(f"{place:04}-") and text.startswith(f"# {place:04}: ")
        assert re.findall(r"(?m)^## (.+)$", text) == ["Context", "Decision", "Consequences"], path.name
        assert len(text.splitlines()) <= 60, path.name


def test_every_setting_is_described(checkout: Path) -> None:
    text = (checkout / "docs" / "settings.md").read_text("utf-8")
    assert unnamed(text, settings()) == set()
    named = {name for name in re.findall(rf"\b{PREFIX}[A-Z_]+\b", text) if not name.endswith("_")}
    assert named - settings() == set(), "described, and read by nothing"


def test_every_command_is_described(checkout: Path) -> None:
    text = (checkout / "docs" / "operating.md").read_text("utf-8")
    assert unnamed(text, commands()) == set()


def test_a_missing_description_is_found() -> None:
    assert len(settings()) > 15 and len(commands()) > 10
    assert unnamed("LEDGER_PORT and LEDGER_HOSTNAME", {"LEDGER_PORT", "LEDGER_HOST"}) == {"LEDGER_HOST"}
    assert unnamed("`ledger db upgrade`, `ledger serves`", {"ledger db upgrade", "ledger serve"}) == {"ledger serve"}


def test_the_table_of_seed_claims_matches_the_seed_files(checkout: Path) -> None:
    written = (checkout / "docs" / "seed-claims.md").read_text("utf-8")
    assert written == seed_table(articles()), "run: ledger seed --table > docs/seed-claims.md"
    assert written != seed_table(articles()[1:])
