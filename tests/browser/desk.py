"""`Somebody`: what people do at the desk in a browser, by the words on the page. Needs no JavaScript."""

from __future__ import annotations

from dataclasses import dataclass

from browser.installation import PASSWORD, Installation
from playwright.sync_api import Locator, Page, expect


@dataclass
class Somebody:
    """A person with a browser context of their own."""

    page: Page
    at: Installation
    email: str = ""

    def sign_in(self, path: str = "/account/sign-in") -> None:
        """Sign in through the form. Opening a page that needs signing in returns to it afterwards."""
        self.page.goto(path)
        self.fill({"Email address": self.email, "Password": PASSWORD})
        self.press("Sign in")
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def choose_password(self, link: str) -> None:
        """Open the link of an invitation and choose a password."""
        self.page.goto(link)
        self.fill({"Password": PASSWORD, "Password, again": PASSWORD})
        self.press("Set the password and sign in")
        self.expect_message("Welcome. Your password is set and you are signed in.")

    def fill(self, fields: dict[str, str | bool]) -> None:
        """Fill in a form by its labels: text, an option's words, or True to tick a box or choose a button."""
        main = self.page.locator("main")
        for label, value in fields.items():
            control = main.get_by_label(label, exact=True)
            if value is True:
                control.check()
            elif control.evaluate("it => it.localName") == "select":
                control.select_option(label=str(value))
            else:
                control.fill(str(value))

    def press(self, button: str) -> None:
        """Press a button of the page's content."""
        self.page.locator("main").get_by_role("button", name=button).click()

    def follow(self, link: str) -> None:
        """Follow a link of the page's content."""
        self.page.locator("main").get_by_role("link", name=link).first.click()

    def expect_message(self, words: str) -> None:
        """Expect this message at the top of the page."""
        expect(self.page.locator("main > .flash")).to_contain_text(words)

    def section(self, heading: str) -> Locator:
        """The part of a page under a heading."""
        return self.page.locator("section").filter(has=self.page.get_by_role("heading", name=heading, exact=True))

    @property
    def number(self) -> int:
        """The number at the end of the page's address."""
        return int(self.page.url.partition("#")[0].rpartition("/")[2])

    def invite(self, email: str, name: str, role: str, zone: str) -> None:
        """Invite somebody, as an administrator."""
        self.page.goto("/account/people")
        self.fill({"Email address": email, "Name": name, "Role": role, "Their time zone": zone})
        self.press("Send the invitation")
        self.expect_message(f"{name} is invited")

    def register_document(self, title: str) -> int:
        """Register an article of 17 October 2016. Returns its number."""
        self.page.goto("/desk/record")
        self.follow("Register a new document")
        self.fill(
            {
                "Title": title,
                "Outlet": "The Example",
                "Authors": "Paula Pundit",
                "Published on": "17 October 2016",
                "Address": "https://example.org/article",
            }
        )
        self.press("Register")
        self.expect_message("The document is registered.")
        return self.number

    def register_claimant(self, name: str) -> int:
        """Register a person. Returns their number."""
        self.page.goto("/desk/record")
        self.follow("Register a claimant")
        self.fill({"Name": name, "What it is": "A person", "About them": "Writes a weekly column."})
        self.press("Register")
        self.expect_message(f"{name} is registered.")
        return self.number

    def record(self, title: str, fields: dict[str, str | bool]) -> int:
        """Record a claim from a registered document. Returns its number."""
        self.page.goto("/desk/record")
        self.follow(title)
        self.fill(fields)
        self.press("Record the claim")
        self.expect_message("Recorded as claim")
        return self.number

    def attach(self, claim: int, summary: str, stance: str, address: str) -> None:
        """Attach evidence of July 2017."""
        self.page.goto(f"/claims/{claim}")
        self.page.get_by_role("list", name="What you can do").get_by_role("link", name="Attach evidence").click()
        self.fill(
            {
                "Something that happened": True,
                stance: True,
                "Summary": summary,
                "Published by": "A News Agency",
                "Address": address,
                "Date of the event": "10 July 2017",
                "The source was published on": "2017-07-11",
                "Read on": "2026-01-10",
                "The source": "B: usually reliable",
            }
        )
        self.press("Attach the evidence")
        self.expect_message("The evidence is attached.")

    def judge(self, outcome: str, why: str, evidence: str) -> None:
        """Assess the claim, on the page of its review."""
        self.follow("Assess")
        self.fill({outcome: True, "High": True, "Why": why})
        self.page.get_by_role("checkbox", name=evidence).check()
        self.press("Submit assessment")
