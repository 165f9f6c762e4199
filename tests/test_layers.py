"""Rules of the code, run as tests: layers, types, lint, format, make targets, module docstrings, suppressions."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# `type: ignore[code] # why`, `noqa: CODE - why`
SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b(?P<rest>.*)")
WITH_REASON = re.compile(r"(?:: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*|\[[a-z-]+(?:, ?[a-z-]+)*\])\s*[-#–]\s*\w+")


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a tool of the test environment, as a module or as a script beside this Python."""
    tool = Path(sys.executable).with_name(command[0])
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return subprocess.run([str(tool), *command[1:]], cwd=cwd, env=environment, capture_output=True, text=True)


def modules(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)


def test_layers_hold(checkout: Path) -> None:
    found = run("lint-imports", "--no-cache", cwd=checkout)
    assert found.returncode == 0, found.stdout + found.stderr


# Imports that the contracts forbid: a package, and the module that one of its modules imports.
FORBIDDEN = {
    "domain": ("ledger.store", "sqlalchemy"),
    "store": ("ledger.journal",),
    "mail": ("ledger.services", "flask"),
    "journal": ("ledger.cli",),
    "services": ("ledger.web", "flask_wtf"),
}


def test_an_import_across_layers_would_be_found(checkout: Path, tmp_path: Path) -> None:
    """The same contracts over empty packages that have only the imports in `FORBIDDEN`."""
    config = (checkout / "pyproject.toml").read_text()
    # Exceptions in the contracts are for modules that do not exist in these packages.
    (tmp_path / "pyproject.toml").write_text(re.sub(r"(?s)\nignore_imports = \[.*?\n\]", "", config))
    for path in (checkout / "ledger").iterdir():
        if (path / "__init__.py").exists():
            (tmp_path / "ledger" / path.name).mkdir(parents=True)
            (tmp_path / "ledger" / path.name / "__init__.py").touch()
    (tmp_path / "ledger" / "__init__.py").touch()
    for package, imports in FORBIDDEN.items():
        (tmp_path / "ledger" / package / "canary.py").write_text("".join(f"import {name}\n" for name in imports))
    found = run("lint-imports", "--no-cache", cwd=tmp_path)
    assert found.returncode == 1
    assert "3 broken" in found.stdout, found.stdout + found.stderr
    for package, imports in FORBIDDEN.items():
        for name in imports:
            assert re.search(rf"ledger\.{package}(\.canary)? -> {name}", found.stdout), (package, name, found.stdout)


def test_types_hold(checkout: Path) -> None:
    found = run("mypy", cwd=checkout)
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_wrong_type_would_be_found(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "canary.py").write_text("def f(x: int) -> str:\n    return x\n\n\ndef g(x):\n    return x\n")
    config = str(checkout / "pyproject.toml")
    found = run("mypy", "--config-file", config, "--cache-dir", str(tmp_path / "cache"), "canary.py", cwd=tmp_path)
    assert found.returncode == 1
    assert "return-value" in found.stdout and "no-untyped-def" in found.stdout, found.stdout


def test_lint_and_format_are_clean(checkout: Path) -> None:
    for command in (("ruff", "check", "--no-cache", "."), ("ruff", "format", "--no-cache", "--check", ".")):
        found = run(*command, cwd=checkout)
        assert found.returncode == 0, found.stdout + found.stderr


def test_lint_and_format_would_find_a_mistake(checkout: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary.py"
    canary.write_text("from datetime import datetime\nprint( datetime.now( ) )\n")
    config = str(checkout / "pyproject.toml")
    found = run("ruff", "check", "--no-cache", "--config", config, str(canary), cwd=tmp_path)
    assert found.returncode == 1 and "DTZ005" in found.stdout and "T201" in found.stdout
    assert run("ruff", "format", "--no-cache", "--config", config, "--check", str(canary), cwd=tmp_path).returncode == 1


def hooks(config: str) -> list[str]:
    """The commands of the pre-commit hooks, in order."""
    return [command.strip() for command in re.findall(r"(?m)^\s+entry: (.+)$", config)]


def recipe(makefile: str, target: str) -> list[str]:
    """The commands of a target of the Makefile, in order."""
    lines = re.search(rf"(?m)^{target}:.*\n((?:\t.*\n)+)", makefile)
    assert lines is not None, f"no target {target}"
    text = lines[1].replace("@", "").replace("$(BIN)", ".venv/bin").replace("\n", " && ")
    return [command.strip() for command in text.split("&&") if command.strip()]


def test_the_pre_commit_hooks_run_what_make_lint_runs(checkout: Path) -> None:
    config = (checkout / ".pre-commit-config.yaml").read_text("utf-8")
    makefile = (checkout / "Makefile").read_text("utf-8")
    assert hooks(config) == recipe(makefile, "lint")
    assert hooks(config.replace("ruff check --fix", "ruff check")) != recipe(makefile, "lint")
    assert config.count("repo: ") == config.count("repo: local") == 1, "hooks of others would be downloaded"


def test_make_help_lists_every_target(checkout: Path) -> None:
    makefile = (checkout / "Makefile").read_text("utf-8")
    phony = re.search(r"(?m)^\.PHONY: (.+)$", makefile)
    assert phony is not None
    shown = set(re.findall(r"(?m)^([a-z-]+):.* ## \S", makefile))
    rules = set(re.findall(r"(?m)^([a-z-]+):", makefile))
    assert shown == set(phony[1].split()) - {"check-python"}
    assert rules == set(phony[1].split()), "a target without a rule, or a rule that is not declared"


def undescribed(paths: Iterator[Path]) -> list[Path]:
    """Modules whose first line does not describe their content."""
    return [
        path
        for path in paths
        if not re.match(r'(#!.*\n)?"""\S', path.read_text()) or not ast.get_docstring(ast.parse(path.read_text()))
    ]


def test_every_module_describes_its_content(checkout: Path, tmp_path: Path) -> None:
    canary, empty = tmp_path / "canary.py", tmp_path / "empty.py"
    canary.write_text("import os\n")
    empty.write_text("")
    assert undescribed(modules(tmp_path)) == [canary, empty]
    assert undescribed(modules(checkout / "ledger", checkout / "migrations", checkout / "tests")) == []


def unexplained(text: str) -> list[str]:
    """Lines that suppress a warning without giving a reason."""
    found = []
    for line in text.splitlines():
        said = SUPPRESSION.search(line)
        if said and not WITH_REASON.match(said["rest"]):
            found.append(line.strip())
    return found


def test_every_suppression_has_a_reason(checkout: Path) -> None:
    silenced = "x = 1  # " + "noqa"
    assert unexplained(f"{silenced}\n{silenced}: S101\n{silenced}: S101, S102 # \n") == [
        *(silenced, f"{silenced}: S101", f"{silenced}: S101, S102 #"),
    ]
    ignored = "x = 1  # type: " + "ignore"
    assert unexplained(f"{ignored}\n{ignored}[arg-type]\n{ignored}[a, b-c] # it is\n{silenced}: S101 - it is") == [
        *(ignored, f"{ignored}[arg-type]"),
    ]
    found = {
        str(path.relative_to(checkout)): lines
        for path in modules(checkout / "ledger", checkout / "migrations")
        if (lines := unexplained(path.read_text()))
    }
    found |= {
        str(path.relative_to(checkout)): lines
        for path in modules(checkout / "tests")
        # mypy does not check tests, so `type: ignore` suppresses nothing there.
        if (lines := [line for line in unexplained(path.read_text()) if "type:" not in line])
    }
    assert found == {}
