"""Every page as everybody who may see it: no console errors, no overflow on a phone, and no findings by axe."""

from __future__ import annotations

import pytest
from browser.all_pages import NOBODY, PageToSee, application, pages
from browser.checks import Listener, Seen, axe, narrow
from browser.installation import Installation
from browser.observe import NewContext, everything, furnished, look
from playwright.sync_api import Page

from ledger.web.access import public

pytestmark = pytest.mark.browser
SIGN_IN = PageToSee(NOBODY, "/account/sign-in")


@pytest.mark.long
@pytest.mark.parametrize("signed_in", [False, True], ids=["public", "desk"])
def test_every_page(installation: Installation, new_context: NewContext, signed_in: bool) -> None:
    listener = Listener(installation.url)
    faults: list[str] = []
    seen: Seen = {}
    see = [one for one in everything(installation) if bool(one.who) is signed_in]
    for one, page in look(installation, new_context, see, listener.attach):
        found = listener.take(page) + narrow(page) + axe(page, seen)
        listener.heard.clear()  # axe makes requests that no page makes
        faults += [f"{one.who or 'anybody'} {one.address} {words}" for words in found]
    assert len(see) > 20
    assert not faults, "\n" + "\n".join(faults)


def test_a_new_page_is_included_or_reported(installation: Installation) -> None:
    places = furnished(installation)
    app = application(installation)
    app.add_url_rule("/brand/new", "new", public(lambda: ""))
    assert PageToSee(NOBODY, "/brand/new") in list(pages(app, places))
    app.add_url_rule("/brand/<int:which>", "which", public(lambda which: ""))
    with pytest.raises(KeyError, match="which"):
        list(pages(app, places))


def test_the_listener_finds_errors(installation: Installation, new_context: NewContext) -> None:
    outside = "http://127.0.0.1:9/planted"
    for bypass_csp, fault, words in (
        (False, "console.error('planted')", "error: planted"),
        (False, "document.body.setAttribute('onclick', 'planted()')", "Content Security Policy"),
        (False, "document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
        (False, "setTimeout(() => { throw new Error('planted') })", "error: planted"),
        (False, f"document.body.append(Object.assign(new Image(), {{src: '{outside}'}}))", outside),
        (True, f"fetch('{outside}').catch(() => 0)", f"asked: {outside}"),
    ):
        listener = Listener(installation.url)
        for _, page in look(installation, new_context, [SIGN_IN], listener.attach, bypass_csp=bypass_csp):
            assert not listener.take(page)
            page.evaluate(fault)
            for _ in range(100):
                if any(words in one for one in listener.heard):
                    break
                page.wait_for_timeout(20)
        assert any(words in one for one in listener.heard), (fault, listener.heard)


def test_narrow_and_axe_find_errors(installation: Installation, new_context: NewContext) -> None:
    h1, button = "document.querySelector('h1')", "document.querySelector('main button')"
    seen: Seen = {}

    def axe_again(page: Page) -> list[str]:
        return axe(page, seen)  # a style seen before the error does not hide it

    for check, fault, words in (
        (narrow, f"{h1}.style.width = '30rem'", "at 320: h1"),
        (narrow, f"{h1}.style.width = ''; {button}.style.cssText = 'min-height: 0; padding: 0; height: 20px'", "20 px"),
        (axe_again, f"{h1}.insertAdjacentHTML('afterend', '<img src=\"data:,\">')", "anyhow: image-alt"),
        (axe_again, f"{h1}.style.cssText = 'color: #777; background: #888'", "light: color-contrast"),
        (axe_again, f"{button}.style.cssText = 'color: #222; background: #282828'", "dark: color-contrast"),
        (axe_again, f"{h1}.parentElement.style.cssText = 'background: #777; --ink: #888'", "dark: color-contrast"),
    ):
        for _, page in look(installation, new_context, [SIGN_IN], bypass_csp=True):
            assert not check(page)
            page.evaluate(fault)
            assert any(words in one for one in check(page)), words
