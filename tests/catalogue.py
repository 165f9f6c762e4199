"""Every form there is, filled so that it is taken; and what hostile, tired and foreign people type instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from worlds import World

from ledger.journal.reading import read_head
from ledger.store.engine import WRITES

MEGABYTE = 1_000_000
EMOJI = "🦩" * 3
HEBREW = "שלום עולם"  # written from right to left
# What is wrong everywhere, or harmless words that must not break anything.
HOSTILE: dict[str, str] = {
    "nothing": "",
    "a space": " ",
    "a megabyte": "a" * MEGABYTE,
    "31 February": "31 February 2016",
    "year 0": "0000-01-01",
    "year 9999": "9999-12-31",
    "over one": "1.01",
    "nan": "nan",
    "many digits": "9" * 5_000,
    "script": "<script>alert(1)</script>",
    "quotes": "\"'><img src=x onerror=alert(1)>",
    "template": "{{7*7}}{% raw %}",
    "sql": "'; DROP TABLE entry; --",
    "javascript": "javascript:alert(1)",
    "nul": "a\x00b",
    "escape": "a\x1b[31mb",
    "override": "a\u202eb",
    "right to left": HEBREW,
    "emoji": EMOJI,
    "ligatures": "\ufdfa" * 150,  # each is written out as eighteen characters
    "unknown word": "no_such_choice",
}
HOSTILE_LISTS = "a;b,c\n" * (MEGABYTE // 6)  # a hundred thousand names
SHORT = ("many digits", "nul", "emoji", "ligatures")


@dataclass(frozen=True)
class Form:
    """A form: where it is, who fills it in, with what, and which of its fields have a message elsewhere."""

    address: Callable[[World], str]
    who: str
    fields: Callable[[World], dict[str, Any]]
    unchecked: tuple[str, ...] = ()  # fields that anything may stand in
    only: tuple[str, ...] = ()  # what is swept, where another form has the other fields, too


def _claim(word: str, act: str) -> Callable[[World], str]:
    return lambda world: f"/desk/claims/{world.places.claims[word]}/{act}"


def _review(word: str, act: str) -> Callable[[World], str]:
    return lambda world: f"/desk/reviews/{world.places.reviews[word]}/{act}"


def _at(address: str) -> Callable[[World], str]:
    return lambda world: address


def _with(**fields: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: dict(fields)


def _forecast(**changes: Any) -> dict[str, Any]:
    return {
        "speaker": "Paula Pundit",
        "register_as": "",
        "attribution": "own",
        "made_on": "2016-10-17",
        "modality": "number",
        "hedge": "likely",
        "locator": "paragraph 2",
        "confidence": "point",
        "term": "",
        "point": "60%",
        "low": "",
        "high": "",
        "reading": "ours",
        "note": "As printed.",
        **changes,
    }


CLAIM: dict[str, Any] = {
    "statement": "The bridge stands at the end of 2017.",
    "criteria": "True if it carries traffic; false otherwise.",
    "condition": "",
    "horizon": "31 December 2017",
    "horizon_basis": "stated",
    "horizon_note": "",
    "topics": "Bridges",
}
EVIDENCE = {
    "kind": "fact",
    "stance": "supports",
    "summary": "The bridge was seen standing.",
    "publisher": "A News Agency",
    "url": "https://example.org/bridge",
    "event_on": "2017-07-10",
    "published_on": "July 2017",
    "captured_on": "2026-11-20",
    "reliability": "B",
    "credibility": "2",
    "source_status": "checked",
    "checked_in": "",
}
CLAIMANT = {"name": "Rosa Reporter", "kind": "person", "about": "", "url": ""}
DOCUMENT = {
    "title": "The bridge",
    "outlet": "The Example",
    "url": "https://example.org/the-bridge",
    "authors": "An Author",
    "published_on": "2016-10-17",
    "published_basis": "",
}
FORMS: dict[str, Form] = {
    "record": Form(
        lambda world: f"/desk/documents/{world.places.cast.document}/claims/new",
        "ada",
        lambda world: {**CLAIM, **_forecast()},
    ),
    "record a range": Form(
        lambda world: f"/desk/documents/{world.places.cast.document}/claims/new",
        "ada",
        lambda world: {**CLAIM, **_forecast(confidence="range", point="", low="0,4", high="60 %")},
        only=("low", "high", "confidence"),
    ),
    "said again": Form(
        _claim("due", "said-again"),
        "ada",
        lambda world: _forecast(document=world.places.cast.document, made_on="2016-10-16"),
        only=("document", "speaker", "made_on", "point", "note"),
    ),
    "claimant": Form(_at("/desk/claimants/new"), "ada", _with(**CLAIMANT)),
    "document": Form(_at("/desk/documents/new"), "ada", _with(**DOCUMENT)),
    "evidence": Form(_claim("open", "evidence/new"), "ada", _with(**EVIDENCE)),
    "assess": Form(
        _review("due", "assess"),
        "ben",
        lambda world: {
            "outcome": "true",
            "certainty": "high",
            "relied_on": world.places.evidence["due"],
            "rationale": "It was seen.",
        },
        unchecked=("seen",),
    ),
    "adjudicate": Form(
        _review("split", "adjudicate"), "dora", _with(outcome="true", reason="Weighed."), unchecked=("seen",)
    ),
    "snooze": Form(
        _review("due", "snooze"), "ben", _with(until="31 January 2027", reason="Too early."), unchecked=("seen",)
    ),
    "bring forward": Form(_review("open", "bring-forward"), "dora", _with(reason="It has come about.")),
    "reopen": Form(_claim("true", "reopen"), "dora", _with(reason="A new report.")),
    "reviewers": Form(
        _review("due", "reviewers"),
        "dora",
        lambda world: {"reviewers": [world.places.cast.ben.actor, world.places.cast.cleo.actor]},
    ),
    "preferences": Form(_at("/account/"), "ada", _with(time_zone="Europe/Paris", wants_reminders="y")),
    "people": Form(
        _at("/account/people"),
        "admin",
        _with(email="rosa@example.org", name="Rosa", role="editor", time_zone="Europe/Paris"),
    ),
    "save a search": Form(
        _at("/desk/filters/new"),
        "ada",
        _with(name="Battles <open>", query="?q=battle&state=open"),
        unchecked=("query",),
    ),
    "forgot": Form(_at("/account/reset"), "public", _with(email="ada@example.org")),
}


@contextmanager
def undone(world: World) -> Iterator[Callable[[], int]]:
    """Whatever the app writes inside is gone afterwards. Yields how to count the journal meanwhile."""
    before = world.app.extensions["ledger.sessions"]
    with world.engine.connect().execution_options(**{WRITES: True}) as connection:
        outer = connection.begin()
        mine = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        world.app.extensions["ledger.sessions"] = mine

        def size() -> int:
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                return read_head(session).size

        try:
            yield size
        finally:
            world.app.extensions["ledger.sessions"] = before
            outer.rollback()
