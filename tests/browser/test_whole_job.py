"""The whole job in browsers: invitation by mail, recording, reminder, assessment, split, adjudication, reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from browser.desk import Somebody
from browser.installation import Installation, link_in, noon_somewhere
from browser.job import CLAIMANT, REGROUPED, RETAKEN, TERM, TITLE, WAITING
from playwright.sync_api import BrowserContext, expect

from ledger.store.accounts import Role

pytestmark = [pytest.mark.browser, pytest.mark.long]
SECRET = "The declaration of July settles it, whatever the map says."


# On the database of a large installation. Every other browser test runs on SQLite.
@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_whole_job(installation: Installation, new_context: Callable[..., BrowserContext]) -> None:
    def somebody(name: str) -> Somebody:
        return Somebody(new_context().new_page(), installation, f"{name}@example.org")

    admin, ada, ben, cleo, dora, anybody = map(somebody, ("admin", "ada", "ben", "cleo", "dora", "anybody"))
    installation.add("Admin Abbott", Role.ADMIN)
    installation.add("Ada Adeyemi", Role.REVIEWER)
    installation.add("Dora Dimitrova", Role.EDITOR)

    # Everybody is invited by mail and joins in a browser of their own.
    admin.sign_in()
    for person, name in ((ben, "Ben Berg"), (cleo, "Cleo Castro")):
        admin.invite(person.email, name, "Reviewer: records claims, attaches evidence, judges", noon_somewhere())
    assert "sent: 2" in installation.run("jobs", "run", "send-mail")
    for person in (ben, cleo):
        person.choose_password(link_in(installation.letter(person.email, "invite"), "/join/"))
        expect(person.page.get_by_role("heading", name="Due for review")).to_be_visible()

    # Claims are recorded with every field; their horizons have long passed. Evidence is attached.
    ada.sign_in()
    ada.register_claimant(CLAIMANT)
    ada.register_document(TITLE)
    retaken = ada.record(TITLE, RETAKEN | {"Term": TERM})
    regrouped = ada.record(TITLE, REGROUPED)
    waiting = ada.record(TITLE, WAITING)
    supports, contradicts = "Supports the claim", "Contradicts it"
    ada.attach(retaken, "The government declares the city retaken.", supports, "https://example.org/report/1")
    ada.attach(regrouped, "A town falls for three weeks.", contradicts, "https://example.org/report/2")

    # They are due: everybody gets one digest, whose links work; Ben follows one.
    assert "Reviews that fell due: 3. Reminders queued: 6." in installation.run("jobs", "run", "due-scan")
    assert "sent: 2" in installation.run("jobs", "run", "send-mail")
    assert "nothing" in installation.run("jobs", "run", "due-scan").lower()
    digest = installation.letter(ben.email, "3 reviews wait for you")
    assert installation.letter(cleo.email, "3 reviews wait for you")["Auto-Submitted"] == "auto-generated"
    ben.page.goto(link_in(digest, "/desk/reviews/"))
    expect(ben.page.get_by_role("link", name=str(RETAKEN["Statement"]))).to_be_visible()
    review = ben.page.url
    ben.judge("True", SECRET, "[1] The government declares")
    ben.expect_message("Your assessment is sealed.")
    expect(ben.page.get_by_text(SECRET)).to_be_visible()

    # Nobody else can read it: not Cleo, not Ada, not an editor, not the public.
    for person in (cleo, ada, dora):
        if person is dora:
            dora.sign_in()
        for address in (review, f"/claims/{retaken}", f"/claims/{retaken}.json", "/desk/"):
            person.page.goto(address)
            assert SECRET not in person.page.content()
            assert "declaration of July" not in person.page.content()
    cleo.page.goto(review)
    expect(cleo.page.get_by_role("list", name="Reviewers")).to_contain_text("Ben Berg: sealed")
    anybody.page.goto(f"/claims/{retaken}")
    expect(anybody.page.get_by_text("Not judged yet.")).to_be_visible()

    # Cleo agrees: the verdict is adopted, and all of it can be read.
    cleo.page.goto(review)
    cleo.judge("True", "I read the declaration.", "[1] The government declares")
    cleo.expect_message("All assessments agree: the verdict is adopted.")

    # On the second they differ; Dora adjudicates.
    split = review_of(ben, regrouped)
    ben.judge("False", "Three weeks are no month.", "[1] A town falls")
    cleo.page.goto(split)
    cleo.judge("True", "It held a town.", "[1] A town falls")
    cleo.expect_message("All assessments are in, and they differ: an editor decides.")
    dora.page.goto("/desk/")
    dora.follow("Decide")
    expect(dora.page.get_by_text("It held a town.")).to_be_visible()
    dora.fill({"False": True, "Why": "The criteria ask for a month."})
    dora.press("Adopt the verdict")
    dora.expect_message("The verdict is adopted.")

    # The third cannot be judged yet: it is snoozed, with a reason that everybody can read.
    ben.page.goto("/desk/")
    ben.follow("Snooze")
    until = (date.today() + timedelta(days=90)).isoformat()  # noqa: DTZ011 - the exact day does not matter
    ben.fill({"Until": until, "Reason": "The appeal is still being heard."})
    ben.press("Snooze")
    ben.expect_message(f"Snoozed until {until}.")

    read_in_public(anybody, retaken, regrouped, waiting)
    unsubscribe(anybody, ben, link_in(digest, "/unsubscribe/"), digest["List-Unsubscribe"])


def review_of(person: Somebody, claim: int) -> str:
    """Open a claim's review from its page. Returns the review's address."""
    person.page.goto(f"/claims/{claim}")
    person.follow("Open the review")
    return person.page.url


def read_in_public(anybody: Somebody, retaken: int, regrouped: int, waiting: int) -> None:
    """Read what the public sees: figures, verdicts, reasons, and the same numbers as JSON."""
    page = anybody.page
    page.goto("/")
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    # (1 - 0.675)² = 0.105625 for “likely” come true, 0.6² = 0.36 for 60% that did not: 0.233 together.
    expect(page.locator("main")).to_contain_text("3 forecasts are on record; 2 have been judged.")
    expect(page.locator(".figures")).to_contain_text("0.233")
    page.get_by_role("link", name=str(RETAKEN["Statement"])).first.click()
    assert anybody.number == retaken
    expect(page.locator("main .standing.big").first).to_contain_text("True")
    for words in (SECRET, "I read the declaration.", "because the reviewers, judging separately, agreed"):
        expect(anybody.section("The verdict")).to_contain_text(words)
    expect(anybody.section("Forecasts")).to_contain_text("our reading of the words")
    page.goto(f"/claims/{regrouped}")
    for words in ("Three weeks are no month.", "It held a town.", "The criteria ask for a month.", "by Dora Dimitrova"):
        expect(anybody.section("The verdict")).to_contain_text(words)
    page.goto(f"/claims/{waiting}")
    expect(anybody.section("The verdict")).to_contain_text("snoozed: The appeal is still being heard.")
    ask = page.context.request
    body = ask.get("/scorecard.json").json()
    figures = body["data"]["figures"]
    assert (figures["recorded"], figures["judged"], figures["scored"]) == (3, 2, 2)
    assert figures["brier"] == pytest.approx((0.325**2 + 0.6**2) / 2)
    assert (figures["outcomes"]["true"], figures["outcomes"]["false"], figures["open"]) == (1, 1, 1)
    assert len(body["as_of"]["journal_root"]) == 64
    data = ask.get(f"/claims/{retaken}.json").json()["data"]
    assert data["verdict"]["outcome"] == "true"
    assert data["verdict"]["basis"] == "consensus"
    assert {a["reviewer"] for a in data["verdict"]["assessments"]} == {"Ben Berg", "Cleo Castro"}
    assert data["forecasts"][0]["confidence"]["low"] == 0.55


def unsubscribe(anybody: Somebody, ben: Somebody, link: str, header: str) -> None:
    """Unsubscribe by the link in a mail: opening it changes nothing; the button does, as does a mail program's POST."""
    assert urlsplit(link).path in header
    wants = ben.page.get_by_label("Mail me once a day while reviews wait for me")
    ask = anybody.page.context.request
    for look in (ask.get, ask.head):
        assert look(link).ok
    anybody.page.goto(link)
    expect(anybody.page.locator("main")).to_contain_text("Nothing is changed yet.")
    ben.page.goto("/account/")
    expect(wants).to_be_checked()
    anybody.press("Stop the reminders")
    expect(anybody.page.get_by_role("heading", name="No more reminders")).to_be_visible()
    ben.page.goto("/account/")
    expect(wants).not_to_be_checked()
    anybody.press("Send me reminders again")
    ben.page.reload()
    expect(wants).to_be_checked()
    assert ask.post(header.strip("<>"), form={"List-Unsubscribe": "One-Click"}).ok
    ben.page.reload()
    expect(wants).not_to_be_checked()
