"""Evidence: dated reports that bear on a claim. They are graded, and their dates are compared with the claim's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.domain.dates import PartialDate
from ledger.domain.errors import Problem
from ledger.domain.text import text_problem, url_problem

LONGEST_SUMMARY, LONGEST_PUBLISHER, LONGEST_URL = 4_000, 200, 2_000

RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "cannot be judged",
}


class Stance(StrEnum):
    """Whether evidence speaks for a claim, against it, or neither."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    CONTEXT = "context"


class EvidenceKind(StrEnum):
    """A fact, or a search note: where and when something was looked for and not found."""

    FACT = "fact"
    SEARCH_NOTE = "search_note"


class SourceStatus(StrEnum):
    """Whether the source itself was read when the evidence was attached."""

    CHECKED = "checked"
    KNOWN = "known"


@dataclass(frozen=True)
class EvidenceFile:
    """A file stored with evidence, under the SHA-256 (hex) of its bytes. `media_type` follows from its content."""

    sha256: str
    name: str
    media_type: str
    size: int  # bytes


@dataclass(frozen=True)
class EvidenceTerms:
    """One piece of evidence. Dates are as the source gives them; `captured_on` is when somebody read the source."""

    stance: Stance
    summary: str
    publisher: str
    url: str = ""
    kind: EvidenceKind = EvidenceKind.FACT
    event_on: PartialDate | None = None
    published_on: PartialDate | None = None
    captured_on: PartialDate | None = None
    reliability: str = "F"
    credibility: str = "6"
    source_status: SourceStatus = SourceStatus.CHECKED
    checked_in: str = ""
    file: EvidenceFile | None = None


def evidence_problems(terms: EvidenceTerms, *, today: date) -> list[Problem]:
    """All problems of a piece of evidence, each with its field. Dates after `today` are in the future."""
    problems: list[Problem] = []
    if not terms.summary:
        problems.append(Problem("summary", "Say in a sentence or two what happened, or what was searched for."))
    if not terms.publisher:
        problems.append(Problem("publisher", "Name who published it."))
    if terms.url and (error := url_problem(terms.url)):
        problems.append(Problem("url", error))
    for field, text, longest, lines in (
        ("summary", terms.summary, LONGEST_SUMMARY, True),
        ("publisher", terms.publisher, LONGEST_PUBLISHER, False),
        ("url", terms.url, LONGEST_URL, False),
        ("checked_in", terms.checked_in, LONGEST_URL, False),
    ):
        if error := text_problem(text, longest, lines=lines):
            problems.append(Problem(field, error))
    if terms.kind is EvidenceKind.FACT and terms.event_on is None:
        problems.append(Problem("event_on", "Say when it happened; a month or a year will do."))
    if terms.kind is EvidenceKind.SEARCH_NOTE and terms.captured_on is None:
        problems.append(Problem("captured_on", "Give the day of the search."))
    for field, when in (
        ("event_on", terms.event_on),
        ("published_on", terms.published_on),
        ("captured_on", terms.captured_on),
    ):
        if when is not None and when.first > today:
            problems.append(Problem(field, "This day is in the future."))
    if terms.event_on and terms.published_on and terms.published_on.last < terms.event_on.first:
        problems.append(Problem("published_on", "It cannot have been published before it happened."))
    if terms.published_on and terms.captured_on and terms.captured_on.last < terms.published_on.first:
        problems.append(Problem("captured_on", "It cannot have been read before it was published."))
    if terms.reliability not in RELIABILITY:
        problems.append(Problem("reliability", "Choose a grade from A to F."))
    if terms.credibility not in CREDIBILITY:
        problems.append(Problem("credibility", "Choose a grade from 1 to 6."))
    return problems


def time_flags(
    kind: EvidenceKind, event_on: PartialDate | None, *, made_on: PartialDate, horizon: PartialDate | None
) -> tuple[str, ...]:
    """Warnings from the dates: the event happened before the claim was made, or after its horizon.

    A warning is given only where it is certain at the dates' precision: "2017" is not certainly before "June 2017".
    Search notes get none, because they are always written after the horizon.
    """
    if event_on is None or kind is EvidenceKind.SEARCH_NOTE:
        return ()
    flags = []
    if event_on.last < made_on.first:
        flags.append("before the claim was made")
    if horizon is not None and event_on.first > horizon.last:
        flags.append("after the horizon")
    return tuple(flags)
