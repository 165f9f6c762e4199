"""Finding a Chromium: the machine's own, else Playwright's, else none, with a message on how to get one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Playwright

# The shell is the same engine without windows: a page takes half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Two processes for the address bar of every window, which is invisible here, cost as much as all pages together.
UNUSED_FEATURES = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess")
# Only the last such list counts, so it repeats what Playwright switches off (its chromiumSwitches.ts).
SWITCHED_OFF_BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
ARGUMENTS = (
    f"--disable-features={','.join(SWITCHED_OFF_BY_PLAYWRIGHT + UNUSED_FEATURES)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
NOTHING_LEFT_OUT = "TEST_NOTHING_LEFT_OUT"
LEFT_OUT = (
    "The browser tests were left out: no Chromium here. Get one with `apt install chromium` "
    "or `.venv/bin/playwright install --with-deps chromium`."
)


def find_chromium(own: str, which: Callable[[str], str | None] = shutil.which) -> str | None:
    """The path of the program: the machine's, else Playwright's `own` if it was downloaded, else None."""
    found = next((path for path in map(which, NAMES) if path), None)
    return found or (own if Path(own).exists() else None)


def may_be_left_out() -> bool:
    """Whether browser tests may be skipped; not in CI."""
    return not os.environ.get(NOTHING_LEFT_OUT)


def launch(playwright: Playwright) -> Browser | None:
    """Start a browser; None if there is none."""
    path = find_chromium(playwright.chromium.executable_path)
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS)) if path else None
