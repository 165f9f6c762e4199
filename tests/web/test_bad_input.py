"""Every form, every field, everything hostile: a message at the field, nothing lost, nothing written, never a 500."""

from __future__ import annotations

import pytest
from catalogue import FORMS, HOSTILE, SHORT, Form, undone
from pages import Browser, PageForm, forms_of
from sweeps import Markup
from werkzeug.test import TestResponse
from worlds import World

from ledger.domain.prose import tidy

ANSWERS = {303, 400, 413, 422}


def page_form(response: TestResponse, fields: set[str]) -> PageForm:
    """The form of a page that has these fields."""
    return next(form for form in forms_of(response) if fields <= form.names and form.method == "post")


def same(typed: str) -> str:
    """What two spellings of one text have in common: its words."""
    return " ".join(tidy(typed).split())


def lost(page: Markup, sent: dict[str, list[str]]) -> list[str]:
    """The texts that are not in the form that came back."""
    back: dict[str, list[str]] = {}
    for element in page.all("input", "textarea"):
        if element.attributes.get("type") not in ("radio", "checkbox", "hidden"):
            written = element.attributes.get("value", "") if element.tag == "input" else element.text
            back.setdefault(element.attributes.get("name", ""), []).append(same(written))
    return [name for name, values in sent.items() if name in back and same(values[0]) not in back[name]]


def unsaid(page: Markup, name: str) -> list[str]:
    """What is missing from the messages of a refused form: at the field, tied to it, and in the summary."""
    faults = []
    described = {i for e in page.elements for i in e.attributes.get("aria-describedby", "").split()}
    ids = page.ids
    errors = [i for i in ids if i.endswith("-error")]
    if not any(e.attributes.get("id") == "problems" for e in page.elements):
        faults.append("no summary")
    faults += [f"{i} is tied to no field" for i in errors if i not in described]
    faults += [f"{e.attributes['href']} leads nowhere" for e in page.all("a") if _dangling(e.attributes, ids)]
    if f"{name}-error" not in errors:
        faults.append(f"no message at {name}")
    return faults


def _dangling(attributes: dict[str, str], ids: list[str]) -> bool:
    href = attributes.get("href", "")
    return href.startswith("#") and href[1:] not in ids


def send(world: World, browser: Browser, form: Form, blank: PageForm, name: str, value: object) -> list[str]:
    """Send a form with one field made hostile; what is wrong with the answer."""
    sent = blank.filled(**{**form.fields(world), name: value})
    with undone(world) as size:
        before = size()
        response = browser.post(form.address(world), data=sent)
        faults = []
        if response.status_code not in ANSWERS:
            faults.append(f"answered {response.status_code}")
        if response.status_code != 303 and size() != before:
            faults.append("was half-written")
        if response.status_code == 422:
            back = Markup.of(response.text)
            faults += [f"{field} was lost" for field in lost(back, sent)]
            faults += unsaid(back, name)
    browser.delete_cookie("kept")
    return faults


def sweep(world: World, form: Form, values: tuple[str, ...]) -> list[str]:
    """Every field of a form with everything hostile in it."""
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    blank = page_form(page, set(form.fields(world)))
    names = set(form.only) or blank.names - {"csrf_token"} - set(form.unchecked)
    assert names, form
    found = []
    for name in sorted(names):
        for what in values:
            faults = send(world, browser, form, blank, name, HOSTILE[what])
            found += [f"{what} in {name}: {fault}" for fault in faults]
        found += [f"{name} left out: {fault}" for fault in send(world, browser, form, blank, name, None)]
        twice = [form.fields(world).get(name, ""), HOSTILE["script"]]
        found += [f"{name} twice: {fault}" for fault in send(world, browser, form, blank, name, twice)]
    for name in form.unchecked:
        for what in values:
            faults = send(world, browser, form, blank, name, HOSTILE[what])
            found += [f"{what} in {name}: {fault}" for fault in faults if "message" not in fault]
    return found


@pytest.mark.parametrize("name", FORMS)
def test_a_form_as_it_should_be_is_taken(world: World, name: str) -> None:
    """Or else the sweeps below would show nothing."""
    form = FORMS[name]
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    data = page_form(page, set(form.fields(world))).filled(**form.fields(world))
    with undone(world):
        response = browser.post(page.request.path, data=data)
        assert response.status_code == 303, response.text


@pytest.mark.long
@pytest.mark.parametrize("name", FORMS)
def test_whatever_is_typed_gets_its_message_and_is_kept(world: World, name: str) -> None:
    assert sweep(world, FORMS[name], tuple(HOSTILE)) == []


@pytest.mark.parametrize("name", ["record", "document", "evidence", "assess", "people", "forgot"])
def test_the_same_on_postgresql(postgres_world: World, name: str) -> None:
    assert sweep(postgres_world, FORMS[name], SHORT) == []


def test_the_sweep_sees_a_500_a_lost_text_and_a_missing_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.web.desk import registering
    from ledger.web.forms import LedgerForm, LineField

    def fall_over(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(registering, "register_claimant", fall_over)
        assert any("answered 500" in line for line in sweep(world, FORMS["claimant"], ("emoji",)))
    with monkeypatch.context() as patch:
        patch.setattr(LineField, "_value", lambda self: "")
        assert any("was lost" in line for line in sweep(world, FORMS["claimant"], ("nul",)))
    with monkeypatch.context() as patch:
        patch.setattr(LedgerForm, "place", lambda self, problems: None)
        found = sweep(world, FORMS["claimant"], ("nul",))
        assert any("no message at name" in line for line in found)
