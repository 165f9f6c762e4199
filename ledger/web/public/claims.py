"""The list of claims with its search and filters, the same as a table to download, and each claim's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, abort, current_app, redirect, request, url_for
from sqlalchemy.orm import Session, sessionmaker

from ledger.domain.problems import Problem, Refused
from ledger.services.claimants import merged_into
from ledger.services.exporting import forecast_rows
from ledger.services.reading.claim_page import ClaimPage, claim_page
from ledger.services.reading.claims import PAGE, ClaimList, Filters, claims_that_fit, list_claims
from ledger.store.engine import read_snapshot
from ledger.web.access import public
from ledger.web.answering import page
from ledger.web.context import session, viewer
from ledger.web.public.blueprint import LONGEST_QUERY, number_in, public_pages
from ledger.web.public.filtering import LABELS, Active, in_use, read_filters, scope_names
from ledger.web.spreadsheets import csv_answer


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
    problems: dict[str, str] = {}
    filters = _asked(problems)
    names = scope_names(filters)
    found = list_claims(session(), filters, before=number_in("before"), page=number_in("page") or 1, limit=limit)
    typed = {name: request.args.get(name, "")[:LONGEST_QUERY] for name in ("made_from", "made_to")}
    return Found(filters, names, in_use(filters, names), problems, typed, found)


def _asked(problems: dict[str, str]) -> Filters:
    filters = read_filters(problems)
    if filters.claimant and (other := merged_into(session(), filters.claimant)) is not None:
        # The same list, as the claimant's own page does: an address that was kept leads on.
        query = urlencode({**request.args.to_dict(), "claimant": other})
        abort(redirect(f"{url_for(str(request.endpoint))}?{query}", 308))
    return filters


@page(public_pages, "/claims", "public/claims.html")
def claims() -> Found:
    return find_claims()


@public_pages.route("/claims.csv")
@public
def claims_csv() -> Response:
    """Every forecast on the claims that fit, a row each; as long as the record, and never in memory at once."""
    problems: dict[str, str] = {}
    filters = _asked(problems)
    if problems:
        raise Refused(*(Problem("", f"{LABELS[name]}: {words}") for name, words in problems.items()))
    scope_names(filters)
    return csv_answer(_rows(current_app.extensions["ledger.sessions"], filters), "forecasts.csv")


def _rows(sessions: sessionmaker[Session], filters: Filters) -> Iterator[list[str]]:
    # A session of its own: it is read from while the answer is sent, when the request's is closed.
    with sessions() as own:
        read_snapshot(own)
        yield from forecast_rows(own, claims_that_fit(own, filters))


@page(public_pages, "/claims/<int:number>", "public/claim.html")
def claim(number: int) -> ClaimPage:
    person = viewer()
    return claim_page(session(), number, viewer=person.actor if person else None)
