"""Acting on several claims at once: choosing them, previewing the result for each, and confirming."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from ledger.domain.claims import topic_problems
from ledger.domain.errors import Problem
from ledger.domain.name_lists import split_names
from ledger.domain.reviews import reason_problems
from ledger.journal.read import read_head
from ledger.queries.claim_list import claim_lines
from ledger.services.claims.bulk import MOST_AT_ONCE, BulkAct, BulkRequest, BulkResult, act_in_bulk, rehearse
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import now, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.review_forms import seen_number
from ledger.web.fields import OPTIONAL, CheckboxListField, LineField, ProseField
from ledger.web.forms import LedgerForm, form_page, saved
from ledger.web.public.claims import find_claims
from ledger.web.public.filters import query_of
from ledger.web.record_numbers import read_number

LONGEST_TOPICS = 2_000
# The words for each act: its button, the title of its page, and the message afterwards.
WORDS: dict[BulkAct, tuple[str, str, str]] = {
    BulkAct.ADD_TOPICS: ("Add the topics", "Add topics", "added to the topics"),
    BulkAct.REMOVE_TOPICS: ("Remove the topics", "Remove topics", "removed from the topics"),
    BulkAct.WITHDRAW: ("Withdraw", "Withdraw claims", "withdrawn: they stay readable, and no score counts them"),
    BulkAct.VOID: ("Declare void", "Declare claims void", "void: they stay readable, and no score counts them"),
}


class ChooseClaimsForm(LedgerForm):
    """The claims chosen, and the topics for acts on topics. The form is sent by GET and changes nothing."""

    claim = CheckboxListField("Claims", coerce=int)
    topics = LineField(
        "Topics to add or remove",
        OPTIONAL,
        description="For the topics only. Separated by commas; one with a comma in it, in quotation marks.",
    )

    def act(self) -> BulkAct | None:
        """The act whose button was pressed, if any."""
        pressed = request.args.get("act", "")
        return BulkAct(pressed) if pressed in list(BulkAct) else None

    def form_problems(self) -> list[Problem]:
        problems = []
        if not self.claim.data:
            problems.append(Problem("claim", "Tick at least one claim."))
        elif len(self.claim.data) > MOST_AT_ONCE:
            problems.append(Problem("claim", f"At most {MOST_AT_ONCE} at once: {len(self.claim.data)} are ticked."))
        act, topics = self.act(), split_names(self.topics.data or "", ",")
        if act is not None and act.on_topics:
            missing = [] if topics else [Problem("topics", "Name the topics to add or to remove.")]
            problems += [*missing, *topic_problems(topics)]
        return problems


class BulkForm(LedgerForm):
    """The act, its claims, and the reason."""

    act = HiddenField()
    claims = HiddenField()
    topics = HiddenField()
    seen = HiddenField()
    reason = ProseField("Why", description="It is published, and stays with each of these claims.")

    many: BulkRequest | None = None

    def read(self, *, editor: bool) -> BulkRequest | None:
        """The act and its claims; None where the form names no known act or no valid claims and topics."""
        self.many = self._many(editor)
        return self.many

    def _many(self, editor: bool) -> BulkRequest | None:
        act = self.act.data or ""
        typed = (self.claims.data or "").split()[: MOST_AT_ONCE + 1]
        numbers = dict.fromkeys(number for number in map(read_number, typed) if number)
        topics = split_names((self.topics.data or "")[:LONGEST_TOPICS], ",")
        if act not in list(BulkAct) or not numbers or len(numbers) > MOST_AT_ONCE or topic_problems(topics):
            return None
        many = BulkRequest(BulkAct(act), tuple(numbers), topics, editor)
        return many if topics or not many.act.on_topics else None

    def form_problems(self) -> list[Problem]:
        return [] if self.many else [Problem("", "First choose the claims and what to do with them.")]

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)


@desk_pages.route("/claims")
@needs(Role.REVIEWER)
def claims() -> Any:
    """The list of claims with checkboxes."""
    page = find_claims(MOST_AT_ONCE)
    form = ChooseClaimsForm(formdata=request.args, meta={"csrf": False})
    here = [line.id for line in page.claims.lines]
    # The list may have changed since claims were ticked: those no longer on this page are shown first.
    elsewhere = [number for number in form.claim.data or () if number not in here][:MOST_AT_ONCE]
    shown = (*claim_lines(session(), elsewhere), *page.claims.lines)
    form.claim.choices = [(line.id, line.statement) for line in shown]
    if request.args.get("all"):
        form.claim.data = here
    act = form.act()
    if act is not None and form.validate():
        args = {"act": act.value, "claim": form.claim.data} | ({"topics": form.topics.data} if act.on_topics else {})
        filters = query_of(request.args).removeprefix("?")
        query = urlencode(args, doseq=True) + (f"&{filters}" if filters else "")
        return redirect(f"{url_for('desk.several')}?{query}", 303)
    status = 422 if form.errors or page.problems else 200
    answer = render_template(
        "desk/claims.html", page=page, form=form, shown=shown, most=MOST_AT_ONCE, acts=_acts(), words=WORDS
    )
    return answer, status


@desk_pages.route("/claims/bulk", methods=["GET", "POST"])
@needs(Role.REVIEWER)
def several() -> Any:
    """A preview of the result for each claim, with the form that asks for the reason."""
    person = signed_in()
    form = BulkForm()
    if request.method == "GET" and "act" in request.args:  # the choice just made replaces that of a draft
        form.act.data = request.args["act"]
        form.claims.data = " ".join(request.args.getlist("claim"))
        form.topics.data = request.args.get("topics", "")
    many = form.read(editor=person.role.covers(Role.EDITOR))
    size = read_head(session()).size
    if request.method == "GET":
        form.seen.data = str(size)
    results = rehearse(session(), now=now(), by=person.actor, request=many) if many else ()
    back = url_for("desk.claims") + query_of(request.args)
    form.claims.data = " ".join(str(result.claim) for result in results if not result.why_not)

    def save() -> Response:
        chosen = many or BulkRequest(BulkAct.WITHDRAW, ())  # never empty: the form is not valid then
        done = act_in_bulk(
            session(), now=now(), by=person.actor, request=chosen, reason=form.reason.value, seen=seen_number(form)
        )
        if all(result.already for result in done):
            flash("This is done already: a second click changes nothing.", "notice")
            return redirect(back, 303)
        n = len(done)
        return saved(back, f"{n} claim{'s are' if n != 1 else ' is'} {WORDS[chosen.act][2]}.")

    return form_page(
        form,
        "desk/bulk.html",
        save,
        changed=size,
        many=many,
        results=_with_lines(results),
        back=back,
        words=WORDS[many.act] if many else None,
    )


def _acts() -> list[BulkAct]:
    """The acts on several claims that the person signed in may use."""
    editor = signed_in().role.covers(Role.EDITOR)
    return [act for act in BulkAct if editor or act is not BulkAct.VOID]


def _with_lines(results: tuple[BulkResult, ...]) -> list[tuple[BulkResult, Any]]:
    """Each result with its claim's line, None where there is no such claim."""
    found = {line.id: line for line in claim_lines(session(), [result.claim for result in results])}
    return [(result, found.get(result.claim)) for result in results]
