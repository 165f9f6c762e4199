"""Signing in and recording a claim by keyboard only, with a visible focus at every stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.desk import Somebody
from browser.installation import PASSWORD, Installation
from browser.job import TITLE
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from support.cast import document_terms

from ledger.services.claimants import ClaimantTerms, register_claimant
from ledger.services.documents import register_document
from ledger.store.accounts import Account, Role
from ledger.store.people import ClaimantKind

pytestmark = pytest.mark.browser
LONGEST_WAY = 60

HERE = """() => {
  const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
  return {
    name: (it.labels?.[0] ?? it).textContent.trim().replace(/\\s+/g, ' '),
    id: it.id,
    kind: it.localName,
    visible: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none',
    shown: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Keyboard:
    """Operates a page by keyboard only."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def here(self) -> dict[str, object]:
        """The control that has the focus."""
        found: dict[str, object] = self.page.evaluate(HERE)
        return found

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, name: str, kind: str = "", key: str = "Tab") -> None:
        """Tab to the control with this label. Every stop on the way must have a visible focus."""
        passed = []
        for _ in range(LONGEST_WAY):
            self.press(key)
            here = self.here
            assert here["visible"], f"no visible focus: {here}"
            assert here["shown"], f"focused, but out of sight: {here}"
            if str(here["name"]).startswith(name) and kind in ("", here["kind"]):
                return
            passed.append(here["name"])
        raise AssertionError(f"no “{name}” among {passed}")

    def write(self, name: str, text: str) -> None:
        """Tab to a field and type."""
        self.tab_to(name)
        self.page.keyboard.type(text)

    def choose(self, first: str, wanted: str) -> None:
        """Tab into a group of radio buttons and press an arrow key until the wanted one is chosen."""
        self.tab_to(first)
        self.press("Space")
        for _ in range(LONGEST_WAY):
            if str(self.here["name"]).startswith(wanted):
                break
            self.press("ArrowDown")
            assert self.here["visible"]
        expect(self.page.locator(":focus")).to_be_checked()

    def enter(self) -> None:
        """Press Enter and wait for the next page."""
        with self.page.expect_navigation():
            self.press("Enter")


def test_keyboard_only(installation: Installation, new_context: Callable[..., BrowserContext]) -> None:
    ada = installation.add("Ada Adeyemi", Role.REVIEWER)
    page = new_context().new_page()
    hand = Keyboard(page)

    page.goto("/account/sign-in")
    hand.press("Tab")
    assert hand.here["name"] == "Skip to the content"
    assert hand.here["visible"]
    assert hand.here["shown"]
    hand.press("Enter")
    assert hand.here["id"] == "main"
    hand.press("Tab")
    assert hand.here["name"] == "Email address"  # the skip link skipped everything above the content
    page.keyboard.type(ada)
    hand.write("Password", PASSWORD)
    hand.tab_to("Sign in", "button")
    hand.enter()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    with installation.sessions() as session:
        actor, now = session.execute(select(Account.actor_id, Account.created_at)).one()
        register_claimant(session, now=now, by=actor, terms=ClaimantTerms("Paula Pundit", ClaimantKind.PERSON))
        register_document(session, now=now, by=actor, terms=document_terms(title=TITLE, authors=("Paula Pundit",)))
    hand.tab_to("Record", key="Shift+Tab")  # the link is before the content
    hand.enter()
    hand.tab_to(TITLE)
    hand.enter()
    expect(page).to_have_title("Record a claim · The claim ledger")

    # Sent too early: the summary at the top links to the missing fields.
    hand.tab_to("Record the claim", "button")
    hand.enter()
    expect(page.get_by_role("alert")).to_contain_text("Not saved yet")
    hand.tab_to("Statement", "a")
    hand.press("Enter")
    assert hand.here["id"] == "statement"
    page.keyboard.type("The city is retaken by October 2017.")
    hand.write("Resolution criteria", "True if the government declares it.")
    hand.write("Condition", "")
    hand.write("Topics", "Battle")
    hand.write("Resolves by", "October 2017")
    hand.tab_to("Where this date comes from")
    hand.press("ArrowDown")
    hand.write("Note on the date", "Within a year.")
    hand.tab_to("Who said it")
    hand.tab_to("Names that are not registered")
    hand.choose("The author's own", "Reported by the author and not endorsed")
    hand.press("ArrowUp")
    hand.tab_to("Said on")
    hand.write("Where in the document", "paragraph 2")
    hand.choose("Will", "Likely or unlikely")
    hand.write("Hedge words", "likely")
    hand.choose("No number", "A term of a probability scale")
    hand.tab_to("Term")
    page.keyboard.type("likely: 55")
    hand.tab_to("Our reading of the words")
    hand.write("Note on the coding", "As it is used elsewhere.")
    hand.tab_to("Record the claim", "button")
    hand.enter()
    Somebody(page, installation).expect_message("Recorded as claim")
    expect(page.locator(".forecast")).to_contain_text("“likely”")
    expect(page.locator(".forecast")).to_contain_text("(ICD 203 2015: 55–80%)")
    expect(page.locator("main")).to_contain_text("by October 2017")


ASKED = """() => [...new Set([...document.querySelectorAll('form.desk-form :is(input, select, textarea)')]
  .filter(it => it.type !== 'hidden' && it.checkVisibility()).map(it => it.name))]"""
STATE = """() => {
  const it = document.activeElement;
  return {
    name: it.name ?? '', type: it.type ?? '', value: it.value ?? '', checked: Boolean(it.checked),
    seen: it.localName !== 'body' && it.matches(':focus-visible'),
  };
}"""
# The keys that change each sort of control.
KEYS = {"radio": "ArrowDown", "checkbox": "Space", "select-one": "ArrowDown"}


def operate(hand: Keyboard, until: str) -> set[str]:
    """Tab through the form from the focus, changing each control by keys. Returns the names of all that changed."""
    changed: set[str] = set()
    for _ in range(2 * LONGEST_WAY):
        hand.press("Tab")
        here, before = hand.here, hand.page.evaluate(STATE)
        if before["name"] and here["kind"] in ("input", "select", "textarea"):
            assert here["visible"] and here["shown"], here
            if before["type"] == "radio":
                hand.press("Space")  # chosen, if none was
                before = hand.page.evaluate(STATE)
            hand.press(KEYS.get(before["type"], "7"))
            if hand.page.evaluate(STATE) != before:
                changed.add(before["name"])
            if before["type"] == "radio":
                hand.press("ArrowUp")  # back, because later fields depend on it
        if str(here["name"]) == until:
            return changed
    raise AssertionError(f"no “{until}” on the way")


# Fields for only some kinds of claim, or only one form of probability.
OWN: dict[str, set[str]] = {
    "An event": set(),
    "A continuation": {"baseline"},
    "A comparison": {"baseline", "metric", "unit"},
    "A quantity": {"low_bound", "high_bound", "low_strict", "high_strict", "unit"},
    "A choice": {"options", "ordered", "option", "shares"},
}
SURE: dict[str, set[str]] = {
    "No number": set(),
    "A term of a probability scale": {"term"},
    "One probability": {"point"},
    "A range": {"low", "high"},
}


@pytest.mark.parametrize(
    ("kind", "sure"),
    [*((kind, "No number") for kind in OWN), *(("A choice", sure) for sure in SURE if sure != "No number")],
)
def test_every_field_of_each_kind_by_keys_alone(
    installation: Installation, new_context: Callable[..., BrowserContext], kind: str, sure: str
) -> None:
    """Every field for a kind of claim and a form of probability can be reached and changed."""
    if installation.furnished is None:
        installation.furnished = installation.add("Kim Keys", Role.REVIEWER)
        with installation.sessions() as session:
            actor, now = session.execute(select(Account.actor_id, Account.created_at).limit(1)).one()
            terms = document_terms(title="Of the keys")
            installation.signed_in["form"] = register_document(session, now=now, by=actor, terms=terms)
    kept = installation.signed_in.get("keys")
    context = new_context(storage_state=kept)
    page = context.new_page()
    if kept is None:
        Somebody(page, installation, installation.furnished).sign_in()
        installation.signed_in["keys"] = context.storage_state()
    hand = Keyboard(page)
    page.goto(f"/desk/documents/{installation.signed_in['form']}/claims/new")
    hand.tab_to("Statement")
    hand.choose("An event", kind)
    hand.tab_to("Will")
    hand.choose("No number", sure)
    asked = set(page.evaluate(ASKED))
    assert OWN[kind] | SURE[sure] <= asked
    assert not (set().union(*OWN.values(), *SURE.values()) - OWN[kind] - SURE[sure]) & asked
    page.evaluate("document.querySelector('#statement').focus()")
    hand.press("Shift+Tab")  # so that the statement is reached first
    assert operate(hand, "Record the claim") == asked


@pytest.mark.parametrize("style", ["outline: none; box-shadow: none"])
def test_an_invisible_focus_is_found(
    installation: Installation, new_context: Callable[..., BrowserContext], style: str
) -> None:
    page = new_context(bypass_csp=True).new_page()
    page.goto("/account/sign-in")
    page.evaluate("style => { document.querySelector('#password').style.cssText = style }", style)
    with pytest.raises(AssertionError, match="no visible focus"):
        Keyboard(page).tab_to("I forgot my password")
