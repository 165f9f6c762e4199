"""Quick entry: a claim written in one line is parsed, shown, and used to fill the form for recording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from wtforms import SearchField

from ledger.domain.confidence import ConfidenceKind
from ledger.domain.dates import Precision
from ledger.domain.errors import Problem
from ledger.domain.forecasts import Modality
from ledger.domain.quick_entry import QuickEntry, read_quick_entry
from ledger.domain.text import text_problem
from ledger.queries.documents import DocumentLine, one_document, recent_documents
from ledger.queries.search import similar_claims
from ledger.store.accounts import Role
from ledger.web.access import needs
from ledger.web.context import local_today, session, signed_in
from ledger.web.desk.blueprint import desk_pages
from ledger.web.desk.claim_forms import HORIZON_BASES, RecordForm
from ledger.web.fields import ChoiceField, SentenceField
from ledger.web.forms import LedgerForm
from ledger.web.record_numbers import read_number
from ledger.web.request_args import words_in

LONGEST_LINE = 1_000
PRECISIONS = {
    Precision.DAY: "",
    Precision.MONTH: "to the month: its last day counts",
    Precision.YEAR: "to the year: its last day counts",
}


@dataclass(frozen=True)
class ParsedLine:
    """A line of quick entry and what was parsed from it. `said_on` is the day that “next year” counts from."""

    line: str
    entry: QuickEntry
    said_on: date
    document: DocumentLine | None
    filled: bool = True  # False where the form already held a draft

    @property
    def basis(self) -> str:
        return HORIZON_BASES[self.entry.horizon_basis.value].lower()

    @property
    def precision(self) -> str:
        return PRECISIONS[self.entry.horizon.precision] if self.entry.horizon else ""


class LineForm(LedgerForm):
    """The line, and the document that the claim is in. The form is sent by GET and saves nothing."""

    line = SentenceField(
        "The claim in one line",
        description="Such as: The group regroups by end of 2027 #ISIS #“foreign fighters” 60%",
    )
    q = SearchField("Find the document by words in its title or outlet")
    document = ChoiceField("From which document", description="Register a new one first if it is not listed.")

    def form_problems(self) -> list[Problem]:
        problems = [] if self.document.data else [Problem("document", "Choose the document it was said in.")]
        return [*line_problems(self.line.data or ""), *problems]


def line_problems(line: str) -> list[Problem]:
    """Why a line cannot be parsed into a claim; empty if it can."""
    if not line:
        return [Problem("line", "Write in one sentence what would happen.")]
    if problem := text_problem(line, LONGEST_LINE):
        return [Problem("line", problem)]
    if not read_quick_entry(line, said_on=date.min.replace(year=2000)).statement:
        return [Problem("line", "This has topics and numbers only: also write what would happen.")]
    return []


def read_line(line: str, document: DocumentLine | None) -> ParsedLine | None:
    """The line, parsed for a document, or for today where none is chosen yet; None where it cannot be parsed."""
    if line_problems(line):
        return None
    said_on = document.published_on.last if document else local_today(signed_in())
    return ParsedLine(line, read_quick_entry(line, said_on=said_on), said_on, document)


@desk_pages.route("/claims/quick")
@needs(Role.REVIEWER)
def quick_entry() -> Any:
    """The line with what is parsed from it; `#reading` and `#similar` are refreshed while somebody types."""
    found = recent_documents(session(), words_in("q"))
    number = read_number(request.args.get("document", ""))
    chosen = one_document(session(), number) if number else None
    form = LineForm(formdata=request.args, meta={"csrf": False})
    lines = [*([chosen] if chosen and chosen not in found.lines else []), *found.lines]
    form.document.choices = {"": "Choose the document"} | {
        str(one.id): f"{one.title} ({one.outlet}, {one.published_on.words})" for one in lines
    }
    line = form.line.data or ""
    if "read" in request.args and form.validate():
        return redirect(url_for("desk.record_claim", document=number, line=line), 303)
    reading = read_line(line, chosen)
    page = render_template(
        "desk/quick_entry.html",
        form=form,
        documents=found,
        reading=reading,
        similar=similar_claims(session(), reading.entry.statement) if reading else (),
        longest=LONGEST_LINE,
    )
    return page, 422 if form.errors else 200


def fill_in(form: RecordForm, reading: ParsedLine | None, *, over_draft: bool) -> ParsedLine | None:
    """Fill a record form with what was parsed. A restored draft is left unchanged, unless `over_draft`.

    Fields for which the line has nothing stay as they are. Returns the line, and in `filled` whether it was used.
    """
    if reading is None:
        return None
    if form.restored and not over_draft:
        return ParsedLine(reading.line, reading.entry, reading.said_on, reading.document, filled=False)
    entry = reading.entry
    form.statement.data = entry.statement
    if entry.topics:
        form.topics.data = ", ".join(entry.topics)
    if entry.horizon is not None:
        form.horizon.show(entry.horizon)
        form.horizon_basis.data = entry.horizon_basis.value
        form.horizon_note.data = f"Read from “{entry.horizon_words}”." if entry.counted else form.horizon_note.data
    if entry.probability is not None:
        form.modality.data = Modality.NUMBER.value
        form.confidence.data = ConfidenceKind.POINT.value
        form.point.show(entry.probability)
    return reading
