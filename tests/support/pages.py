"""A test client that reads pages and sends their forms as a browser does, with cookies, hidden fields and tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

HOST = "https://ledger.example.org"


@dataclass
class PageForm:
    """A form of a page, with the values it was served with."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # of every control, filled or not

    def filled(self, **changes: Any) -> dict[str, list[str]]:
        """The data to send with these `changes`; None omits a field. Raises KeyError for an unknown field."""
        for name in changes:
            if name not in self.names:
                raise KeyError(f"this form has no field {name!r}, only {sorted(self.names)}")
        values: dict[str, list[str]] = {}
        for name, value in self.fields:
            if name not in changes:
                values.setdefault(name, []).append(value)
        for name, value in changes.items():
            if value is not None:
                values[name] = [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]
        return values


class Browser(FlaskClient):
    """A test client at the ledger's own address. CSRF checks are on, so forms are sent from pages that were read."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", HOST)
            headers = Headers(kwargs.get("headers"))
            headers.setdefault("Referer", kwargs["base_url"] + "/")
            kwargs["headers"] = headers
        kwargs.setdefault("buffered", True)  # read completely, so that no file stays open
        return super().open(*args, **kwargs)

    def submit(
        self, page: str | TestResponse, *, to: str | None = None, follow_redirects: bool = False, **fields: Any
    ) -> TestResponse:
        """Read a page (or use one that was read), fill in its form and send it.

        The form is the first whose action is `to`, or else the first POST form with all the given fields.
        """
        response = self.get(page) if isinstance(page, str) else page
        here = response.request.path
        for form in forms_of(response):
            action = urlsplit(urljoin(here, form.action)) if form.action else None
            target = here if action is None else action.path + (f"?{action.query}" if action.query else "")
            wanted = target == to if to is not None else form.method == "post" and fields.keys() <= form.names
            if wanted and (to is not None or not target.endswith("/sign-out")):
                data = form.filled(**fields)
                if form.method == "get":
                    return self.get(target, query_string=data, follow_redirects=follow_redirects)
                return self.post(target, data=data, follow_redirects=follow_redirects)
        raise AssertionError(
            f"{here} ({response.status_code}) has no form for {to or sorted(fields)}: "
            f"{[(form.action, sorted(form.names)) for form in forms_of(response)]}"
        )


def words_sent(response: TestResponse) -> str:
    """All text in a response: for an archive, that of its files; for an image, none."""
    if response.mimetype == "image/png":
        return ""
    if response.mimetype == "application/zip":
        with ZipFile(BytesIO(response.data)) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    return response.text


def forms_of(response: TestResponse) -> list[PageForm]:
    """Every form of a page."""
    return forms_in(response.get_data(as_text=True))


def forms_in(html: str) -> list[PageForm]:
    """Every form in a piece of HTML."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms


def text_of(response: TestResponse) -> str:
    """The visible text of a page, with single spaces."""
    parser = _Text()
    parser.feed(response.get_data(as_text=True))
    return " ".join("".join(parser.texts).split())


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.form: PageForm | None = None
        self.select: tuple[str, list[str], bool] | None = None
        self.option_seen = False
        self.textarea: str | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self.form = PageForm(at.get("action") or "", (at.get("method") or "get").lower())
            self.forms.append(self.form)
        if self.form is None:
            return
        name, value = at.get("name") or "", at.get("value")
        if tag in ("input", "select", "textarea", "button") and name:
            self.form.names.add(name)
        if tag == "input" and name:
            kind = (at.get("type") or "text").lower()
            if kind in ("checkbox", "radio"):
                if "checked" in at:
                    self.form.fields.append((name, value or "on"))
            elif kind not in ("submit", "button", "image", "file", "reset"):
                self.form.fields.append((name, value or ""))
        elif tag == "select" and name:
            self.select, self.option_seen = (name, [], "multiple" in at), False
        elif tag == "option" and self.select is not None:
            chosen, multiple = self.select[1], self.select[2]
            if "selected" in at or (not self.option_seen and not multiple):
                if not multiple:
                    chosen.clear()
                chosen.append(value or "")
            self.option_seen = True
        elif tag == "textarea" and name:
            self.textarea, self.text = name, []

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self.form is None:
            return
        if tag == "select" and self.select is not None:
            self.form.fields += [(self.select[0], value) for value in self.select[1]]
            self.select = None
        elif tag == "textarea" and self.textarea is not None:
            self.form.fields.append((self.textarea, "".join(self.text).removeprefix("\r").removeprefix("\n")))
            self.textarea = None
        elif tag == "form":
            self.form = None


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
