"""Changing the description of a claimant, and merging two claimants that are the same."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from ledger.domain.errors import Problem
from ledger.domain.reviews import reason_problems
from ledger.queries.claimant_lookup import find_claimant, merged_into
from ledger.queries.history import history
from ledger.services.claimants import MOST_ALIASES, MOST_LINKS, ClaimantTerms, claimant_terms
from ledger.services.claimants import describe_claimant as describe
from ledger.services.claimants import merge_claimants as merge
from ledger.store.accounts import Role
from ledger.store.people import ClaimantKind
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.register import ClaimantForm
from ledger.web.fields import OPTIONAL, ProseField, WholeNumberField
from ledger.web.forms import LedgerForm, form_page, saved


class DescribeForm(ClaimantForm):
    """The whole description of a claimant, which replaces the earlier one."""

    aliases = ProseField("Other names", OPTIONAL, description="One a line. Each stands for this claimant.")
    links = ProseField("Links", OPTIONAL, description="Other pages about them or of theirs: one whole address a line.")
    reason = ProseField("Reason", description="What changed, or what was wrong. It stays in the public history.")

    def __init__(self, terms: ClaimantTerms) -> None:
        super().__init__(
            name=terms.name,
            kind=terms.kind.value,
            about=terms.about,
            url=terms.url,
            aliases="\n".join(terms.aliases),
            links="\n".join(terms.links),
        )

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)

    def terms(self) -> ClaimantTerms:
        """The claimant as typed. Names and links are cut at one more than the limit, which is enough to report it."""
        return ClaimantTerms(
            self.name.value,
            ClaimantKind(self.kind.data),
            self.about.value,
            self.url.value,
            # Sorted as in the record, so that saving the form unchanged changes nothing.
            tuple(sorted(_lines(self.aliases.value)[: MOST_ALIASES + 1])),
            _lines(self.links.value)[: MOST_LINKS + 1],
        )


class MergeForm(LedgerForm):
    """The claimant that another turned out to be."""

    into = WholeNumberField(
        "Number of the other claimant",
        needed="Give the number of the claimant that stays.",
        description="The number in the address of that claimant's page: 12 in /claimants/12.",
    )
    reason = ProseField("Reason", description="How we know. It stays in the public history.")

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)


@desk_pages.route("/claimants/<int:number>/describe", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def describe_claimant(number: int) -> Any:
    if (other := merged_into(session(), number)) is not None:
        return _merged_already(other)
    found = find_claimant(session(), number)
    on_record = claimant_terms(session(), found)
    form = DescribeForm(on_record)

    def save() -> Response:
        terms, reason = form.terms(), form.reason.value
        last = history(session(), f"claimant/{number}")[-1]
        if terms == on_record and last.reason == reason and not form.record_problems():
            flash("This is saved already: a second click changes nothing.", "notice")
            return redirect(url_for("public.claimant", number=number), 303)
        describe(session(), now=now(), by=signed_in().actor, claimant=number, terms=terms, reason=reason)
        return saved(url_for("public.claimant", number=number), f"{terms.name} is saved.")

    return form_page(form, "desk/claimant_describe.html", save, claimant=found)


@desk_pages.route("/claimants/<int:number>/merge", methods=["GET", "POST"])
@needs(Role.EDITOR)
def merge_claimants(number: int) -> Any:
    if (other := merged_into(session(), number)) is not None:
        return _merged_already(other)
    found = find_claimant(session(), number)
    form = MergeForm()

    def save() -> Response:
        into = form.into.required_value
        merge(session(), now=now(), by=signed_in().actor, claimant=number, into=into, reason=form.reason.value)
        return saved(url_for("public.claimant", number=into), f"{found.name} is merged into this claimant.")

    return form_page(form, "desk/claimant_merge.html", save, claimant=found)


def _merged_already(other: int) -> Response:
    flash("That claimant was merged into this one.", "notice")
    return redirect(url_for("public.claimant", number=other), 303)


def _lines(text: str) -> tuple[str, ...]:
    """The non-empty lines. Commas do not separate: names may contain them."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())
