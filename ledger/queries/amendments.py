"""Amendments of a claim, read from the journal: each changed field with its old and its new text."""

from __future__ import annotations

from dataclasses import dataclass
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
        after = _in_words(entry)
        if isinstance(entry, ClaimAmended):
            changes = tuple(
                FieldChange(what, before[what], after[what]) for what in after if after[what] != before[what]
            )
            found.append(Amendment(number, at, entry.reason, entry.after_evidence, changes))
        before = after
    return tuple(found)


def _in_words(entry: ClaimFields) -> dict[str, str]:
    """The fields of a claim as pages show them, by label."""
    bounds = Bounds(entry.low_bound, entry.high_bound, entry.low_strict, entry.high_strict)
    return {
        "Statement": entry.statement,
        "Resolution criteria": entry.criteria,
        "Condition": entry.condition,
        "Kind": ClaimKind(entry.claim_kind).words,
        "What is compared": entry.metric,
        "Measured against": entry.baseline,
        "Bounds": bounds.words,
        "Unit": entry.unit,
        "Options": "\n".join(entry.options),
        "The options have an order": "yes" if entry.ordered else "",
        "Topics": join_names(entry.topics, ","),
        "Resolves by": PartialDate.parse(entry.horizon).words if entry.horizon else "",
        "Where this date comes from": entry.horizon_basis,
        "Note on the date": entry.horizon_note,
        "Part of claim": "" if entry.whole is None else str(entry.whole),
        "How it is judged": JudgedFrom(entry.judged_from).words,
        "Checkability": Checkability(entry.checkability).words,
        "Why, or why not": entry.checkability_reason,
        "Base rate": "" if entry.base_rate is None else percent(entry.base_rate),
        "Source of the base rate": entry.base_rate_note,
    }
