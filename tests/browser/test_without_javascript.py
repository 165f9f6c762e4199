"""The main steps of the job in browsers that run no scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser.desk import Somebody
from browser.installation import Installation
from browser.job import RETAKEN, TERM, TITLE
from playwright.sync_api import BrowserContext, expect

from ledger.store.accounts import Role

pytestmark = pytest.mark.browser


def test_without_javascript(installation: Installation, new_context: Callable[..., BrowserContext]) -> None:
    def somebody(name: str) -> Somebody:
        page = new_context(java_script_enabled=False).new_page()
        return Somebody(page, installation, installation.add(name, Role.REVIEWER))

    ada, ben, cleo = map(somebody, ("Ada Adeyemi", "Ben Berg", "Cleo Castro"))
    ada.page.set_content("<p>before</p><script>document.querySelector('p').textContent = 'after'</script>")
    expect(ada.page.locator("p")).to_have_text("before")  # scripts are really off

    ada.sign_in("/desk/record")
    ada.register_claimant("Paula Pundit")
    ada.register_document(TITLE)
    ada.follow("Record a claim")
    ada.press("Record the claim")
    problems = ada.page.get_by_role("alert")
    problems.get_by_role("link", name="Statement").click()
    expect(ada.page.get_by_label("Statement")).to_be_focused()
    ada.fill(RETAKEN | {"Term": TERM})
    ada.press("Record the claim")
    ada.expect_message("Recorded as claim")
    claim = ada.number
    ada.attach(claim, "The city is retaken, says everybody.", "Supports the claim", "https://example.org/report/1")

    for person in (ben, cleo):
        person.sign_in("/desk/?whose=mine")  # and back to the requested page
        person.judge("Mostly true", "All but one street.", "[1] The city is retaken")
    cleo.expect_message("All assessments agree: the verdict is adopted.")

    reader = new_context(java_script_enabled=False).new_page()
    reader.goto("/claims")
    reader.get_by_label("Words of the claim, its forecasts, documents or evidence").fill("retaken")
    reader.get_by_role("button", name="Search").click()
    reader.get_by_role("link", name=str(RETAKEN["Statement"])).click()
    expect(reader.locator("main .standing.big").first).to_contain_text("Mostly true")
    expect(reader.locator("main")).to_contain_text("because the reviewers, judging separately, agreed")
