"""The list of claims with its search and filters, the same list as CSV, and the page of each claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response
from sqlalchemy.orm import Session, sessionmaker

from ledger.queries.claim_list import PAGE, ClaimList, claims_that_fit, list_claims
from ledger.queries.claim_page import ClaimPage, claim_page
from ledger.queries.exports.claims_csv import forecast_rows
from ledger.queries.filters import ClaimFilters
from ledger.store.engine import read_snapshot
from ledger.web.access import public
from ledger.web.context import session, sessions, viewer
from ledger.web.csv_response import csv_response
from ledger.web.html_and_json import page
from ledger.web.public.blueprint import public_pages
from ledger.web.public.filters import ParsedFilters, parse_claim_filters
from ledger.web.request_args import number_in, page_number


@dataclass(frozen=True)
class ClaimSearch:
    """A list of claims with its filters."""

    filters: ParsedFilters
    claims: ClaimList

    @property
    def problems(self) -> dict[str, str]:
        """Error messages for filters that could not be read, by the filter's name."""
        return self.filters.problems


def find_claims(limit: int = PAGE) -> ClaimSearch:
    """The list of claims for the filters in the address, `limit` claims a page."""
    filters, parsed = parse_claim_filters()
    found = list_claims(session(), filters, before=number_in("before"), page=page_number(), limit=limit)
    return ClaimSearch(parsed, found)


@page(public_pages, "/claims", "public/claims.html")
def claims() -> ClaimSearch:
    return find_claims()


@public_pages.route("/claims.csv")
@public
def claims_csv() -> Response:
    """Every forecast on the matching claims, a row each. It can be as long as the record, so it is streamed."""
    filters, parsed = parse_claim_filters()
    parsed.refuse_problems()
    return csv_response(_rows(sessions(), filters), "forecasts.csv")


def _rows(sessions: sessionmaker[Session], filters: ClaimFilters) -> Iterator[list[str]]:
    # A session of its own: the request's is closed before the response is sent.
    with sessions() as own:
        read_snapshot(own)
        yield from forecast_rows(own, claims_that_fit(own, filters))


@page(public_pages, "/claims/<int:number>", "public/claim.html")
def claim(number: int) -> ClaimPage:
    person = viewer()
    return claim_page(session(), number, viewer=person.actor if person else None)
