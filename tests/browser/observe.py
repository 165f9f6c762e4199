"""Opening pages as several people, and collecting what the checks find on each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from browser.all_pages import NOBODY, PageToSee, Places, application, pages
from browser.desk import Somebody
from browser.full_record import furnish
from browser.installation import Installation
from playwright.sync_api import BrowserContext, Page

NewContext = Callable[..., BrowserContext]


def furnished(installation: Installation) -> Places:
    """The pages' parameters of an installation, which is filled on first use."""
    if installation.furnished is None:
        installation.furnished = furnish(installation)
    assert isinstance(installation.furnished, Places)
    return installation.furnished


def everything(installation: Installation) -> list[PageToSee]:
    """Every page of a filled installation, ordered by person."""
    return sorted(pages(application(installation), furnished(installation)), key=lambda page: page.who)


def look(
    installation: Installation,
    new_context: NewContext,
    see: Iterable[PageToSee],
    prepare: Callable[[BrowserContext], None] = lambda context: None,
    **options: object,
) -> Iterator[tuple[PageToSee, Page]]:
    """Open each page as its person, one after another; `options` are for the browser context."""
    for who, theirs in groupby(see, key=lambda page: page.who):
        kept = installation.signed_in.get(who)
        context = new_context(storage_state=kept, **options)
        page = context.new_page()
        if who != NOBODY and kept is None:
            Somebody(page, installation, who).sign_in()
            installation.signed_in[who] = context.storage_state()
        prepare(context)
        for one in theirs:
            answer = page.goto(one.address)
            if one.press:
                with page.expect_navigation() as navigation:
                    page.locator("main").get_by_role("button", name=one.press).click()
                answer = navigation.value
            assert answer is not None and answer.status == one.status, (one, answer and answer.status)
            yield one, page
        context.close()
