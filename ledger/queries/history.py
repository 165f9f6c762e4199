"""The history of a subject: its journal entries in order, each in words and with its hash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.conditions import ConditionState
from ledger.journal import entries
from ledger.journal.read import entry_of
from ledger.store.entries import DisclosureRow, EntryRow


@dataclass(frozen=True)
class HistoryLine:
    """One entry: its number, kind, time (UTC), content in words, reason if any, and leaf hash to check it by."""

    number: int
    kind: str
    at: datetime
    words: str
    reason: str
    leaf_hash: str


def history(session: Session, subject: str) -> tuple[HistoryLine, ...]:
    """The entries about a subject, oldest first."""
    rows = session.execute(
        select(
            EntryRow.number, EntryRow.kind, EntryRow.at, EntryRow.leaf_hash, EntryRow.leaf, DisclosureRow.disclosures
        )
        .join(DisclosureRow, DisclosureRow.number == EntryRow.number)
        .where(EntryRow.subject == subject)
        .order_by(EntryRow.number)
    )
    lines = []
    for number, kind, at, hashed, leaf, disclosures in rows:
        entry = entry_of(number, leaf, disclosures).upgraded()
        reason = getattr(entry, "reason", "")
        lines.append(HistoryLine(number, kind, at, in_words(entry), str(reason), hashed.hex()))
    return tuple(lines)


def in_words(entry: entries.Entry) -> str:
    """The content of an entry in words, without sealed or personal data; for most kinds, the name of the kind."""
    words = WORDS.get(type(entry))
    return words(entry) if words else entry.kind.replace("-", " ").capitalize()


def _forecast_recorded(entry: entries.ForecastRecorded) -> str:
    return f"Forecast recorded: said on {entry.made_on}"


def _claim_ended(entry: entries.ClaimEnded) -> str:
    into = " and ".join(str(number) for number in entry.into)
    word = {"void": "Claim declared void"}.get(entry.how, f"Claim {entry.how}")
    return f"{word} into {into}" if into else word


def _condition_judged(entry: entries.ConditionJudged) -> str:
    return f"Condition judged: {ConditionState(entry.state).words}"


def _evidence_attached(entry: entries.EvidenceAttached) -> str:
    return "Search note attached" if entry.evidence_kind == "search_note" else "Evidence attached"


def _review_scheduled(entry: entries.ReviewScheduled) -> str:
    return f"Review scheduled for {entry.due_on} under policy {entry.policy}"


def _reviewers_assigned(entry: entries.ReviewersAssigned) -> str:
    return f"{len(entry.reviewers)} reviewers assigned" if len(entry.reviewers) != 1 else "One reviewer assigned"


def _review_rescheduled(entry: entries.ReviewRescheduled) -> str:
    return f"Review moved to {entry.due_on}"


def _assessments_opened(entry: entries.AssessmentsOpened) -> str:
    return f"{len(entry.assessments)} assessments opened together"


def _verdict_adopted(entry: entries.VerdictAdopted) -> str:
    outcome = entry.outcome.replace("_", " ")
    return f"Verdict adopted by {entry.basis}: {outcome}"


# The kinds of entries that are described by more than the name of their kind.
WORDS: dict[type[entries.Entry], Callable[[Any], str]] = {
    entries.ForecastRecorded: _forecast_recorded,
    entries.ClaimEnded: _claim_ended,
    entries.ConditionJudged: _condition_judged,
    entries.EvidenceAttached: _evidence_attached,
    entries.ReviewScheduled: _review_scheduled,
    entries.ReviewersAssigned: _reviewers_assigned,
    entries.ReviewRescheduled: _review_rescheduled,
    entries.AssessmentsOpened: _assessments_opened,
    entries.VerdictAdopted: _verdict_adopted,
}
