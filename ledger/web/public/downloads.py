"""What can be taken away from a scorecard: the calls behind it as a table, and all of it as a bundle."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response
from sqlalchemy.orm import Session, sessionmaker

from ledger.domain.errors import Problem, Refused
from ledger.queries.calls import every_call
from ledger.queries.exports.bundle import Bundled, bundle
from ledger.queries.exports.calls_csv import call_rows
from ledger.queries.filters import Counted, Selection
from ledger.queries.scorecards import describe_scope
from ledger.store.engine import read_snapshot
from ledger.web.access import public
from ledger.web.context import session, sessions, settings
from ledger.web.csv_response import csv_answer
from ledger.web.public.blueprint import public_pages
from ledger.web.public.filter_chips import LABELS
from ledger.web.public.scorecard_filters import counted_for, key_in
from ledger.web.public.urls import RULES, address_of


def _downloads(kind: str, rule: str) -> None:
    """The files of the scorecards of one kind."""

    def calls_csv(**address: str | int) -> Response:
        counted = _counted(kind, address)
        rows = _rows(sessions(), counted)
        return csv_answer(rows, f"{_name(kind, address, counted)}-calls.csv")

    def bundled(**address: str | int) -> Response:
        counted = _counted(kind, address)
        page = address_of(kind, key_in(kind, address))
        what = Bundled(counted, page, settings().base_url)
        answer = Response(_archive(sessions(), what), mimetype="application/zip")
        answer.headers["Content-Disposition"] = f'attachment; filename="{_name(kind, address, counted)}.zip"'
        return answer

    public_pages.add_url_rule(f"{rule}/calls.csv", f"{kind}_calls_csv", public(calls_csv))
    public_pages.add_url_rule(f"{rule}/bundle.zip", f"{kind}_bundle", public(bundled))


def _counted(kind: str, address: dict[str, str | int]) -> Counted:
    """What the address asks for. Raises Missing, and Refused for a date that cannot be read: a file has no form."""
    key = key_in(kind, address)
    describe_scope(session(), kind, key)
    counted, narrowed = counted_for(kind, key)
    if narrowed.problems:
        raise Refused(*(Problem("", f"{LABELS[name]}: {words}") for name, words in narrowed.problems.items()))
    return counted


def _name(kind: str, address: dict[str, str | int], counted: Counted) -> str:
    """What a file is called: ASCII, whatever the topic is called."""
    key = "".join(letter for letter in str(next(iter(address.values()), "")) if letter.isascii() and letter.isalnum())
    narrowed = "-narrowed" if counted.narrowed != Selection() else ""
    return f"{kind}{'-' + key if key else ''}{narrowed}{f'-{counted.at}' if counted.at else ''}"


# Both have a session of their own: it is read from while the answer is sent, when the request's is closed.


def _rows(sessions: sessionmaker[Session], counted: Counted) -> Iterator[list[str]]:
    with sessions() as own:
        read_snapshot(own)
        yield from call_rows(every_call(own, counted.entry, counted.selection, today=counted.day))


def _archive(sessions: sessionmaker[Session], what: Bundled) -> Iterator[bytes]:
    with sessions() as own:
        read_snapshot(own)
        yield from bundle(own, what)


for _kind, _rule in RULES.items():
    _downloads(_kind, _rule)
