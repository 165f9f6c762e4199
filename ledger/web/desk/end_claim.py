"""Ending a claim without a verdict (withdrawing, declaring void, merging, splitting), and reinstating it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.domain.claims import ClaimState
from ledger.domain.errors import AlreadyRecorded, Forbidden, Problem, Refused
from ledger.queries.claim_list import claim_lines
from ledger.queries.claim_page import ClaimPage, claim_page
from ledger.services.claims import end_claim
from ledger.services.claims.amend import terms_of
from ledger.services.claims.lookup import find_claim
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.end_claim_forms import MOST_PIECES, EndForm, SplitForm
from ledger.web.desk.review_forms import seen_number
from ledger.web.forms import form_page, saved
from ledger.web.record_numbers import read_number


@dataclass(frozen=True)
class EndWords:
    """The title, first paragraph and button of a page that ends or reinstates a claim."""

    title: str
    lead: str
    button: str


WITHDRAW = EndWords(
    "Withdraw a claim",
    "For a claim that should not have been recorded. Its page stays readable, with your reason, but the "
    "claim is no longer assessed or counted. An editor can reinstate it.",
    "Withdraw it",
)
VOID = EndWords(
    "Declare a claim void",
    "For a claim that must not count even if it has a verdict, such as one from a forged document. Its "
    "page and its verdict stay readable, with your reason; no score counts it.",
    "Declare it void",
)
REINSTATE = EndWords(
    "Reinstate a claim",
    "The withdrawn or void claim is assessed and counted again, with the evidence and verdict it had.",
    "Reinstate it",
)


def _page(number: int) -> ClaimPage:
    return claim_page(session(), number, viewer=signed_in().actor)


def _end_page(page: ClaimPage, words: EndWords, save: Callable[[EndForm], Response]) -> Any:
    """The page with the form that asks for the reason."""
    form = EndForm(seen=page.changed)
    shown = {"title": words.title, "lead": words.lead, "button": words.button}
    return form_page(form, "desk/end_claim.html", lambda: save(form), page=page, changed=page.changed, **shown)


def _end(number: int, state: ClaimState, reason: str, act: Callable[[], Any], words: str) -> Response:
    """End the claim. A second click changes nothing and gets a message that says so."""
    here = url_for("public.claim", number=number)
    before = find_claim(session(), number)
    if (before.state, before.ended_because) == (state, reason):
        flash("This is done already: a second click changes nothing.", "notice")
        return redirect(here, 303)
    act()
    return saved(here, words)


@desk_pages.route("/claims/<int:number>/withdraw", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def withdraw(number: int) -> Any:
    person, page = signed_in(), _page(number)
    editor = person.role.covers(Role.EDITOR)
    if not (editor or page.recorded_by_viewer):
        raise Forbidden("A claim is withdrawn by whoever recorded it, or by an editor.")

    def save(form: EndForm) -> Response:
        reason, seen = form.reason.value, seen_number(form)

        def act() -> None:
            end_claim.withdraw_claim(
                session(), now=now(), by=person.actor, claim=number, reason=reason, editor=editor, seen=seen
            )

        words = "The claim is withdrawn. It stays readable, and no score counts it."
        return _end(number, ClaimState.WITHDRAWN, reason, act, words)

    return _end_page(page, WITHDRAW, save)


@desk_pages.route("/claims/<int:number>/void", methods=["GET", "POST"])
@needs(Role.EDITOR)
def void(number: int) -> Any:
    def save(form: EndForm) -> Response:
        reason, seen = form.reason.value, seen_number(form)

        def act() -> None:
            end_claim.void_claim(session(), now=now(), by=signed_in().actor, claim=number, reason=reason, seen=seen)

        words = "The claim is void. It stays readable, and no score counts it."
        return _end(number, ClaimState.VOID, reason, act, words)

    return _end_page(_page(number), VOID, save)


@desk_pages.route("/claims/<int:number>/reinstate", methods=["GET", "POST"])
@needs(Role.EDITOR)
def reinstate(number: int) -> Any:
    page = _page(number)

    def save(form: EndForm) -> Response:
        reason, here = form.reason.value, url_for("public.claim", number=number)
        try:
            end_claim.reinstate_claim(session(), now=now(), by=signed_in().actor, claim=number, reason=reason)
        except AlreadyRecorded as same:
            words = f"Claim {same.number} now says the same. Only one of the two can count."
            raise Refused(Problem("", words)) from same
        except Refused:
            done = any(line.kind == "claim-reinstated" and line.reason == reason for line in page.history)
            if done and not form.record_problems():
                flash("It is reinstated already: a second click changes nothing.", "notice")
                return redirect(here, 303)
            raise
        return saved(here, "The claim is reinstated.")

    return _end_page(page, REINSTATE, save)


@desk_pages.route("/claims/<int:number>/merge")
@needs(Role.EDITOR)
def find_other(number: int) -> Any:
    """Ask for the number of the claim to merge into; the two are then shown side by side."""
    page = _page(number)
    typed = request.args.get("into", "").strip()[:40]
    other = read_number(typed)
    if other == number:
        fault = "This is the claim itself: give the number of the other one."
    elif other and claim_lines(session(), [other]):
        return redirect(url_for("desk.merge", number=number, into=other), 303)
    else:
        fault = f"There is no claim {typed}. Its number is above its statement." if typed else ""
    return render_template("desk/merge.html", page=page, other=None, form=None, typed=typed, fault=fault)


@desk_pages.route("/claims/<int:number>/merge/<int:into>", methods=["GET", "POST"])
@needs(Role.EDITOR)
def merge(number: int, into: int) -> Any:
    page, other = _page(number), _page(into)
    form = EndForm(seen=page.changed)

    def act() -> None:
        reason, seen = form.reason.value, seen_number(form)
        by = signed_in().actor
        end_claim.merge_claims(session(), now=now(), by=by, claim=number, into=into, reason=reason, seen=seen)

    def save() -> Response:
        words = f"Merged into claim {into}: its forecasts and evidence are there now."
        return _end(number, ClaimState.MERGED, form.reason.value, act, words)

    return form_page(
        form, "desk/merge.html", save, page=page, other=other, changed=page.changed, typed=str(into), fault=""
    )


@desk_pages.route("/claims/<int:number>/split", methods=["GET", "POST"])
@needs(Role.EDITOR)
def split(number: int) -> Any:
    page = _page(number)
    form = SplitForm(terms_of(session(), find_claim(session(), number)), page.changed)

    def act() -> None:
        filled = form.filled()
        try:
            end_claim.split_claim(
                session(),
                now=now(),
                by=signed_in().actor,
                claim=number,
                into=[form.piece(n) for n in filled],
                reason=form.reason.value,
                seen=seen_number(form),
            )
        except AlreadyRecorded as same:
            words = (
                f"One of these is already on record as claim {same.number}. Change its wording so that it says "
                "something else."
            )
            raise Refused(Problem("", words)) from same
        except Refused as refused:
            # The service numbers the pieces it got; in the form, an empty one may come between them.
            refused.problems = tuple(_at_its_piece(problem, filled) for problem in refused.problems)
            raise

    def save() -> Response:
        words = "The claim is split. Each of the new ones has its forecasts and its evidence."
        return _end(number, ClaimState.SPLIT, form.reason.value, act, words)

    return form_page(form, "desk/split.html", save, page=page, changed=page.changed, most=MOST_PIECES)


def _at_its_piece(problem: Problem, filled: list[int]) -> Problem:
    piece, _, name = problem.field.partition("-")
    return Problem(f"{filled[int(piece)]}-{name}", problem.message) if piece.isdecimal() else problem
