"""Attributes of form controls are what WTForms itself would write."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.fields import SelectChoice

from ledger.web import attributes

NAMES = ("id", "class_", "for", "data_part", "aria_describedby", "checked", "x<y")
texts = st.text(alphabet="ab<>&\"' ;{}%é🦩\n\x00")
values = st.booleans() | st.none() | st.integers() | texts | texts.map(Markup)


@given(given=st.dictionaries(st.sampled_from(NAMES), values))
def test_attributes_are_as_the_library_writes_them(given: dict[str, Any]) -> None:
    ours, theirs = attributes.attributes(**given), attributes.BY_THE_LIBRARY(**given)
    assert ours == theirs
    assert type(ours) is type(theirs) is Markup


class Everything(Form):
    """A control of each kind that the ledger has."""

    line = StringField("A <line>", default='"quoted" & <b>')
    lines = TextAreaField("Lines", render_kw={"data_of": "it"})
    choice = SelectField("Choice", choices=[SelectChoice("1", "a & b"), SelectChoice("2", "b>c", optgroup="2 & 3")])
    radio = RadioField("Radio", choices=[SelectChoice("x", "X"), SelectChoice("y", "Y <y>")])
    box = BooleanField("Box", default=True)
    send = SubmitField("Send")


def shown() -> list[str]:
    form = Everything(choice="2", radio="y")
    return [
        f"{field.label(class_='l')}{field(aria_describedby='hint')}{[str(one) for one in parts(field)]}"
        for field in form
    ]


def parts(field: Any) -> Any:
    return field if isinstance(field, RadioField) else ()


def test_every_control_is_as_the_library_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = shown()
    for place, name in ((attributes.widgets, "html_params"), (attributes.core, "html_params")):
        monkeypatch.setattr(place, name, attributes.BY_THE_LIBRARY)
    for widget in (attributes.core.Input, attributes.core.Button):
        monkeypatch.setattr(widget, "html_params", staticmethod(attributes.BY_THE_LIBRARY))
    assert shown() == ours
    assert all("aria-describedby" in words for words in ours)
