"""Fixtures for browser tests: one Chromium, an installation for each module and kind of database, and contexts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser.chromium import LEFT_OUT, launch, may_be_left_out
from browser.installation import Installation, installed
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from support.databases import Bed

PATIENCE_MS = 30_000  # long, for a busy machine
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser for all tests of a process."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            if may_be_left_out():
                pytest.skip(LEFT_OUT)
            pytest.fail(LEFT_OUT, pytrace=False)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def installation(
    request: pytest.FixtureRequest,
    chromium: Browser,
    beds: Callable[[str], Bed],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """The real application on a fresh SQLite database; parametrized indirectly, on the kind that is named.

    Pages look the same on each, and the services' own tests run on both, so one is enough.
    """
    bed = beds(getattr(request, "param", "sqlite"))
    url = bed.create()
    with installed(url, tmp_path_factory.mktemp("installation")) as running:
        yield running
    bed.drop(url)


@pytest.fixture
def new_context(chromium: Browser, installation: Installation) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser context for the installation, independent of all others: `new_context(**options)`."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = chromium.new_context(base_url=installation.url, locale="en-GB", reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE_MS)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
