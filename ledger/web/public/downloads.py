"""Downloads of a scorecard: its calls as CSV, and a bundle with all its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from flask import Response
from sqlalchemy.orm import Session, sessionmaker

from ledger.queries.calls import every_call
from ledger.queries.exports.bundle import BundleRequest, bundle
from ledger.queries.exports.calls_csv import call_rows
from ledger.queries.scopes import describe_scope
from ledger.queries.scorecard_query import ScorecardQuery
from ledger.store.engine import read_snapshot
from ledger.web.access import public
from ledger.web.context import session, sessions, settings
from ledger.web.csv_response import csv_response
from ledger.web.public.blueprint import public_pages
from ledger.web.public.scorecard_address import key_in, parse_scorecard_filters
from ledger.web.public.urls import ENDPOINTS, RULES, address_of


def calls_csv(kind: str, **address: str | int) -> Response:
    """The calls of a scorecard, a row each."""
    query = _query(kind, address)
    rows = _rows(sessions(), query)
    return csv_response(rows, f"{_name(kind, address, query)}-calls.csv")


def bundle_zip(kind: str, **address: str | int) -> Response:
    """A ZIP file with the calls of a scorecard, all its figures, and a script that recomputes them."""
    query = _query(kind, address)
    what = BundleRequest(query, address_of(kind, key_in(kind, address)), settings().base_url)
    answer = Response(_archive(sessions(), what), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_name(kind, address, query)}.zip"'
    return answer


def _query(kind: str, address: dict[str, str | int]) -> ScorecardQuery:
    """The query for the scorecard and filters in the address. Raises Missing, and Refused for an unreadable filter."""
    key = key_in(kind, address)
    describe_scope(session(), kind, key)
    query, filters = parse_scorecard_filters(kind, key)
    filters.refuse_problems()
    return query


def _name(kind: str, address: dict[str, str | int], query: ScorecardQuery) -> str:
    """The name of a file, in ASCII even if the topic's name is not."""
    key = "".join(letter for letter in str(next(iter(address.values()), "")) if letter.isascii() and letter.isalnum())
    filtered = "-filtered" if query.filters.any else ""
    return f"{kind}{'-' + key if key else ''}{filtered}{f'-{query.as_of}' if query.as_of else ''}"


# Both use a session of their own: the request's is closed before the response is sent.


def _rows(sessions: sessionmaker[Session], query: ScorecardQuery) -> Iterator[list[str]]:
    with sessions() as own:
        read_snapshot(own)
        yield from call_rows(every_call(own, query.entry, query.scoped_filters, today=query.day))


def _archive(sessions: sessionmaker[Session], what: BundleRequest) -> Iterator[bytes]:
    with sessions() as own:
        read_snapshot(own)
        yield from bundle(own, what)


def _of_kind(kind: str, view: Callable[..., Response]) -> Callable[..., Response]:
    """The view for the scorecards of one kind."""

    @public
    @wraps(view)
    def with_kind(**address: str | int) -> Response:
        return view(kind, **address)

    return with_kind


for _kind, _rule in RULES.items():
    _names = ENDPOINTS[_kind]
    public_pages.add_url_rule(f"{_rule}/calls.csv", _names["calls_csv"], _of_kind(_kind, calls_csv))
    public_pages.add_url_rule(f"{_rule}/bundle.zip", _names["bundle"], _of_kind(_kind, bundle_zip))
