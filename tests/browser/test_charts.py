"""Charts in a real browser: they use the page's colours in light and dark mode, obey its CSP, and fit 320 px."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.samples.charts import samples

from ledger.charts.render_process import RenderProcess
from ledger.charts.theme import WIDTH
from ledger.web.headers import CSP

SHOWN = ("reliability, worded", "histogram, worded", "years", "outcomes")
HERE = "https://ledger.example.org"


@pytest.fixture(scope="module")
def page_of_charts() -> str:
    """A page with all charts, as on a scorecard."""
    with RenderProcess() as renderer:
        inline = [renderer.draw(samples()[word].spec()).inline for word in SHOWN]
    return (
        f'<!doctype html><title>Charts</title><link rel="stylesheet" href="/ledger.css"><main>{"".join(inline)}</main>'
    )


@pytest.mark.parametrize(("scheme", "ink"), [("light", "rgb(28, 27, 25)"), ("dark", "rgb(233, 229, 220)")])
def test_charts_take_the_colours_of_the_page(
    chromium: Browser, checkout: Path, page_of_charts: str, scheme: str, ink: str
) -> None:
    css = (checkout / "ledger/web/static/ledger.css").read_text("utf-8")
    context = chromium.new_context(viewport={"width": 320, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type] # one of them
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    policy = {"Content-Security-Policy": CSP}
    page.route("**/*.css", lambda route: route.fulfill(body=css, content_type="text/css"))
    page.route(HERE + "/", lambda route: route.fulfill(body=page_of_charts, content_type="text/html", headers=policy))
    page.goto(HERE + "/")
    assert complaints == []
    fills = "[...document.querySelectorAll('svg [fill=currentColor]')].map(e => getComputedStyle(e).fill)"
    assert set(page.evaluate(fills)) == {ink}
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    hollow = "[...document.querySelectorAll('svg [fill^=\"var(--paper\"]')].map(e => getComputedStyle(e).fill)"
    assert set(page.evaluate(hollow)) == {paper}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("Math.min(...[...document.querySelectorAll('svg')].map(e => e.clientWidth))") >= WIDTH
    link = page.get_by_role("link", name="70%: 25 of 33 came about (76%)")
    assert link.count() == 1
    assert page.get_by_role("img", name="Outcomes, Ada").count() == 1
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">canary</p>')")
    assert any("style" in complaint for complaint in complaints), "the policy would have been heard of"
    context.close()
