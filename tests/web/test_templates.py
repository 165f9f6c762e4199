"""Templates: every one loads, is rendered in every state without undefined names, and makes a sound page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import template_rendered
from jinja2 import StrictUndefined, Template, UndefinedError
from support.page_checks import problems
from support.pages import Browser
from support.sweeps import everywhere
from support.world import World, make_app

from ledger.paths import data_dir
from ledger.store.accounts import Role
from ledger.web.access import declared

# Templates of pages that no request of this sweep reaches; each has a test of its own.
ELSEWHERE = {"account/unsubscribed.html", "account/resubscribed.html", "account/link_ended.html"}


def pages() -> set[str]:
    """The names of all templates of the web."""
    folder = data_dir("templates")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    return {name for name in names if not name.startswith("mail/")}


def addresses_to_read(world: World, who: str) -> list[str]:
    """The addresses to read as somebody: all for the public and for a reviewer, who sees them differently.

    For an editor and an administrator, those closed to lower roles, and two of each other rule, where they may do more.
    Responses other than pages, such as JSON, are the same for everybody and have sweeps of their own.
    """
    own = {"dora": Role.EDITOR, "admin": Role.ADMIN}
    few = {address for _, address in everywhere(world, most=2)}
    return [
        address
        for rule, address in everywhere(world, most=14)
        if "GET" in (rule.methods or ())
        and not address.endswith((".json", ".csv", ".zip"))
        and (who not in own or address in few or declared(world.app, rule.endpoint) == own[who])
    ]


def badly_laid_out(name: str, source: str) -> list[str]:
    """The badly formatted lines of a template: too long, or with two table cells or list items."""
    wrong = []
    for number, line in enumerate(source.splitlines(), 1):
        if len(line) > 120:
            wrong.append(f"{name}:{number}: {len(line)} columns")
        if re.search(r"(<t[dh][ >].*<t[dh][ >])|(<li[ >].*<li[ >])", line):
            wrong.append(f"{name}:{number}: two cells or items")
    return wrong


@dataclass(frozen=True)
class Visit:
    """The results of reading every page as somebody: templates rendered, errors, and unsound pages."""

    seen: set[str]
    failed: list[str]
    unwhole: list[str]


def visit(world: World, who: str, among: str = "") -> Visit:
    """Read the pages as somebody: all, or those whose addresses begin with `among`."""
    browser: Browser = world.browser(who)
    found = Visit(set(), [], [])

    def note(sender: object, template: Template, **_: object) -> None:
        found.seen.add(template.name or "")

    with template_rendered.connected_to(note, world.app):
        for address in (
            *addresses_to_read(world, who),
            "/unsubscribe/not-a-token",
            "/nothing",
            "/claims?q=nothing+fits",
        ):
            if not address.startswith(among):
                continue
            response = browser.get(address)
            if response.status_code >= 500:
                found.failed.append(f"{address}: {response.status_code} for {who}")
            elif response.mimetype == "text/html" and response.data and response.status_code not in (303, 308):
                found.unwhole.extend(f"{address}: {problem} for {who}" for problem in problems(response.text))
    return found


# This takes as long as the rest of the module, so one worker does it for all of these tests.
of_all_pages = pytest.mark.xdist_group("all pages")


@pytest.fixture(scope="module")
def visits(world: World) -> dict[str, Visit]:
    return {who: visit(world, who) for who in ("public", "ben", "dora", "admin")}


def test_every_template_loads_and_compiles(world: World) -> None:
    assert len(pages()) > 30
    for name in sorted(pages()):
        world.app.jinja_env.get_template(name)


def test_every_template_has_short_lines_and_a_line_for_each_cell() -> None:
    planted = "<p>fine</p>\n" + "x" * 121 + "\n<td>1</td><td>2</td>\n<li>a</li><li>b</li>"
    assert badly_laid_out("planted", planted) == [
        "planted:2: 121 columns",
        "planted:3: two cells or items",
        "planted:4: two cells or items",
    ]
    sources = [path for path in sorted(data_dir("templates").rglob("*")) if path.is_file()]
    assert len(sources) > 80
    assert [fault for path in sources for fault in badly_laid_out(path.name, path.read_text())] == []


@of_all_pages
def test_every_page_renders_without_an_error(visits: dict[str, Visit]) -> None:
    assert [fault for one in visits.values() for fault in one.failed] == []


@of_all_pages
def test_every_page_has_a_sound_structure(visits: dict[str, Visit]) -> None:
    assert [fault for one in visits.values() for fault in one.unwhole] == []


@of_all_pages
def test_every_template_is_rendered_by_some_page(world: World, visits: dict[str, Visit]) -> None:
    rendered = set().union(*(one.seen for one in visits.values()))
    folder = Path(data_dir("templates"))
    used = "".join((folder / name).read_text() for name in pages())
    # A template that others extend or import is rendered with them.
    parts = {name for name in pages() if f'"{name}"' in used}
    assert pages() - rendered - parts - ELSEWHERE == set()
    assert "public/claim.html" in rendered and "desk/adjudicate.html" in rendered


def test_the_sweep_finds_an_undefined_name(world: World, tmp_path: Path) -> None:
    assert world.app.jinja_env.undefined is StrictUndefined
    with pytest.raises(UndefinedError):
        world.app.jinja_env.from_string("{{ nobody_gave_this }}").render()
    broken = data_dir("templates") / "public" / "about.html"
    app = make_app(world.sessions)
    source = broken.read_text().replace("{{ page.name }}", "{{ page.nam }}", 1)
    app.jinja_env.cache.clear()  # type: ignore[union-attr] # there is a cache
    loader = app.jinja_env.loader
    assert loader is not None
    real = loader.get_source
    loader.get_source = lambda env, name: (  # type: ignore[method-assign] # a canary
        (source, None, lambda: True) if name == "public/about.html" else real(env, name)
    )
    other = World(world.url, world.engine, world.sessions, app, world.places)
    assert visit(other, "public", "/a").failed == ["/about: 500 for public"]


def test_the_editor_s_page_renders_for_a_review_without_a_split(world: World) -> None:
    for review in world.places.reviews.values():
        assert world.browser("editor").get(f"/desk/reviews/{review}/adjudicate").status_code == 200
