"""Every page, read as a screen reader would: labels, headings, tables, landmarks, and links that lead somewhere."""

from __future__ import annotations

import pytest
from catalogue import FORMS, undone
from sweeps import Element, Markup, everywhere
from worlds import World

WHO = ("public", "ben", "dora", "admin")


def faults(html: str) -> list[str]:
    """What is wrong with a page."""
    page = Markup.of(html)
    wrong = []
    ids = page.ids
    wrong += [f"the id {i} twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    if [e.attributes.get("lang") for e in page.all("html")] != ["en-GB"]:
        wrong.append("no language")
    if len(page.all("h1")) != 1 or len(page.all("main")) != 1 or not page.all("title")[0].text.strip():
        wrong.append("not one h1, main and title")
    level = 0
    for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6"):
        if int(heading.tag[1]) > level + 1:
            wrong.append(f"{heading.tag} “{heading.text.strip()[:30]}” after h{level}")
        level = int(heading.tag[1])
    labels = {e.attributes.get("for") for e in page.all("label")}
    wrong += [f"{e.tag} {e.attributes.get('name')} has no label" for e in controls(page) if not labelled(e, labels)]
    for table in page.all("table"):
        if "aria-label" not in table.attributes and not caption_of(page, table):
            wrong.append("a table without a caption")
    links = [e.attributes["href"] for e in page.all("a") if e.attributes.get("href", "").startswith("#")]
    wrong += [f"{link} leads nowhere" for link in links if link[1:] not in ids]
    if not links or links[0] != "#main":
        wrong.append("no way past the menu")
    described = {i for e in page.elements for i in e.attributes.get("aria-describedby", "").split()}
    described |= {i for e in page.elements for i in e.attributes.get("aria-labelledby", "").split()}
    wrong += [f"described by {i}, which is not there" for i in described - set(ids)]
    wrong += ["an image without words" for e in page.all("img") if "alt" not in e.attributes]
    wrong += ["a button without words" for e in page.all("button") if not e.text.strip()]
    wrong += ["a link without words" for e in page.all("a") if not e.text.strip()]
    wrong += [f"style on {e.tag}" for e in page.elements if "style" in e.attributes]
    return wrong


def controls(page: Markup) -> list[Element]:
    """What somebody fills in."""
    silent = {"hidden", "submit", "button"}
    return [e for e in page.all("input", "select", "textarea") if e.attributes.get("type") not in silent]


def labelled(control: Element, labels: set[str | None]) -> bool:
    named = "aria-label" in control.attributes or "label" in control.inside
    return named or control.attributes.get("id", "-") in labels


def caption_of(page: Markup, table: Element) -> bool:
    after = page.elements[page.elements.index(table) + 1 :]
    return bool(after) and after[0].tag == "caption" and bool(after[0].text.strip())


@pytest.mark.parametrize("who", WHO)
def test_every_page_is_whole(world: World, who: str) -> None:
    browser, wrong = world.browser(who), []
    for rule, address in everywhere(world, most={"public": 14, "ben": 7}.get(who, 2)):
        if "GET" in (rule.methods or ()):
            response = browser.get(address)
            if response.mimetype == "text/html" and response.data and response.status_code not in (303, 308):
                wrong += [f"{address}: {what}" for what in faults(response.text)]
    for address in ("/nothing", "/claims?q=nothing+fits", "/unsubscribe/x"):
        wrong += [f"{address}: {what}" for what in faults(browser.get(address).text)]
    assert wrong == []


@pytest.mark.parametrize("name", [name for name in FORMS if name != "preferences"])  # nothing need be filled in
def test_a_refused_form_is_whole(world: World, name: str) -> None:
    """Everything left empty: as many messages as there can be, each where it belongs."""
    form = FORMS[name]
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    token = Markup.of(page.text).all("input")
    data = {"csrf_token": next(e.attributes["value"] for e in token if e.attributes.get("name") == "csrf_token")}
    with undone(world):
        response = browser.post(page.request.path, data=data)
    assert response.status_code == 422 and faults(response.text) == []
    assert 'id="problems"' in response.text


GOOD = (
    '<html lang="en-GB"><title>T</title><a href="#main">Skip</a><main id="main"><h1>H</h1>'
    '<label for="x">X</label><input id="x"></main></html>'
)


@pytest.mark.parametrize(
    ("spoilt", "seen"),
    [
        ("<h3>Deep</h3>", "h3 “Deep” after h1"),
        ('<input name="bare">', "input bare has no label"),
        ('<p id="x">', "the id x twice"),
        ("<table><tr><td>1</table>", "a table without a caption"),
        ('<a href="#gone">Go</a>', "#gone leads nowhere"),
        ("<h1>Second</h1>", "not one h1, main and title"),
        ('<input id="y" aria-label="Y" aria-describedby="z">', "described by z, which is not there"),
        ("<button></button>", "a button without words"),
    ],
)
def test_the_sweep_sees(spoilt: str, seen: str) -> None:
    assert faults(GOOD) == []
    assert seen in faults(GOOD.replace("</main>", f"{spoilt}</main>"))
