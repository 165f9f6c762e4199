"""Files uploaded with evidence and downloaded: their type comes from the content, and they never open in place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from support.forms import EVIDENCE, undone
from support.pages import HOST, Browser, forms_of, text_of
from support.world import World
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from ledger.services.files import LARGEST_FILE

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def form_at(world: World) -> str:
    return f"/desk/claims/{world.places.claims['open']}/evidence/new"


def send(browser: Browser, address: str, name: str, content: bytes, **changes: Any) -> TestResponse:
    """Attach evidence with a file, as a browser sends it."""
    form = next(form for form in forms_of(browser.get(address)) if "file" in form.names)
    data: dict[str, Any] = {key: values[0] for key, values in form.filled(**{**EVIDENCE, **changes}).items()}
    return post_with_file(browser, address, data, name, content)


def post_with_file(browser: Browser, address: str, data: dict[str, Any], name: str, content: bytes) -> TestResponse:
    """Post a form with a file as browsers do: quotes and line ends in its name are percent-encoded."""
    named = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in data.items()]
    head = f'Content-Disposition: form-data; name="file"; filename="{named}"\r\nContent-Type: image/png\r\n\r\n'
    parts.append(head.encode() + content)
    body = b"".join(b"--bound\r\n" + part + b"\r\n" for part in parts) + b"--bound--\r\n"
    return browser.post(address, data=body, content_type="multipart/form-data; boundary=bound")


def downloaded(browser: Browser, page: TestResponse) -> TestResponse:
    """The file that the newest evidence on a claim's page links to."""
    link = re.findall(r'href="(/evidence/\d+/file)"', browser.get(str(page.location)).text)[-1]
    return browser.get(link)


def error_at(response: TestResponse, field: str) -> str:
    return response.text.split(f'id="{field}-error"')[1].split("</p>")[0]


@pytest.mark.parametrize(
    ("name", "content", "kind", "saved"),
    [
        ("photo.png", PNG, "image/png", "photo.png"),
        ("../../etc/passwd", b"plain words", "text/plain", "passwd.txt"),
        ("page.html", b"plain words", "text/plain", "page.html.txt"),
        ("photo.html", PNG, "image/png", "photo.html.png"),
        ('say "hi"; x=1.txt', b"plain words", "text/plain", 'say "hi"; x=1.txt'),
        ("דוח.txt", b"plain words", "text/plain", "דוח.txt"),
        ("naïve 报告.txt", b"plain words", "text/plain", "naïve 报告.txt"),
    ],
)
def test_a_file_is_unchanged_and_sent_as_a_download(
    world: World, name: str, content: bytes, kind: str, saved: str
) -> None:
    browser = world.browser("ada")
    with undone(world):
        response = send(browser, form_at(world), name, content)
        assert response.status_code == 303, text_of(response)
        file = downloaded(world.browser(), response)
    assert (file.status_code, file.data, file.mimetype) == (200, content, kind)
    disposition, options = parse_options_header(file.headers["Content-Disposition"])
    assert (disposition, options["filename"]) == ("attachment", saved)
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.pdf", b"", "This file is empty."),
        ("large.txt", b"a" * (LARGEST_FILE + 1), "larger than 10 MB"),
        ("photo.png", SVG, "Web pages and drawings"),
        ("photo.svg", SVG, "Web pages and drawings"),
        ("page.html", b"<!doctype html><script>alert(1)</script>", "Web pages and drawings"),
        ("report.pdf", b"MZ\x90\x00" + bytes(99), "Only these kinds of file are accepted"),
        ("evil\u202etxt.png", PNG, "invisible control character"),
        (f"{'a' * 200}.png", PNG, "at most 160"),
    ],
)
def test_a_refused_file_has_a_message_and_no_input_is_lost(world: World, name: str, content: bytes, said: str) -> None:
    with undone(world) as size:
        before = size()
        response = send(world.browser("ada"), form_at(world), name, content)
        assert response.status_code == 422 and size() == before
        assert said in error_at(response, "file")
        assert EVIDENCE["summary"] in response.text


def test_a_line_end_in_a_name_breaks_nothing(world: World) -> None:
    """Clients percent-encode it; sent raw, it must not reach a header either."""
    browser, address = world.browser("ada"), form_at(world)
    form = next(form for form in forms_of(browser.get(address)) if "file" in form.names)
    parts = [
        f'Content-Disposition: form-data; name="{key}"\r\n\r\n{values[0]}'
        for key, values in form.filled(**EVIDENCE).items()
    ]
    parts.append("Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''a%0d%0aSet-Cookie:x.txt\r\n\r\nwords")
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    with undone(world) as size:
        before = size()
        response = browser.post(address, data=body.encode(), content_type="multipart/form-data; boundary=b")
        assert response.status_code == 422 and size() == before
        assert "Write this on one line" in error_at(response, "file") or "control" in error_at(response, "file")


def test_a_form_that_comes_back_asks_for_the_file_again(world: World) -> None:
    with undone(world):
        response = send(world.browser("ada"), form_at(world), "photo.png", PNG, summary="")
    assert response.status_code == 422
    assert "Choose the file again" in error_at(response, "file")
    assert EVIDENCE["url"] in response.text


def test_too_large_a_form_gets_a_page_that_says_so(world: World) -> None:
    response = send(world.browser("ada"), form_at(world), "large.txt", b"a" * 17_000_000)
    assert response.status_code == 413
    assert "A file may have 10 MB" in text_of(response) and "back button" in text_of(response)


def test_after_an_expired_sign_in_the_message_says_that_the_file_is_lost(world: World) -> None:
    browser, address = world.browser("ada"), form_at(world)
    with undone(world):
        form = next(form for form in forms_of(browser.get(address)) if "file" in form.names)
        data: dict[str, Any] = {key: values[0] for key, values in form.filled(**EVIDENCE).items()}
        with browser.session_transaction(base_url=HOST) as cookie:
            cookie.clear()
        response = post_with_file(browser, address, data, "photo.png", PNG)
        assert response.status_code == 303
        words = text_of(browser.get(str(response.location)))
    assert "what you typed is kept; the file is not, so choose it again" in words


def test_saving_a_draft_says_that_the_file_is_not_in_it(world: World) -> None:
    browser = world.browser("ada")
    with undone(world) as size:
        before = size()
        form = next(form for form in forms_of(browser.get(form_at(world))) if "file" in form.names)
        data: dict[str, Any] = {key: values[0] for key, values in form.filled(**EVIDENCE).items()}
        response = post_with_file(browser, form_at(world), {**data, "keep_draft": "draft"}, "photo.png", PNG)
        assert response.status_code == 303 and size() == before
        assert "The file is not kept: choose it again." in text_of(browser.get(str(response.location)))


def test_text_in_the_file_field_is_not_a_file(world: World) -> None:
    browser = world.browser("ada")
    with undone(world):
        page = browser.get(form_at(world))
        response = browser.post(
            page.request.path,
            data={**next(f for f in forms_of(page) if "file" in f.names).filled(**EVIDENCE), "file": "words"},
        )
        assert response.status_code == 303
        assert "/file" not in browser.get(str(response.location)).text.split(EVIDENCE["summary"])[1].split("</li>")[0]


def test_the_etag_of_a_file_is_its_hash(world: World) -> None:
    address = f"/evidence/{world.places.evidence['filed']}/file"
    first = world.browser().get(address)
    assert first.status_code == 200 and first.headers["Cache-Control"] == "no-cache"
    again = world.browser("ben").get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for missing in (world.places.evidence["open"], 1, 2_147_483_647):
        assert world.browser().get(f"/evidence/{missing}/file").status_code == 404


def test_range_requests_for_a_file(world: World) -> None:
    address = f"/evidence/{world.places.evidence['filed']}/file"
    part = world.browser().get(address, headers={"Range": "bytes=0-2"})
    assert (part.status_code, part.data) == (206, b"The")
    assert part.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
