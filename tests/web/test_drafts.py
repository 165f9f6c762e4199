"""Drafts: forms saved on purpose or while typing, listed only for their writer, and restored."""

from __future__ import annotations

import pytest
from support.forms import FORMS, undone
from support.pages import forms_of, text_of
from support.world import World

STATEMENT = "A statement that is not finished and that nobody else must"


def keep(world: World, who: str, how: str, **fields: str) -> str:
    """Save the record form as a draft, with the button's value `how`. Returns the form's address."""
    address = FORMS["record"].address(world)
    browser = world.browser(who)
    [form] = [form for form in forms_of(browser.get(address)) if "statement" in form.names]
    answer = browser.post(address, data=form.filled(statement=STATEMENT, **fields) | {"keep_draft": how})
    assert answer.status_code == (204 if how == "quietly" else 303), text_of(answer)
    return address


@pytest.mark.parametrize("how", ["draft", "quietly"])
def test_a_draft_is_saved_listed_and_restored_as_typed(world: World, how: str) -> None:
    with undone(world):
        address = keep(world, "ada", how, low="no number", criteria="Half a")
        browser = world.browser("ada")
        listed = browser.get("/desk/drafts")
        assert STATEMENT in text_of(listed) and "1 draft, newest first" in text_of(listed)
        back = browser.get(address)
        assert STATEMENT in back.text and "no number" in back.text and "Half a" in back.text


def test_nobody_else_sees_or_discards_a_draft(world: World) -> None:
    with undone(world):
        keep(world, "ada", "draft")
        ben = world.browser("ben")
        assert STATEMENT not in ben.get("/desk/drafts").text
        assert STATEMENT not in ben.get(FORMS["record"].address(world)).text
        ada = world.browser("ada")
        [throw] = [form for form in forms_of(ada.get("/desk/drafts")) if form.action.endswith("/discard")]
        [other] = [form for form in forms_of(ben.get("/desk/")) if "csrf_token" in form.names][:1]
        assert ben.post(throw.action, data={"csrf_token": other.filled()["csrf_token"]}).status_code == 404
        assert STATEMENT in ada.get("/desk/drafts").text
        assert ada.post(throw.action, data=throw.filled()).status_code == 303
        assert "No drafts" in text_of(ada.get("/desk/drafts"))
        assert ada.post(throw.action, data=throw.filled()).status_code == 404


def test_an_empty_form_is_not_saved_as_a_draft(world: World) -> None:
    with undone(world):
        browser = world.browser("ada")
        address = "/desk/documents/new"
        [form] = [form for form in forms_of(browser.get(address)) if "title" in form.names]
        answer = browser.post(address, data=form.filled() | {"keep_draft": "draft"})
        assert answer.status_code == 303
        assert "The form is empty" in text_of(browser.get(address))


def test_a_draft_needs_the_form_s_token(world: World) -> None:
    with undone(world):
        browser = world.browser("ada")
        answer = browser.post(FORMS["record"].address(world), data={"statement": STATEMENT, "keep_draft": "quietly"})
        assert answer.status_code == 400
