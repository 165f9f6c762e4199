"""The list of claims with its search and filters, the same as a table to download, and each claim's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response
from sqlalchemy.orm import Session, sessionmaker

from ledger.domain.errors import Problem, Refused
from ledger.queries.claim_list import PAGE, ClaimList, Filters, claims_that_fit, list_claims
from ledger.queries.claim_page import ClaimPage, claim_page
from ledger.queries.exports.claims_csv import forecast_rows
from ledger.store.engine import read_snapshot
from ledger.web.access import public
from ledger.web.context import session, sessions, viewer
from ledger.web.csv_response import csv_answer
from ledger.web.pages import page
from ledger.web.public.blueprint import number_in, public_pages
from ledger.web.public.filter_chips import LABELS, Active, in_use
from ledger.web.public.parsed_filters import Asked


@dataclass(frozen=True)
class Found:
    """A list of claims with what it was narrowed to, in names and words; `problems` is what could not be read."""

    filters: Filters
    names: dict[str, str]
    active: tuple[Active, ...]
    problems: dict[str, str]
    typed: dict[str, str]
    claims: ClaimList


def find_claims(limit: int = PAGE) -> Found:
    """The list that the address asks for, `limit` claims a page."""
    asked = Asked()
    filters = asked.filters()
    found = list_claims(session(), filters, before=number_in("before"), page=number_in("page") or 1, limit=limit)
    return Found(filters, asked.names, in_use(filters, asked.names), asked.problems, asked.typed, found)


@page(public_pages, "/claims", "public/claims.html")
def claims() -> Found:
    return find_claims()


@public_pages.route("/claims.csv")
@public
def claims_csv() -> Response:
    """Every forecast on the claims that fit, a row each; as long as the record, and never in memory at once."""
    asked = Asked()
    filters = asked.filters()
    if asked.problems:
        raise Refused(*(Problem("", f"{LABELS[name]}: {words}") for name, words in asked.problems.items()))
    return csv_answer(_rows(sessions(), filters), "forecasts.csv")


def _rows(sessions: sessionmaker[Session], filters: Filters) -> Iterator[list[str]]:
    # A session of its own: it is read from while the answer is sent, when the request's is closed.
    with sessions() as own:
        read_snapshot(own)
        yield from forecast_rows(own, claims_that_fit(own, filters))


@page(public_pages, "/claims/<int:number>", "public/claim.html")
def claim(number: int) -> ClaimPage:
    person = viewer()
    return claim_page(session(), number, viewer=person.actor if person else None)
