"""Takes screenshots of a running demonstration, for the README: `python tests/browser/screens.py OUT_DIR [BASE_URL]`.

Home, a claim, the due page and the record form, in light and dark mode, on a desktop and on a phone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

if __name__ == "__main__":  # run as a program, it must add its folders to the path
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from browser.chromium import LEFT_OUT, launch

from ledger.cli.demo_people import DEMO_PASSWORD

BASE = "http://localhost:8000"
WHO = "ben@example.org"  # has reviews due
SIZES = {1280: 900, 360: 740}
SCHEMES = ("light", "dark")
# A screenshot has no scrollbar, so no room is reserved for one.
NO_GUTTER = "html { scrollbar-gutter: auto !important }"


def addresses(page: Page) -> dict[str, str]:
    """The name and address of each page to take, found through links. Signs in on the way."""
    page.goto("/")
    claim = page.locator("section", has_text="Latest verdicts").locator(".statement a").first.get_attribute("href")
    page.goto("/account/sign-in")
    page.get_by_label("Email address").fill(WHO)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
    page.goto("/desk/record")
    record = page.locator(".documents li > a").first.get_attribute("href")
    return {"home": "/", "claim": claim or "/claims", "due": "/desk/", "record": record or "/desk/record"}


def take(browser: Browser, folder: Path, base: str) -> list[Path]:
    """Take all screenshots. Returns their files."""
    visitor = browser.new_context(base_url=base)
    places = addresses(visitor.new_page())
    signed_in = visitor.storage_state()
    taken = []
    for scheme in SCHEMES:
        for width, height in SIZES.items():
            for name, address in places.items():
                context = browser.new_context(
                    base_url=base,
                    color_scheme=scheme,  # type: ignore[arg-type] # one of SCHEMES
                    viewport={"width": width, "height": height},
                    bypass_csp=True,  # for the style sheet added below
                    device_scale_factor=2 if width < 500 else 1,
                    storage_state=None if name in ("home", "claim") else signed_in,
                )
                page = context.new_page()
                page.goto(address)
                taken.append(folder / f"{name}-{scheme}-{width}.png")
                page.screenshot(path=taken[-1], style=NO_GUTTER)
                context.close()
    return taken


def main(arguments: list[str]) -> int:
    """Take the screenshots and print their names."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write(f"{__doc__}\nBASE_URL is {BASE} unless told.\n")
        return 2
    folder, base = Path(arguments[0]), (arguments[1] if len(arguments) > 1 else BASE).rstrip("/")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if browser is None:
            sys.stderr.write(LEFT_OUT + "\n")
            return 1
        for path in take(browser, folder, base):
            sys.stdout.write(f"{path}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
