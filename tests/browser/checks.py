"""The checks of every page: no errors in the console, no overflow on a phone, and no findings by axe."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

WIDTHS = (320, 360)
SMALLEST = 44  # px, the smallest touch target
SCHEMES = ("light", "dark")
AXE = AXE_FILE_PATH.read_text()

STICKS_OUT = """() => {
  const root = document.scrollingElement, width = root.clientWidth;
  if (root.scrollWidth <= width) return [];
  const out = [...document.querySelectorAll('body *')].filter(it => it.getBoundingClientRect().right > width + 0.5);
  return [`the page is ${root.scrollWidth} wide`, ...out.slice(-3).map(
    it => `${it.localName}.${it.className} ${(it.textContent || '').trim().slice(0, 40)}`)];
}"""
TOO_SMALL = """smallest => [...document.querySelectorAll('button, .button, input[type=submit], main summary')]
  .map(it => [it.textContent.trim().slice(0, 40), it.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < smallest - 0.1)
  .map(([words, box]) => `“${words}” is ${Math.round(box.height)} px high`)"""
# Measuring contrast takes longer than all other rules together. Texts of the same colours and face, on the same
# backgrounds, have the same contrast: one of each is measured, on one page only.
ONE_OF_EACH = """seen => {
  const ground = element => {
    const style = getComputedStyle(element), above = element.parentElement;
    const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode].join();
    return above ? `${own} / ${ground(above)}` : own;
  };
  const found = new Map();
  for (const element of document.body.querySelectorAll('*')) {
    if (![...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    const {color, fontSize, fontWeight, textDecorationLine, textShadow, position} = getComputedStyle(element);
    const around = getComputedStyle(element.parentElement).color; // what a link is told from
    const looks = [element.localName, color, around, fontSize, fontWeight, textDecorationLine, textShadow, position,
      ground(element)].join(' | ');
    if (!found.has(looks)) found.set(looks, element);
  }
  return [...found].filter(([looks]) => !seen.includes(looks));
}"""
RUN_AXE = """(where, options) => axe.run(where, options).then(found => found.violations.map(
    one => `${one.id}: ` + one.nodes.map(
        node => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' | ')))"""
AXE_ON_ALL = f"options => ({RUN_AXE})(document, options)"
AXE_ON_COLOURS = f"""async ([options, seen]) => {{
  const found = ({ONE_OF_EACH})(seen);
  const faults = found.length ? await ({RUN_AXE})({{include: found.map(([, element]) => element)}}, options) : [];
  return [found.map(([looks]) => looks), faults];
}}"""
COLOURS = ["color-contrast", "link-in-text-block"]


class Listener:
    """Records the console messages and the requests of a context's pages."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.heard: list[str] = []

    def attach(self, context: BrowserContext) -> None:
        """Listen to every page of a context."""
        context.on("console", self.said)
        context.on("weberror", lambda error: self.heard.append(f"error: {error.error}"))
        context.on("request", self.asked)
        context.on("requestfailed", self.failed)

    def said(self, message: ConsoleMessage) -> None:
        """Record a console message, except the one about a page that is meant to respond 404 or 422."""
        its_own = message.page is not None and message.location["url"] == message.page.url
        if message.type in ("error", "warning") and not (its_own and message.text.startswith("Failed to load")):
            self.heard.append(f"{message.type}: {message.text}")

    def asked(self, request: Request) -> None:
        """Record a request to any other origin."""
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.heard.append(f"asked: {request.url}")

    def failed(self, request: Request) -> None:
        """Record a failed request, unless it was aborted because the page was left."""
        if request.failure != "net::ERR_ABORTED":
            self.heard.append(f"failed: {request.url} {request.failure}")

    def take(self, page: Page) -> list[str]:
        """The problems recorded since the last call."""
        page.evaluate("document.fonts.ready.then(() => 0)")  # a round trip, after which all messages have arrived
        heard, self.heard = self.heard, []
        return heard


def narrow(page: Page) -> list[str]:
    """What overflows the page at each width, and what is too small to touch."""
    before = page.viewport_size
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"at {width}: {words}" for words in page.evaluate(STICKS_OUT)]
    found += page.evaluate(TOO_SMALL, SMALLEST)
    if before is not None:
        page.set_viewport_size(before)
    return found


Seen = dict[str, list[str]]  # styles of texts whose contrast was sufficient, by colour scheme


def axe(page: Page, seen: Seen | None = None) -> list[str]:
    """The findings of axe: of colours in light and dark mode, of everything else once.

    Texts with a style in `seen` from an earlier page are not measured again.
    """
    page.evaluate(AXE)
    # Nothing is preloaded. Two rules need that: an experimental one, which is off, and one on audio that
    # plays by itself, which only asks for a review.
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    off = {rule: {"enabled": False} for rule in COLOURS}
    found = [f"anyhow: {words}" for words in page.evaluate(AXE_ON_ALL, {**options, "rules": off})]
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two words
        only = {**options, "runOnly": {"type": "rule", "values": COLOURS}}
        known = seen.setdefault(scheme, []) if seen is not None else []
        looks, faults = page.evaluate(AXE_ON_COLOURS, [only, known])
        found += [f"{scheme}: {words}" for words in faults]
        known += looks if not faults else []
    return found
