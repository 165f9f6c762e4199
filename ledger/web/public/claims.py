"""The list of claims with its search and filters, and each claim's page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from ledger.domain.claims import ClaimState
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.services.reading.claim_page import ClaimPage, claim_page
from ledger.services.reading.claims import ClaimList, Filters, list_claims
from ledger.services.reading.scorecards import name_of
from ledger.web.answering import page
from ledger.web.context import session, viewer
from ledger.web.public.blueprint import LONGEST_QUERY, number_in, public_pages, word_in, words_in


@dataclass(frozen=True)
class Found:
    """A list of claims with what it was narrowed to, in names."""

    filters: Filters
    names: dict[str, str]
    claims: ClaimList


@page(public_pages, "/claims", "public/claims.html")
def claims() -> Found:
    filters = Filters(
        q=words_in("q"),
        topic=request.args.get("topic", "")[:LONGEST_QUERY],
        outlet=request.args.get("outlet", "")[:LONGEST_QUERY],
        claimant=number_in("claimant"),
        document=number_in("document"),
        state=word_in("state", ClaimState),
        outcome=word_in("outcome", Outcome),
        modality=word_in("modality", Modality),
    )
    scopes = {
        "topic": filters.topic,
        "outlet": filters.outlet,
        "claimant": filters.claimant,
        "document": filters.document,
    }
    names = {kind: name_of(session(), kind, str(key)) for kind, key in scopes.items() if key}
    return Found(filters, names, list_claims(session(), filters, before=number_in("before")))


@page(public_pages, "/claims/<int:number>", "public/claim.html")
def claim(number: int) -> ClaimPage:
    person = viewer()
    return claim_page(session(), number, viewer=person.actor if person else None)
