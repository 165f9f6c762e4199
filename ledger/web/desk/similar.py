"""Claims on record that are similar to a statement: shown before a new claim is saved, and on a page of their own."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ledger.domain.claims import ClaimTerms
from ledger.domain.errors import Problem, Refused
from ledger.domain.text import fingerprint
from ledger.queries.search import Similar, similar_claims
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import session
from ledger.web.desk.blueprint import desk_pages

LONGEST_STATEMENT = 2_000


@desk_pages.route("/similar")
@needs(Role.REVIEWER)
def similar() -> Any:
    """The claims similar to `statement`. The form for recording loads the part `#similar` of this page."""
    statement = " ".join(request.args.get("statement", "").replace("\x00", " ").split())[:LONGEST_STATEMENT]
    return render_template("desk/similar.html", statement=statement, similar=similar_claims(session(), statement))


def possible_duplicates(claim: ClaimTerms) -> tuple[Similar, ...]:
    """Claims on record that may be the same; none if the form confirms that this claim is different.

    Also none if the identical statement is on record: recording it then fails with a better message.
    """
    if request.form.get("all_the_same"):
        return ()
    alike = similar_claims(session(), claim.statement)
    near = tuple(one for one in alike if one.near)
    own = fingerprint(claim.statement)
    return () if any(fingerprint(one.statement) == own for one in near) else near


def refuse_as_similar() -> Refused:
    """The refusal that asks whether a claim is new, while the page shows the similar ones."""
    words = (
        "Similar claims are on record: see below the message. Add a restatement to one of them, or confirm "
        "that this is a different claim."
    )
    return Refused(Problem("statement", words))
