"""The structure of forms that were sent empty, as a screen reader needs it; and that the check finds errors."""

from __future__ import annotations

import pytest
from support.forms import FORMS, undone
from support.page_checks import problems
from support.sweeps import Markup
from support.world import World


@pytest.mark.parametrize("name", [name for name in FORMS if name != "preferences"])  # it has no required field
def test_a_refused_form_has_a_sound_structure(world: World, name: str) -> None:
    """All fields empty: as many messages as possible, each at its field."""
    form = FORMS[name]
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    token = Markup.of(page.text).all("input")
    data = {"csrf_token": next(e.attributes["value"] for e in token if e.attributes.get("name") == "csrf_token")}
    with undone(world):
        response = browser.post(page.request.path, data=data)
    assert response.status_code == 422 and problems(response.text) == []
    assert 'id="problems"' in response.text


GOOD = (
    '<html lang="en-GB"><title>T</title><a href="#main">Skip</a><main id="main"><h1>H</h1>'
    '<label for="x">X</label><input id="x"></main></html>'
)


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ("<h3>Deep</h3>", "h3 “Deep” after h1"),
        ('<input name="bare">', "input bare has no label"),
        ('<p id="x">', "the id x twice"),
        ("<table><tr><td>1</table>", "a table without a caption"),
        ('<a href="#gone">Go</a>', "#gone leads nowhere"),
        ("<h1>Second</h1>", "not one h1, main and title"),
        ('<input id="y" aria-label="Y" aria-describedby="z">', "described by z, which is not there"),
        ("<button></button>", "a button without words"),
        ('<p class="a\nb">', "a line break in class of p"),
    ],
)
def test_the_check_finds(broken: str, found: str) -> None:
    assert problems(GOOD) == []
    assert found in problems(GOOD.replace("</main>", f"{broken}</main>"))
