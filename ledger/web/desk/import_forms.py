"""The forms of an import: the file with its source, the mapping of its columns, and starting and undoing it."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField

from ledger.domain.errors import Problem
from ledger.formats.columns import REQUIRED, chosen_problems, guessed_columns
from ledger.formats.registry import CLAIM_FORMATS
from ledger.queries.imports import FilePage
from ledger.store.people import ClaimantKind
from ledger.web.desk.import_columns import GROUPS
from ledger.web.fields import OPTIONAL, ChoiceField, LineField, ProseField, RadioField
from ledger.web.forms import LedgerForm
from ledger.web.record_numbers import read_number
from ledger.web.uploading import TableField

LONGEST_HEADING = 60
UNKNOWN_SPEAKERS = {
    "": "Their rows have errors, unless the row says what they are",
    "person": "They are registered as people, unless the row says otherwise",
    "organisation": "They are registered as organisations, unless the row says otherwise",
}


class SendForm(LedgerForm):
    """The file to import, and the source of its rows."""

    file = TableField(
        "The file",
        description=f"A {' or '.join(one.label for one in CLAIM_FORMATS)} table with one row for each forecast, 50 MB "
        "at most. A larger file is imported on the server, with the command “ledger claims import”.",
        render_kw={"accept": ",".join(kind for one in CLAIM_FORMATS for kind in one.accepted)},
    )
    source = LineField(
        "Source",
        description="Where the rows come from, such as “Wire archive”. A row is identified by its source and its "
        "key: a row that is sent again under the same name changes nothing.",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form can be saved. If not, it asks for the file again, which browsers do not restore."""
        valid = super().validate(extra_validators)
        if not valid:
            self.file.ask_again()
        return valid

    def form_problems(self) -> list[Problem]:
        return (
            []
            if self.source.data
            else [Problem("source", "Name the source: a row is identified by its source and its key.")]
        )


class ColumnsForm(LedgerForm):
    """The column of the file for each of our columns. `columns_form` adds the fields."""

    register_as = RadioField("Speakers that are not registered", choices=UNKNOWN_SPEAKERS, default="")
    register_documents = BooleanField("Register documents that are not registered yet")

    def __init__(self, header: tuple[str, ...], **defaults: Any) -> None:
        self.header = header
        super().__init__(**defaults)

    def chosen(self) -> dict[str, int]:
        """The position in the file, from 0, of each of our columns that is mapped."""
        places = {name: read_number(self[name].data or "") for group in GROUPS for name in group.columns}
        return {name: place for name, place in places.items() if place is not None}

    def unknown_speakers(self) -> ClaimantKind | None:
        """The kind that unknown speakers are registered as; None leaves it to each row."""
        return ClaimantKind(self.register_as.data) if self.register_as.data in list(ClaimantKind) else None

    def form_problems(self) -> list[Problem]:
        labels = {name: label for group in GROUPS for name, (label, _) in group.columns.items()}
        return chosen_problems(self.header, self.chosen(), labels)


class BeginForm(LedgerForm):
    """Starting the import."""

    leave_out = BooleanField("Leave out the rows with errors")


class UndoForm(LedgerForm):
    """Why an import is undone."""

    reason = ProseField("Why it is undone", description="It is published with each claim that is withdrawn.")


def columns_form(page: FilePage) -> ColumnsForm:
    """The form for a file's columns, filled with the earlier mapping, or else with a guess from the headings."""
    places = {str(at): _heading(at, name) for at, name in enumerate(page.header)}
    fields = {}
    for group in GROUPS:
        for name, (label, words) in group.columns.items():
            choices = {"": "Choose a column" if name in REQUIRED else "Not in the file", **places}
            needed = [] if name in REQUIRED else OPTIONAL
            fields[name] = ChoiceField(label, needed, choices=choices, default="", description=words)
    # Only when the page is shown: in a form that is sent, a missing field means that its column is not mapped.
    found = {} if request.method == "POST" else page.columns or guessed_columns(page.header)
    form = type("FilledColumnsForm", (ColumnsForm,), fields)
    filled: ColumnsForm = form(
        page.header,
        register_as=page.register_as.value if page.register_as else "",
        register_documents=page.register_documents,
        **{name: str(place) for name, place in found.items()},
    )
    return filled


def _heading(position: int, name: str) -> str:
    """A heading as shown in the list: shortened, without unprintable characters, and never empty."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    shown = shown if len(shown) <= LONGEST_HEADING else shown[:LONGEST_HEADING] + "…"
    return shown or f"(column {position + 1}, without a heading)"
