"""The texts of the domain mention no forms and no file formats."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import ledger.domain

# Words that belong to pages (forms, their labels and buttons) or to ledger.formats.
FOREIGN = re.compile(
    r"\b(forms?|box(es)?|buttons?|tick(ed)?|click(ed)?|dropdown|headings?|CSV|JSON|spreadsheets?)\b"
    r"|[Cc]hoose (also )?“"  # the label of a choice
)
HERE = Path(ledger.domain.__file__).parent


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Every string of a module, docstrings included, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def foreign(source: str) -> list[str]:
    return [f"{line}: {found[0]}" for line, text in texts(source) if (found := FOREIGN.search(text))]


def test_the_domain_mentions_no_forms_and_file_formats() -> None:
    found = {str(path.relative_to(HERE)): foreign(path.read_text("utf-8")) for path in sorted(HERE.rglob("*.py"))}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_mentions_of_forms_and_file_formats_are_caught() -> None:
    assert foreign('"Give the date, or choose “none: use the default”."') == ["1: choose “"]
    assert foreign('"""As it stands in a form."""\nwords = f"Save it as CSV, {words}"') == ["1: form", "2: CSV"]
    assert foreign('"Choose one of the options: “a” or “b”."') == []
