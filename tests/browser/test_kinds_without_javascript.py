"""A claim of each kind recorded, judged and read in browsers that run no scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.installation import Installation
from browser.kinds import KINDS, PARTS, WHOLE, Desk, Kind
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(installation: Installation, new_context: Callable[..., BrowserContext]) -> Desk:
    desk = Desk(installation, new_context, {"java_script_enabled": False})
    desk.open()
    return desk


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind(desk: Desk, kind: Kind) -> None:
    number = desk.record(kind.record)
    desk.judge(number, kind)
    page = " ".join(desk.read(number).page.locator("main").inner_text().split())
    assert [words for words in (kind.standing, *kind.says, *kind.found) if words not in page] == []


def test_a_whole_and_its_part(desk: Desk) -> None:
    whole = desk.record(WHOLE)
    part = desk.record({**PARTS[1].record, "Part of claim": str(whole)})
    desk.judge(part, PARTS[1])
    reader = desk.read(whole)
    expect(reader.section("The verdict")).to_contain_text("as its parts were judged")
    expect(reader.section("Its parts")).to_contain_text(str(PARTS[1].record["Statement"]))
