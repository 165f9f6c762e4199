"""Headers on every response; foreign host names; and links that do not depend on the request."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from support.pages import HOST, words_sent
from support.sweeps import METHODS, Markup, everywhere
from support.world import World, make_app

from ledger.app import build_of
from ledger.paths import PACKAGE, data_dir

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


def missing(app: Flask, headers: dict[str, str]) -> list[str]:
    """The required headers that a response lacks."""
    wrong = [name for name, value in WANTED.items() if headers.get(name) != value]
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        wrong.append("Content-Security-Policy")
    if "Cache-Control" not in headers:
        wrong.append("Cache-Control")
    return wrong


def bare(world: World, app: Flask) -> list[str]:
    """The kinds of response that lack a header."""
    browser, wrong = app.test_client(), []
    for rule, address in everywhere(world):
        for method in METHODS:
            answer = browser.open(address, method=method, base_url=HOST, buffered=True)
            wrong += [f"{method} {rule}: {name}" for name in missing(app, dict(answer.headers))]
    for address in ("/nothing", "/nothing.json", "/claims/1", "/account", "/claims?before=x"):
        wrong += [f"{address}: {n}" for n in missing(app, dict(browser.get(address, base_url=HOST).headers))]
    foreign = browser.get("/", base_url="https://evil.example")
    wrong += [f"foreign host: {name}" for name in missing(app, dict(foreign.headers))]
    return wrong


def test_every_answer_has_its_headers(world: World) -> None:
    assert bare(world, world.app) == []


def test_the_sweep_finds_a_response_without_headers(world: World) -> None:
    app = make_app(world.sessions)
    app.after_request_funcs[None] = [f for f in app.after_request_funcs[None] if getattr(f, "__name__", "") != "finish"]
    assert any("/nothing.json" in line for line in bare(world, app))


def test_an_internal_error_has_them_too_and_no_traceback(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even without a database, when the usual page cannot be made."""
    app = make_app(world.sessions)

    def away() -> None:
        raise OperationalError("SELECT secret", {}, Exception("the database is away"))

    app.extensions["ledger.sessions"] = away
    for address in ("/", "/claims.json", "/health", "/desk/"):
        response = app.test_client().get(address, base_url=HOST)
        assert missing(app, dict(response.headers)) == []
        if response.status_code != 303:
            assert response.status_code == 500 and "Something went wrong here" in response.text
        assert "secret" not in response.text and "Traceback" not in response.text
    post = app.test_client().post("/account/reset", data={"email": "a@example.org"}, base_url=HOST)
    assert post.status_code in (400, 500) and "Traceback" not in post.text


@pytest.mark.parametrize("host", ["evil.example", "ledger.example.org.evil.example", "evil.example:443", "a b"])
def test_another_host_is_refused(world: World, host: str) -> None:
    for method in ("GET", "POST"):
        response = world.app.test_client().open(
            "/", method=method, base_url=HOST, environ_overrides={"HTTP_HOST": host}
        )
        assert response.status_code == 400
        assert f"only under its own name: {HOST}" in response.text and "evil" not in response.text


def test_no_link_is_made_from_the_request_s_host(world: World) -> None:
    """A trusted host that is not the address in the settings appears in no link."""
    client = world.app.test_client()
    for rule, address in everywhere(world):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static_file":
            continue
        response = client.get(address, base_url="http://localhost", headers={"X-Forwarded-Host": "evil.example"})
        words = words_sent(response)
        assert "evil.example" not in words and "evil.example" not in str(response.location), address
        links = [e.attributes.get(name, "") for e in Markup.of(words).elements for name in ("href", "action")]
        assert not [link for link in links if "//localhost" in link], address
        assert "//localhost" not in words, address
    from ledger.store.outbox import Message

    with world.sessions() as session:
        facts = "".join(message.facts for message in session.query(Message))
    assert HOST in facts and "localhost" not in facts


def test_static_files_are_cached_for_ever_under_their_hash(world: World) -> None:
    (address,) = [a for rule, a in everywhere(world) if rule.endpoint == "static_file"]
    response = world.browser().get(address)
    assert "immutable" in response.headers["Cache-Control"]
    for other in ("/static/0000/ledger.css", "/static/x/../../settings.py", "/static/x/%2e%2e/app.py"):
        assert world.browser().get(other).status_code == 404


def test_a_wrong_method_gets_the_allowed_ones(world: World) -> None:
    response = world.browser().delete("/claims")
    assert response.status_code == 405 and response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("name", ["formats/to_json.py", "page.html", "web/static/ledger.css"])
def test_a_changed_file_of_any_layer_is_another_build(tmp_path: Path, name: str) -> None:
    """Pages are cached by their build: one that misses a layer would go on sending what that layer made before."""
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("before")
    before = build_of(tmp_path)
    assert build_of(tmp_path) == before
    file.write_text("after")
    assert build_of(tmp_path) != before


def test_the_build_is_over_the_whole_package(app: Flask) -> None:
    assert app.extensions["ledger.build"] == build_of(data_dir("templates"), PACKAGE)
    assert app.extensions["ledger.build"] != build_of(data_dir("templates"), PACKAGE / "web")  # one left out is seen
