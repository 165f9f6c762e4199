"""Checks that a page works with a screen reader: labels, headings, captions, and links that lead somewhere."""

from __future__ import annotations

from support.sweeps import Element, Markup


def problems(html: str) -> list[str]:
    """The problems of a page, one a line."""
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
    ours = ("class", "id", "href", "src", "data-")  # scripts and browsers read these; a wrapped line would change them
    wrong += [
        f"a line break in {name} of {e.tag}"
        for e in page.elements
        for name, value in e.attributes.items()
        if name.startswith(ours) and "\n" in value
    ]
    wrong += [f"style on {e.tag}" for e in page.elements if "style" in e.attributes]
    return wrong


def controls(page: Markup) -> list[Element]:
    """The form controls of a page."""
    silent = {"hidden", "submit", "button"}
    return [e for e in page.all("input", "select", "textarea") if e.attributes.get("type") not in silent]


def labelled(control: Element, labels: set[str | None]) -> bool:
    named = "aria-label" in control.attributes or "label" in control.inside
    return named or control.attributes.get("id", "-") in labels


def caption_of(page: Markup, table: Element) -> bool:
    after = page.elements[page.elements.index(table) + 1 :]
    return bool(after) and after[0].tag == "caption" and bool(after[0].text.strip())
