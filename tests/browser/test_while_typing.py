"""Live results while somebody types: the preview of quick entry, and similar claims. The focus does not move."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.checks import axe, narrow
from browser.desk import Somebody
from browser.installation import Installation
from browser.job import TITLE
from browser.test_keyboard_only import Keyboard
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import delete, select
from support.cast import claim_terms, document_terms, forecast_terms

from ledger.services.claimants import ClaimantTerms, register_claimant
from ledger.services.claims.record import record_claim
from ledger.services.documents import register_document
from ledger.store.accounts import Account, DraftRow, Role
from ledger.store.engine import write_transaction
from ledger.store.people import ClaimantKind

pytestmark = pytest.mark.browser
THERE = "The old city is retaken before the winter."
ALIKE = "The old city is retaken before winter"
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def desk(installation: Installation, new_context: NewContext) -> Somebody:
    """Ada at the desk; one claim is recorded, from one document."""
    with installation.sessions() as session:
        if session.scalar(select(Account.id)) is None:  # the first test fills the database for the others
            installation.add("Ada Adeyemi", Role.REVIEWER)
            session.rollback()  # the snapshot from before does not contain her
            by, now = session.execute(select(Account.actor_id, Account.created_at)).one()
            paula = register_claimant(session, now=now, by=by, terms=ClaimantTerms("Paula Pundit", ClaimantKind.PERSON))
            terms = document_terms(title=TITLE, authors=("Paula Pundit",))
            document = register_document(session, now=now, by=by, terms=terms)
            said = forecast_terms(document, paula)
            record_claim(session, now=now, by=by, claim=claim_terms(statement=THERE), forecast=said)
        with write_transaction(session):
            session.execute(delete(DraftRow))  # the page saved the input of the previous test as a draft
    ada = Somebody(new_context().new_page(), installation, "ada@example.org")
    ada.sign_in("/desk/record")
    return ada


def beside(page: Page) -> bool:
    """Whether the similar claims are to the right of the statement, and not below it."""
    field, region = page.locator("#statement").bounding_box(), page.locator(".beside").bounding_box()
    assert field is not None and region is not None
    return region["x"] >= field["x"] + field["width"]


def test_similar_claims_are_shown_while_the_statement_is_typed(desk: Somebody) -> None:
    page = desk.page
    desk.follow(TITLE)
    region = page.locator(".beside")
    assert region.get_attribute("aria-live") == "polite"
    expect(region).to_be_hidden()
    statement = page.get_by_label("Statement", exact=True)
    statement.focus()
    page.keyboard.type(ALIKE)
    expect(region.get_by_role("link", name=THERE)).to_be_visible()
    expect(statement).to_be_focused()
    expect(statement).to_have_value(ALIKE)
    assert beside(page)
    assert not axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert not beside(page)
    assert not narrow(page)
    statement.fill("Quite otherwise")
    expect(region).to_contain_text("No similar claim is on record")
    statement.fill("")
    expect(region).to_be_hidden()


def test_a_late_response_does_not_replace_a_newer_one(desk: Somebody) -> None:
    page = desk.page
    desk.follow(TITLE)
    held: list[Route] = []
    page.route("**/desk/similar?statement=The+old*", lambda route: held.append(route))
    statement = page.get_by_label("Statement", exact=True)
    with page.expect_request("**/desk/similar?statement=The+old*"):
        statement.fill(ALIKE)
    statement.fill("Quite otherwise")
    expect(page.locator(".beside")).to_contain_text("No similar claim is on record")
    assert len(held) == 1
    held[0].fulfill(status=200, content_type="text/html", body='<section id="similar">too late</section>')
    page.wait_for_timeout(300)
    expect(page.locator(".beside")).to_contain_text("No similar claim is on record")
    # Without a connection the form still works, and the results stay as they are.
    page.route("**/desk/similar*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        statement.fill("Something else again")
    expect(page.locator(".beside")).to_contain_text("No similar claim is on record")
    expect(statement).to_have_value("Something else again")


def test_quick_entry_by_keyboard(desk: Somebody) -> None:
    page, hand = desk.page, Keyboard(desk.page)
    hand.tab_to("Write a claim in one line")
    hand.enter()
    hand.write("The claim in one line", "The bridge is rebuilt by end of 2027 #Bridges 60%")
    told = page.locator("#reading")
    expect(told).to_contain_text("2027, to the year")
    expect(told).to_contain_text("60")
    assert hand.here["id"] == "line"
    expect(told.locator("xpath=..")).to_have_attribute("aria-live", "polite")
    hand.tab_to("From which document")
    page.keyboard.type(TITLE[:8])
    hand.tab_to("Preview", "button")
    hand.enter()
    expect(page).to_have_title("Record a claim · The claim ledger")
    expect(page.get_by_label("Statement", exact=True)).to_have_value("The bridge is rebuilt by end of 2027")
    expect(page.get_by_label("Resolves by")).to_have_value("2027")
    expect(page.get_by_label("One probability")).to_be_checked()
    hand.write("Resolution criteria", "True if it carries traffic.")
    hand.tab_to("Record the claim", "button")
    hand.enter()
    desk.expect_message("Recorded as claim")


def test_quick_entry_and_several_claims_without_scripts(
    desk: Somebody, installation: Installation, new_context: NewContext
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    ada = Somebody(page, installation, desk.email)
    ada.sign_in("/desk/claims/quick")
    ada.fill({"The claim in one line": "The dam holds by 2030 #Dams 80%"})
    ada.press("Preview")
    expect(page.locator("#document-error")).to_contain_text("Choose the document")
    expect(page.locator("#reading")).to_contain_text("2030")
    page.get_by_label("From which document").select_option(index=1)
    ada.press("Preview")
    ada.fill({"Resolution criteria": "True if it holds."})
    ada.page.get_by_role("button", name="Record the claim").click()
    ada.expect_message("Recorded as claim")
    page.goto("/desk/claims")
    ada.follow("Tick all")
    ada.fill({"Topics to add or remove": "Water"})
    ada.press("Add the topics")
    expect(page.locator(".lead")).to_contain_text("are changed or none")
    ada.fill({"Why": "They are about water."})
    ada.press("Add the topics")
    ada.expect_message("added to the topics")
    expect(page.locator(".to-choose").first).to_contain_text("Water")
