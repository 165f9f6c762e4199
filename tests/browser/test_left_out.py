"""Without a browser, the tests are skipped with a message of one line, or fail where none may be skipped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from browser.chromium import LEFT_OUT, NOTHING_LEFT_OUT, find_chromium


def test_the_machines_browser_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "chrome"
    assert find_chromium(str(own), which=lambda name: None) is None
    own.touch()
    assert find_chromium(str(own), which=lambda name: None) == str(own)
    assert find_chromium(str(own), which={"google-chrome": "/opt/google"}.get) == "/opt/google"


@pytest.mark.parametrize(("ci", "lines", "status"), [("", 1, 0), ("1", None, 1)])
def test_without_a_browser(tmp_path: Path, checkout: Path, ci: str, lines: int | None, status: int) -> None:
    program = [sys.executable, "-m", "pytest", "tests/browser/test_keyboard_only.py"]
    environ = os.environ | {NOTHING_LEFT_OUT: ci, "PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    done = subprocess.run(program, cwd=checkout, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert LEFT_OUT in done.stdout
    if lines is not None:
        assert done.stdout.count(LEFT_OUT) == lines
        assert re.search(r"^[1-9]\d* skipped in ", done.stdout, re.MULTILINE)  # and no other result
