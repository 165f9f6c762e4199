"""Every form with valid input, and hostile, careless and foreign input for the sweeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from support.samples.csv_files import HEADER
from support.world import World

from ledger.journal.read import read_head
from ledger.store.engine import WRITES

MEGABYTE = 1_000_000
EMOJI = "🦩" * 3
HEBREW = "שלום עולם"  # written from right to left
# Text that is invalid in every field, or harmless but unusual.
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
    "ligatures": "\ufdfa" * 150,  # each expands to eighteen characters
    "unknown word": "no_such_choice",
}
HOSTILE_LISTS = "a;b,c\n" * (MEGABYTE // 6)  # a hundred thousand names
SHORT = ("many digits", "nul", "emoji", "ligatures")


@dataclass(frozen=True)
class Form:
    """A form: its address, who fills it in, valid input, and fields whose messages appear elsewhere."""

    address: Callable[[World], str]
    who: str
    fields: Callable[[World], dict[str, Any]]
    unchecked: tuple[str, ...] = ()  # fields that accept any text
    only: tuple[str, ...] = ()  # the fields to sweep, where another form has the others too


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
        "locator": "page 2",
        "paragraph": "2",
        "first_sentence": "1",
        "last_sentence": "3",
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
    "kind": "event",
    "checkability": "checkable",
    "checkability_reason": "",
    "base_rate": "30%",
    "base_rate_note": "Bridges of that age, in wars since 1990.",
    "whole": "",
    "judged_from": "itself",
}
QUANTITY: dict[str, Any] = {
    "kind": "quantity",
    "low_bound": "5,000",
    "high_bound": "7 000",
    "low_strict": "y",
    "unit": "cars",
}
CHOICE: dict[str, Any] = {
    "kind": "choice",
    "options": "It stands\nIt falls\nIt is closed",
    "option": "it falls",
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
    "also_1": "",
    "also_stance_1": "",
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
# By their positions in the file "new" of the world, whose first column is not one of ours.
COLUMNS = {name: str(at) for at, name in enumerate(HEADER, 1)} | {"note": "", "shares": ""}
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
    "record a quantity": Form(
        lambda world: f"/desk/documents/{world.places.cast.document}/claims/new",
        "ada",
        lambda world: {**CLAIM, **QUANTITY, **_forecast()},
        only=("low_bound", "high_bound", "unit", "baseline", "metric", "options"),
    ),
    "record a choice": Form(
        lambda world: f"/desk/documents/{world.places.cast.document}/claims/new",
        "ada",
        lambda world: {**CLAIM, **CHOICE, **_forecast()},
        only=("option", "shares", "low_bound", "unit", "ordered"),
    ),
    "restatement of a choice": Form(
        _claim("choice", "restatements/new"),
        "ada",
        lambda world: _forecast(document=world.places.cast.document, made_on="2016-10-16", option="1"),
        only=("option", "shares"),
    ),
    "restatements": Form(
        _claim("due", "restatements/new"),
        "ada",
        lambda world: _forecast(document=world.places.cast.document, made_on="2016-10-16"),
        only=("document", "speaker", "made_on", "point", "note"),
    ),
    "claimant": Form(_at("/desk/claimants/new"), "ada", _with(**CLAIMANT)),
    "document": Form(_at("/desk/documents/new"), "ada", _with(**DOCUMENT)),
    "describe": Form(
        lambda world: f"/desk/claimants/{world.places.cast.claimant}/describe",
        "ada",
        _with(
            **{
                **CLAIMANT,
                "aliases": "R. Reporter\nRosa, the Reporter",
                "links": "https://example.org/rosa",
                "reason": "More.",
            }
        ),
    ),
    "merge": Form(
        lambda world: f"/desk/claimants/{world.places.cast.noise.claimants[0]}/merge",
        "dora",
        lambda world: {"into": world.places.cast.claimant, "reason": "They are one."},
    ),
    "read": Form(
        lambda world: f"/desk/documents/{world.places.unread}/readings/new",
        "ada",
        _with(
            read_on="2026-11-21",
            chosen="The first of its month.",
            sentences="40",
            passed_over="paragraph 2 | talks go on | an intention",
            note="",
        ),
        unchecked=("none_found",),
    ),
    "text": Form(
        lambda world: f"/desk/documents/{world.places.unread}/text/edit", "ada", _with(text="One. Two.\nThree.")
    ),
    "correct": Form(
        lambda world: f"/desk/evidence/{world.places.evidence['open']}/correct",
        "ben",
        _with(**{name: value for name, value in EVIDENCE.items() if "also" not in name}, reason="It was misread."),
        unchecked=("seen",),
    ),
    "retract": Form(
        lambda world: f"/desk/evidence/{world.places.evidence['open']}/retract",
        "ada",
        _with(reason="It was a forgery."),
        unchecked=("seen",),
    ),
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
    "assess a choice": Form(
        _review("choice", "assess"),
        "ben",
        lambda world: {
            "outcome": "answered",
            "answer": "2",
            "certainty": "high",
            "relied_on": world.places.evidence["choice"],
            "rationale": "It was seen.",
        },
        only=("outcome", "answer"),
    ),
    "assess a quantity": Form(
        _review("quantity", "assess"),
        "ben",
        lambda world: {
            "outcome": "mostly_true",
            "value": "6,000",
            "certainty": "high",
            "relied_on": world.places.evidence["quantity"],
            "rationale": "They were counted.",
        },
        only=("value",),
    ),
    "adjudicate": Form(
        _review("split", "adjudicate"), "dora", _with(outcome="true", reason="Weighed."), unchecked=("seen",)
    ),
    "snooze": Form(
        _review("due", "snooze"), "ben", _with(until="31 January 2027", reason="Too early."), unchecked=("seen",)
    ),
    "bring forward": Form(_review("open", "bring-forward"), "dora", _with(reason="It has come about.")),
    "reopen": Form(_claim("true", "reopen"), "dora", _with(reason="A new report.")),
    "amend": Form(
        _claim("open", "amend"),
        "ada",
        lambda world: {
            **CLAIM,
            "condition": "The ice holds",
            "reason": "Said more exactly.",
        },
        unchecked=("seen",),
        only=("statement", "horizon", "options", "whole", "reason"),
    ),
    "condition": Form(
        _claim("open", "condition"),
        "ada",
        lambda world: {"state": "met", "evidence": world.places.evidence["open"], "reason": "It says so."},
        unchecked=("seen",),
    ),
    "withdraw": Form(_claim("open", "withdraw"), "ada", _with(reason="Not a forecast."), unchecked=("seen",)),
    "void": Form(_claim("true", "void"), "dora", _with(reason="A forgery."), unchecked=("seen",)),
    "reinstate": Form(_claim("withdrawn", "reinstate"), "dora", _with(reason="It was right."), unchecked=("seen",)),
    "merge-claims": Form(
        lambda world: f"/desk/claims/{world.places.claims['bare']}/merge/{world.places.claims['kept']}",
        "dora",
        _with(reason="They say the same."),
        unchecked=("seen",),
    ),
    "split": Form(
        _claim("open", "split"),
        "dora",
        lambda world: {
            "0-statement": "The east bank is taken.",
            "0-criteria": "True if the government says so.",
            "0-horizon": "2030",
            "0-horizon_basis": "stated",
            "1-statement": "The west bank is taken.",
            "1-criteria": "True if the government says so.",
            "1-horizon": "2030",
            "1-horizon_basis": "implied",
            "reason": "They can turn out otherwise.",
        },
        only=("0-statement", "0-criteria", "0-horizon", "0-horizon_basis", "1-statement", "5-horizon", "reason"),
    ),
    "several": Form(
        lambda world: (
            f"/desk/claims/bulk?act=add_topics&topics=Bridges"
            f"&claim={world.places.claims['open']}&claim={world.places.claims['bare']}"
        ),
        "ada",
        _with(reason="They are about bridges."),
        unchecked=("act", "claims", "topics", "seen"),
    ),
    "withdraw several": Form(
        lambda world: f"/desk/claims/bulk?act=withdraw&claim={world.places.claims['bare']}",
        "ada",
        _with(reason="It was no forecast."),
        only=("reason",),
    ),
    "reviewers": Form(
        _review("due", "reviewers"),
        "dora",
        lambda world: {"reviewers": [world.places.cast.ben.actor, world.places.cast.cleo.actor]},
    ),
    "policy": Form(
        _at("/desk/policy"),
        "admin",
        _with(
            default_horizon_months="24",
            reviewers_per_claim="3",
            longest_snooze_days="180",
            yardstick="PHIA",
            smallest_n="30",
            mostly_true="80%",
            partly_true="0,333333",
            mostly_false=".1",
            rubric="True: it was so.\n\nFalse: it was not.",
            reason="A year is too short.",
        ),
        unchecked=("seen",),
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
    "columns": Form(
        lambda world: f"/desk/imports/files/{world.places.files['new']}/columns",
        "dora",
        _with(**COLUMNS, register_as="person", register_documents="y"),
        unchecked=("register_documents",),
        only=("statement", "speaker", "note", "shares", "register_as"),
    ),
    "begin": Form(
        lambda world: f"/desk/imports/files/{world.places.files['faulty']}",
        "dora",
        _with(leave_out="y"),
    ),
    "undo": Form(
        lambda world: f"/desk/imports/{world.places.imports[0]}/undo", "dora", _with(reason="It was no archive.")
    ),
    "forgot": Form(_at("/account/reset"), "public", _with(email="ada@example.org")),
}


@contextmanager
def undone(world: World) -> Iterator[Callable[[], int]]:
    """Undo what the app writes inside this block. Yields a function that counts the journal's entries meanwhile."""
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
