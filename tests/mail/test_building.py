"""Building mails: headers, both bodies, and safety against hostile facts and names."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from ledger.mail.building import build, one_line
from ledger.mail.kinds import MAIL_KINDS
from ledger.paths import data_dir

TEMPLATES = data_dir("templates")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = f"https://ledger.example.org/unsubscribe/{'token' * 30}"
HOSTILE = "<b>\"x\" & 'y'</b>"


def review(**changes: Any) -> dict[str, Any]:
    return {"review": 12, "statement": HOSTILE, "since": "1 November 2026", "decide": False, **changes}


# Facts that are not texts, by kind of mail.
NO_TEXTS: dict[str, dict[str, Any]] = {
    "digest": {
        "overdue": [review()],
        "due": [review(review=13), review(review=14, decide=True)],
        "size": 17,
        "root": "ab" * 32,
    }
}


def facts_of(name: str) -> dict[str, Any]:
    """Facts for a mail. All texts among them are hostile."""
    kind = MAIL_KINDS[name]
    return {fact: f"{HOSTILE} {fact}" for fact in kind.template_facts or kind.queued_with} | NO_TEXTS.get(name, {})


def built(name: str, facts: dict[str, Any] | None = None, templates: Path = TEMPLATES, **changes: Any) -> EmailMessage:
    given = {
        "to": "ben@example.org",
        "sender": "ledger@example.org",
        "message_id": "<1@ledger.example.org>",
        "now": NOW,
        "templates": templates,
        "ledger_name": "The claim ledger",
        "base_url": "https://ledger.example.org",
        "unsubscribe_url": URL if MAIL_KINDS[name].stoppable else None,
    }
    return build(name, facts_of(name) if facts is None else facts, **{**given, **changes})


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def faults(templates: Path) -> Iterator[str]:
    """All faults of the mail templates in a folder."""
    folders = {path.name for path in (templates / "mail").iterdir() if path.is_dir()}
    if folders != MAIL_KINDS.keys():
        yield f"folders without a mail or mails without a folder: {folders ^ MAIL_KINDS.keys()}"
    for name in sorted(folders & MAIL_KINDS.keys()):
        try:
            message = built(name, templates=templates)
        except UndefinedError as fault:
            yield f"{name}: {fault}"
            continue
        text, html = body(message, "plain"), body(message, "html")
        if HOSTILE in html:
            yield f"{name}: a value is not escaped"
        if "&lt;" in text or "&#" in text:
            yield f"{name}: the plain text is escaped"
        if "!" in re.sub(r"<!doctype|<!--", "", text + html):
            yield f"{name}: it shouts"
        if re.search(r"\sstyle=|<img|<script|src=", html):
            yield f"{name}: inline style, or something to fetch"
        for link in re.findall(r'href="([^"]+)"', html):
            if not link.startswith("https://ledger.example.org") and "link" not in link:
                yield f"{name}: a link to {link}"
            if link not in text and "link" not in link:
                yield f"{name}: the plain text lacks {link}"


def test_every_mail_renders_safely() -> None:
    assert list(faults(TEMPLATES)) == []


@pytest.mark.parametrize(
    ("name", "part", "planted", "caught"),
    [
        ("reset", "body.txt", "{{ nobody_said }}", "'nobody_said' is undefined"),
        ("reset", "subject.txt", "{{ nobody_said }}", "'nobody_said' is undefined"),
        ("invitation", "body.html", "{{ inviter|safe }}", "not escaped"),
        ("password-changed", "body.txt", "{{ when|e }}", "the plain text is escaped"),
        ("password-changed", "body.txt", "Congratulations!", "it shouts"),
    ],
)
def test_the_sweep_catches_a_planted_fault(tmp_path: Path, name: str, part: str, planted: str, caught: str) -> None:
    shutil.copytree(TEMPLATES / "mail", tmp_path / "mail")
    file = tmp_path / "mail" / name / part
    text = file.read_text()
    # Inside a block where there is one, because Jinja ignores text of a child template outside blocks.
    file.write_text(text.replace("<p>", f"{planted}<p>", 1) if "<p>" in text else text + planted)
    (found,) = faults(tmp_path)
    assert caught in found


def test_the_sweep_catches_an_unescaped_statement(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES / "mail", tmp_path / "mail")
    file = tmp_path / "mail" / "digest" / "_items.html"
    file.write_text(file.read_text().replace("{{ review.statement }}", "{{ review.statement|safe }}"))
    assert list(faults(tmp_path)) == ["digest: a value is not escaped"]


def test_headers() -> None:
    message = built("digest")
    assert message["From"] == "The claim ledger <ledger@example.org>"
    assert message["To"] == "ben@example.org"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == "<1@ledger.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "3 reviews wait for you, 1 overdue"
    assert message["List-Unsubscribe"] == f"<{URL}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("name", MAIL_KINDS)
def test_only_a_reminder_can_be_unsubscribed_from(name: str) -> None:
    message = built(name)
    assert ("List-Unsubscribe" in message) is ("List-Unsubscribe-Post" in message) is (name == "digest")


def test_the_sent_bytes_are_ascii_and_no_header_is_wrapped() -> None:
    host = "a-ledger-with-a-rather-long-name.of-a-department.example.org"
    message = built("digest", message_id=f"<{'0' * 32}@{host}>", ledger_name="Das Buch der Ansprüche")
    wire = message.as_bytes()
    assert wire.isascii()
    assert f"List-Unsubscribe: <{URL}>".encode() in wire
    assert f"Message-ID: <{'0' * 32}@{host}>".encode() in wire
    assert message_from_bytes(wire, policy=policy.default)["From"].addresses[0].display_name == "Das Buch der Ansprüche"
    assert max(map(len, wire.splitlines())) <= 998


@given(st.text())
def test_no_fact_can_add_a_header(text: str) -> None:
    hostile = f"{text}\r\nBcc: eve@example.org\n\nBody"
    facts = {"inviter": hostile, "role": "reviewer", "link": "https://ledger.example.org/x", "valid_for": "3 days"}
    message = built("invitation", facts, ledger_name=hostile)
    again = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert "Bcc" not in again
    assert again.keys() == built("invitation").keys()
    assert len(again["Subject"].splitlines()) == 1


@pytest.mark.parametrize(
    "address", ["ben@example.org\nBcc: eve@example.org", "ben@", "two@example.org, three@example.org"]
)
def test_invalid_addresses_are_refused(address: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        built("reset", to=address)


def test_one_line() -> None:
    assert one_line("a\r\n\tb\x00\u2028c\u00a0 d ") == "a b c d"


def test_the_text_of_a_digest() -> None:
    due, overdue = review(review=5, statement="The dam holds."), review(review=3, statement="The dam breaks.")
    split = review(review=9, statement="The dam leaks.", decide=True)
    facts = {"name": "Ben Berg", "day": "22 November 2026", "overdue": [overdue], "due": [due, split]}
    message = built("digest", {**facts, "size": 1, "root": "0f" * 32})
    for kind in ("plain", "html"):
        text = body(message, kind)
        places = [text.index(word) for word in ("Overdue (1)", "The dam breaks.", "Due (2)", "The dam holds.")]
        assert places == sorted(places)
        for number in (3, 5, 9):
            assert f"https://ledger.example.org/desk/reviews/{number}" in text
        assert text.count("assessments split") == 1
        assert "The record stood at 1 entry, root" in text and "0f" * 32 in text
        assert URL in text
    assert (
        built("digest", {**facts, "overdue": [], "due": [due], "size": 1, "root": ""})["Subject"]
        == "1 review waits for you"
    )


def test_kinds_with_a_secret_link_are_secret() -> None:
    """A kind whose templates contain a secret link must have its facts erased once it is sent."""
    showing = {
        name for name in MAIL_KINDS if any("link" in f.read_text() for f in (TEMPLATES / "mail" / name).glob("body.*"))
    }
    assert showing == {name for name, kind in MAIL_KINDS.items() if kind.secret} == {"invitation", "reset"}
