"""Hostile input in every field of every form: a message at the field, no input lost, nothing written, never a 500."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import pytest
from support.forms import FORMS, HOSTILE, SHORT, Form, undone
from support.pages import Browser, PageForm, forms_of
from support.sweeps import Markup
from support.world import World
from werkzeug.test import TestResponse

from ledger.domain.text import tidy

ANSWERS = {303, 400, 413, 422}
# A box, a button or a list only compares a word with its choices: one of each length and alphabet is enough.
OF_A_CHOICE = ("nothing", "a megabyte", "many digits", "nan", "script", "nul", "emoji", "unknown word")
# Input for every text field. Each form spreads the other input over its text fields, a third for each, in turn.
OF_ANY_TEXT = ("nothing", "a megabyte", "many digits", "script", "nul", "ligatures")


def page_form(response: TestResponse, fields: set[str]) -> PageForm:
    """The form of a page that has these fields."""
    return next(form for form in forms_of(response) if fields <= form.names and form.method == "post")


def same(typed: str) -> str:
    """A text tidied and with single spaces, for comparing it with what comes back."""
    return " ".join(tidy(typed).split())


# A response is read with two regular expressions, because a parser takes longer for a page than the ledger.
# This works because templates escape <, > and quotes; a test below compares it with a parser.
TAG = re.compile(r"<([a-z][a-z0-9]*)\b([^<>]*)>(?:([^<]*)(?=</textarea>))?")
ATTRIBUTE = re.compile(r'([a-z][a-z-]*)(?:="([^"]*)")?')


@dataclass
class Answer:
    """A refused form: the texts of its fields by name, its ids, the ids fields refer to, and the targets of links."""

    texts: dict[str, list[str]]
    ids: list[str]
    described: set[str]
    leads: list[str]

    @classmethod
    def of(cls, html: str) -> Answer:
        """Read a response with the regular expressions."""
        answer = cls({}, [], set(), [])
        for tag, inside, text in TAG.findall(html):
            if tag in ("input", "textarea") or " id=" in inside or " href=" in inside or " aria-describedby=" in inside:
                attributes = {name: unescape(value) for name, value in ATTRIBUTE.findall(inside)}
                answer.note(tag, attributes, unescape(text))
        return answer

    @classmethod
    def parsed(cls, html: str) -> Answer:
        """Read a response with a parser."""
        answer = cls({}, [], set(), [])
        for element in Markup.of(html).elements:
            answer.note(element.tag, element.attributes, element.text)
        return answer

    def note(self, tag: str, attributes: dict[str, str], text: str) -> None:
        """Store the data of an element."""
        if "id" in attributes:
            self.ids.append(attributes["id"])
        self.described.update(attributes.get("aria-describedby", "").split())
        if tag == "a" and attributes.get("href", "").startswith("#"):
            self.leads.append(attributes["href"])
        if tag in ("input", "textarea") and attributes.get("type") not in ("radio", "checkbox", "hidden"):
            written = attributes.get("value", "") if tag == "input" else text
            self.texts.setdefault(attributes.get("name", ""), []).append(same(written))


def lost(answer: Answer, sent: dict[str, list[str]]) -> list[str]:
    """The texts that are missing from the form that came back."""
    back = answer.texts
    return [name for name, values in sent.items() if name in back and same(values[0]) not in back[name]]


def missing_messages(answer: Answer, name: str) -> list[str]:
    """The messages missing from a refused form: at the field, referred to by it, and in the summary."""
    errors = [i for i in answer.ids if i.endswith("-error")]
    faults = [] if "problems" in answer.ids else ["no summary"]
    faults += [f"{i} is tied to no field" for i in errors if i not in answer.described]
    faults += [f"{lead} leads nowhere" for lead in answer.leads if lead[1:] not in answer.ids]
    if f"{name}-error" not in errors:
        faults.append(f"no message at {name}")
    return faults


def send(world: World, browser: Browser, form: Form, blank: PageForm, name: str, value: object) -> list[str]:
    """Send a form with hostile input in one field. Returns what is wrong with the response."""
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
            answer = Answer.of(response.text)
            faults += [f"{field} was lost" for field in lost(answer, sent)]
            faults += missing_messages(answer, name)
    browser.delete_cookie("kept")
    return faults


def choices(html: str) -> set[str]:
    """The fields of a page that are choices, without text."""
    boxes = ("radio", "checkbox")
    controls = Markup.of(html).all("select", "input")
    chosen = [e for e in controls if e.tag == "select" or e.attributes.get("type") in boxes]
    return {e.attributes.get("name", "") for e in chosen}


def of_a_choice(values: tuple[str, ...]) -> list[str]:
    """Those of these values that are tried in a box, a button or a list."""
    return [one for one in values if one in OF_A_CHOICE]


def of_a_text(values: tuple[str, ...], place: int, texts: int) -> list[str]:
    """Those of these values that are tried in a text field: all where a form has fewer than three, else a third."""
    rest = [one for one in values if one not in OF_ANY_TEXT]
    theirs = rest[place % 3 :: 3] if texts >= 3 else rest
    return [one for one in values if one in OF_ANY_TEXT or one in theirs]


def sweep(world: World, form: Form, values: tuple[str, ...]) -> list[str]:
    """Send every field of a form with all hostile input. Returns what is wrong."""
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    blank = page_form(page, set(form.fields(world)))
    names = set(form.only) or blank.names - {"csrf_token"} - set(form.unchecked)
    assert names, form
    chosen = choices(page.text)
    found = []
    texts = sorted(names - chosen)
    for name in sorted(names):
        for what in of_a_choice(values) if name in chosen else of_a_text(values, texts.index(name), len(texts)):
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
def test_valid_input_is_accepted(world: World, name: str) -> None:
    """If it were not, the sweeps below would prove nothing."""
    form = FORMS[name]
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    data = page_form(page, set(form.fields(world))).filled(**form.fields(world))
    with undone(world):
        response = browser.post(page.request.path, data=data)
        assert response.status_code == 303, response.text


@pytest.mark.long
@pytest.mark.parametrize("name", FORMS)
def test_invalid_input_gets_a_message_and_is_not_lost(world: World, name: str) -> None:
    assert sweep(world, FORMS[name], tuple(HOSTILE)) == []


@pytest.mark.parametrize("name", ["record", "document", "evidence", "assess", "people", "forgot"])
def test_the_same_on_postgresql(postgres_world: World, name: str) -> None:
    assert sweep(postgres_world, FORMS[name], SHORT) == []


@pytest.mark.parametrize("name", FORMS)
def test_the_expressions_read_what_a_parser_reads(world: World, name: str) -> None:
    """With empty fields, and with text that looks like markup."""
    form = FORMS[name]
    browser = world.browser(form.who)
    blank = page_form(browser.get(form.address(world)), set(form.fields(world)))
    for typed in ("", f"{HOSTILE['script']}{HOSTILE['quotes']}</textarea><b id='x'>&lt;\n"):
        with undone(world):
            sent = blank.filled(**dict.fromkeys(blank.names - {"csrf_token"}, typed))
            html = browser.post(form.address(world), data=sent).text
        browser.delete_cookie("kept")
        assert Answer.of(html) == Answer.parsed(html)


def test_the_sweep_finds_a_500_a_lost_text_and_a_missing_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.web.desk import register
    from ledger.web.fields import LineField
    from ledger.web.forms import LedgerForm

    def fall_over(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(register, "register_claimant", fall_over)
        assert any("answered 500" in line for line in sweep(world, FORMS["claimant"], ("emoji",)))
    with monkeypatch.context() as patch:
        patch.setattr(LineField, "_value", lambda self: "")
        assert any("was lost" in line for line in sweep(world, FORMS["claimant"], ("nul",)))
    with monkeypatch.context() as patch:
        patch.setattr(LedgerForm, "place", lambda self, problems, **how: None)
        found = sweep(world, FORMS["claimant"], ("nul",))
        assert any("no message at name" in line for line in found)
