"""The list of claims with its search and filters, and each claim's page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, redirect, request, url_for

from ledger.services.claimants import merged_into
from ledger.services.reading.claim_page import ClaimPage, claim_page
from ledger.services.reading.claims import PAGE, ClaimList, Filters, list_claims
from ledger.web.answering import page
from ledger.web.context import session, viewer
from ledger.web.public.blueprint import LONGEST_QUERY, number_in, public_pages
from ledger.web.public.filtering import Active, in_use, read_filters, scope_names


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
    filters = read_filters(problems)
    if filters.claimant and (other := merged_into(session(), filters.claimant)) is not None:
        # The same list, as the claimant's own page does: an address that was kept leads on.
        abort(redirect(url_for(str(request.endpoint), **{**request.args.to_dict(), "claimant": other}), 308))
    names = scope_names(filters)
    found = list_claims(session(), filters, before=number_in("before"), page=number_in("page") or 1, limit=limit)
    typed = {name: request.args.get(name, "")[:LONGEST_QUERY] for name in ("made_from", "made_to")}
    return Found(filters, names, in_use(filters, names), problems, typed, found)


@page(public_pages, "/claims", "public/claims.html")
def claims() -> Found:
    return find_claims()


@page(public_pages, "/claims/<int:number>", "public/claim.html")
def claim(number: int) -> ClaimPage:
    person = viewer()
    return claim_page(session(), number, viewer=person.actor if person else None)
