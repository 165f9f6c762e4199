"""Amendments of a claim, read from the journal: each changed field with its old and its new text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind
from ledger.domain.confidence import percent
from ledger.domain.dates import PartialDate
from ledger.domain.name_lists import join_names
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import ClaimAmended, ClaimRecorded
from ledger.journal.entries.claims import ClaimFields
from ledger.journal.read import entry_of
from ledger.store.entries import DisclosureRow, EntryRow


@dataclass(frozen=True)
class FieldChange:
    """A changed field: its label, its text before and after; "" for an empty field."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Amendment:
    """One amendment: the number and time of its entry, its reason, and the changed fields."""

    number: int
    at: datetime
    reason: str
    after_evidence: bool
    changes: tuple[FieldChange, ...]


def amendments(session: Session, claim: int) -> tuple[Amendment, ...]:
    """A claim's amendments, oldest first."""
    rows = session.execute(
        select(EntryRow.number, EntryRow.at, EntryRow.leaf, DisclosureRow.disclosures)
        .join(DisclosureRow, DisclosureRow.number == EntryRow.number)
        .where(EntryRow.subject == f"claim/{claim}", EntryRow.kind.in_((ClaimRecorded.kind, ClaimAmended.kind)))
        .order_by(EntryRow.number)
    )
    found = []
    before: dict[str, str] = {}
    for number, at, leaf, disclosures in rows:
        entry = entry_of(number, leaf, disclosures).upgraded()
        if not isinstance(entry, ClaimFields):
            raise TypeError(f"entry {number} holds no fields of a claim")
        after = in_words(entry)
        if isinstance(entry, ClaimAmended):
            changes = tuple(
                FieldChange(what, before[what], after[what]) for what in after if after[what] != before[what]
            )
            found.append(Amendment(number, at, entry.reason, entry.after_evidence, changes))
        before = after
    return tuple(found)


# The fields of a claim in the order of pages, with their labels. Those that it leaves out come last, under their names.
LABELS = {
    "statement": "Statement",
    "criteria": "Resolution criteria",
    "condition": "Condition",
    "claim_kind": "Kind",
    "metric": "What is compared",
    "baseline": "Measured against",
    "low_bound": "Bounds",
    "unit": "Unit",
    "options": "Options",
    "ordered": "The options have an order",
    "topics": "Topics",
    "horizon": "Resolves by",
    "horizon_basis": "Where this date comes from",
    "horizon_note": "Note on the date",
    "whole": "Part of claim",
    "judged_from": "How it is judged",
    "checkability": "Checkability",
    "checkability_reason": "Why, or why not",
    "base_rate": "Base rate",
    "base_rate_note": "Source of the base rate",
}
_IN_BOUNDS = {"low_strict", "high_bound", "high_strict"}  # shown with the lower bound


def in_words(entry: ClaimFields) -> dict[str, str]:
    """Every field of a claim by its label, as pages show it. Fields of plain text are shown as they are."""
    words = {
        **vars(entry),
        "claim_kind": ClaimKind(entry.claim_kind).words,
        "low_bound": Bounds(entry.low_bound, entry.high_bound, entry.low_strict, entry.high_strict).words,
        "options": "\n".join(entry.options),
        "ordered": "yes" if entry.ordered else "",
        "topics": join_names(entry.topics, ","),
        "horizon": PartialDate.parse(entry.horizon).words if entry.horizon else "",
        "whole": "" if entry.whole is None else str(entry.whole),
        "judged_from": JudgedFrom(entry.judged_from).words,
        "checkability": Checkability(entry.checkability).words,
        "base_rate": "" if entry.base_rate is None else percent(entry.base_rate),
    }
    names = (field.name for field in fields(ClaimFields) if field.name not in {*LABELS, *_IN_BOUNDS, "by"})
    labels = LABELS | {name: name.replace("_", " ").capitalize() for name in names}
    return {label: words[name] for name, label in labels.items()}
