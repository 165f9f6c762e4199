"""A claim of each kind is recorded and assessed in the forms, and read by the public."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.desk import Somebody
from browser.installation import Installation
from browser.kinds import KINDS, PARTS, WHOLE, Desk, Kind
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(installation: Installation, new_context: Callable[..., BrowserContext]) -> Desk:
    desk = Desk(installation, new_context)
    desk.open()
    return desk


def standing(reader: Somebody) -> str:
    """The outcome at the head of the claim's page, in words, without its mark."""
    head = reader.page.locator("article > .standing.big")
    mark = "".join(head.locator(".mark").all_inner_texts())
    return " ".join(head.inner_text().split()).removeprefix(mark).strip()


def said(reader: Somebody) -> str:
    """The text of the page, with single spaces."""
    return " ".join(reader.page.locator("main").inner_text().split())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_recorded_judged_and_shown(desk: Desk, kind: Kind) -> None:
    number = desk.record(kind.record)
    reader = desk.read(number)
    assert standing(reader).startswith(("Open", "Due"))
    assert [words for words in kind.found if words in said(reader)] == []

    desk.judge(number, kind)
    reader = desk.read(number)
    assert standing(reader) == kind.standing
    assert [words for words in (*kind.says, *kind.found) if words not in said(reader)] == []
    verdict = reader.section("The verdict")
    expect(verdict.locator(".standing.big")).to_contain_text("because the reviewers, judging separately, agreed")
    expect(verdict.get_by_role("link", name="[1]")).to_have_count(2)


def test_a_whole_is_judged_from_its_parts(desk: Desk) -> None:
    whole = desk.record(WHOLE)
    parts = [desk.record({**part.record, "Part of claim": str(whole)}) for part in PARTS]
    before = said(desk.read(whole))
    for words in (
        "This claim has 2 parts; it is as true as its least true part.",
        "This claim is judged from its parts. Their pages hold the evidence.",
        "It is as true as its least true part, once all of them are judged.",
    ):
        assert words in before
    for number, part in zip(parts, PARTS, strict=True):
        desk.judge(number, part)
        page = said(desk.read(number))
        assert [words for words in part.says if words not in page] == []
    reader = desk.read(whole)
    assert standing(reader) == "Mostly false"
    verdict = reader.section("The verdict")
    expect(verdict).to_contain_text("as its parts were judged")
    for number, part in zip(parts, PARTS, strict=True):
        expect(verdict).to_contain_text(f"Claim {number}: {part.outcome.words}")
    expect(reader.section("Its parts").locator(".claim-line")).to_have_count(2)
    reader.follow(str(PARTS[1].record["Statement"]))
    assert reader.number == parts[1]
