"""Attributes of form controls, written out quickly.

WTForms fills a template for every attribute of every control, label and option: that was a third of the time that
the form for recording takes, with its two hundred of them. The text is the same, and a test holds it to that.
"""

from __future__ import annotations

from markupsafe import Markup, escape
from wtforms import widgets
from wtforms.widgets import core

BY_THE_LIBRARY = core.html_params


def attributes(**values: object) -> Markup:
    """As `wtforms.widgets.html_params`: sorted, True as the bare name, False left out, everything escaped."""
    written = [
        str(escape(core.clean_key(name)) if value is True else _assigned(core.clean_key(name), value))
        for name, value in sorted(values.items())
        if value is not False
    ]
    return Markup(" ".join(written))  # noqa: S704 - each part has just been escaped


def _assigned(name: str, value: object) -> str:
    escaped = str(escape(value)).replace('"', "&quot;")  # what came as Markup may hold bare quotes
    return f'{escape(name)}="{escaped}"'


def install() -> None:
    """Let every widget write its attributes so."""
    widgets.html_params = core.html_params = attributes
    core.Input.html_params = core.Button.html_params = staticmethod(attributes)
