"""The forms for evidence: attaching, correcting and retracting it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wtforms import HiddenField

from ledger.domain.dates import latest_today
from ledger.domain.errors import Problem
from ledger.domain.evidence import (
    CREDIBILITY,
    RELIABILITY,
    EvidenceFile,
    EvidenceKind,
    EvidenceTerms,
    SourceStatus,
    Stance,
    evidence_problems,
)
from ledger.domain.reviews import reason_problems
from ledger.web.context import now
from ledger.web.fields import OPTIONAL, ChoiceField, DateField, LineField, ProseField, RadioField, WholeNumberField
from ledger.web.forms import LedgerForm
from ledger.web.uploading import UploadField

ROWS = ("1", "2", "3")
STANCES = {"supports": "Supports the claim", "contradicts": "Contradicts it", "context": "Context only"}


class EvidenceForm(LedgerForm):
    """A piece of evidence: the event or search, its source, and how reliable it is."""

    kind = RadioField(
        "What it is",
        choices={
            "fact": "Something that happened",
            "search_note": "A search: where and when we searched, and what we found",
        },
        default="fact",
    )
    stance = RadioField("What it shows", choices=STANCES)
    summary = ProseField(
        "Summary",
        description="In our words, with names, numbers and dates. For a search: what was looked for, with which words, "
        "and what came up.",
    )
    publisher = LineField(
        "Published by",
        description="The agency, court, newspaper or database. For a search: where we searched.",
    )
    url = LineField("Address", OPTIONAL, description="The whole address of the source, or of the search.")
    event_on = DateField("Date of the event", description="A day, a month or a year. Leave it empty for a search.")
    published_on = DateField("The source was published on", OPTIONAL, description="Leave it empty for a search.")
    captured_on = DateField("Read on", OPTIONAL, description="For a search: the day of the search.")
    reliability = ChoiceField(
        "The source", choices={k: f"{k}: {words}" for k, words in RELIABILITY.items()}, default="F"
    )
    credibility = ChoiceField(
        "The information", choices={k: f"{k}: {words}" for k, words in CREDIBILITY.items()}, default="6"
    )
    source_status = RadioField(
        "How we know",
        choices={"checked": "We read the source", "known": "It is widely known; the source was not read"},
        default="checked",
    )
    checked_in = LineField("Where we read it", OPTIONAL, description="An archive copy, a database, a library.")

    def terms(self) -> EvidenceTerms:
        """The evidence as typed."""
        return EvidenceTerms(
            stance=Stance(self.stance.value) if self.stance.value in list(Stance) else Stance.CONTEXT,
            summary=self.summary.value,
            publisher=self.publisher.value,
            url=self.url.value,
            kind=EvidenceKind(self.kind.data) if self.kind.data in list(EvidenceKind) else EvidenceKind.FACT,
            event_on=self.event_on.value,
            published_on=self.published_on.value,
            captured_on=self.captured_on.value,
            reliability=self.reliability.value,
            credibility=self.credibility.value,
            source_status=SourceStatus.KNOWN if self.source_status.value == "known" else SourceStatus.CHECKED,
            checked_in=self.checked_in.value,
            file=self.stored_file(),
        )

    def stored_file(self) -> EvidenceFile | None:
        """The file that belongs to the evidence, or None."""
        return None

    def form_problems(self) -> list[Problem]:
        return (
            []
            if self.stance.value in list(Stance)
            else [Problem("stance", "Say whether it supports or contradicts the claim.")]
        )

    def record_problems(self) -> list[Problem]:
        return evidence_problems(self.terms(), today=latest_today(now()))


def _claim_field() -> WholeNumberField:
    return WholeNumberField("Claim number", OPTIONAL)


def _stance_field() -> ChoiceField:
    return ChoiceField("What it shows there", OPTIONAL, choices={"": "Choose", **STANCES}, default="")


class AttachForm(EvidenceForm):
    """New evidence, with a file and other claims that it is evidence for or against."""

    file = UploadField(
        "A file",
        OPTIONAL,
        description="Up to 10 MB: PDF, PNG, JPEG, WebP, GIF or plain text. Everybody can download it, so leave out "
        "what others hold the rights to. If your sign-in expires meanwhile, what you typed is kept, but not the file.",
    )
    also_1, also_stance_1 = _claim_field(), _stance_field()
    also_2, also_stance_2 = _claim_field(), _stance_field()
    also_3, also_stance_3 = _claim_field(), _stance_field()

    def __init__(self, claim: int) -> None:
        super().__init__()
        self.claim = claim

    def stored_file(self) -> EvidenceFile | None:
        return self.file.data

    @property
    def rows(self) -> list[tuple[WholeNumberField, ChoiceField]]:
        """The rows for other claims: the fields for number and stance."""
        return [(self[f"also_{row}"], self[f"also_stance_{row}"]) for row in ROWS]

    def also(self) -> dict[int, Stance]:
        """The stance on each of the other claims, by its number."""
        return {claim.value: Stance(stance.value) for claim, stance in self.rows if claim.value is not None}

    def form_problems(self) -> list[Problem]:
        problems, named = super().form_problems(), {self.claim}
        for claim, stance in self.rows:
            if claim.value is None and stance.value and not claim.errors:
                problems.append(Problem(claim.name, "Give the claim's number."))
            if claim.value is not None:
                if claim.value in named:
                    problems.append(
                        Problem(claim.name, f"Claim {claim.value} has this evidence already: name another.")
                    )
                if not stance.value:
                    problems.append(
                        Problem(stance.name, f"Say whether it supports or contradicts claim {claim.value}.")
                    )
                named.add(claim.value)
        return problems

    def place(self, problems: Iterable[Problem], *, unless_wrong: bool = False) -> None:
        super().place([self._at_its_row(problem) for problem in problems], unless_wrong=unless_wrong)
        if self.errors or self.form_errors:
            self.file.ask_again()

    def _at_its_row(self, problem: Problem) -> Problem:
        if problem.field != "also":
            return problem
        about = re.search(r"claim (\d+)", problem.message, re.IGNORECASE)
        rows = [c.name for c, _ in self.rows if about is not None and c.value == int(about[1])]
        return Problem((*rows, "also_1")[0], problem.message)


class CorrectForm(EvidenceForm):
    """Corrected terms, which replace those on record. The file cannot be changed: another file is other evidence."""

    seen = HiddenField()
    reason = ProseField("Reason", description="What was wrong. It stays in the public history.")

    def __init__(self, on_record: EvidenceTerms, seen: int) -> None:
        self.on_record = on_record
        terms = on_record
        super().__init__(
            seen=seen,
            kind=terms.kind.value,
            stance=terms.stance.value,
            summary=terms.summary,
            publisher=terms.publisher,
            url=terms.url,
            event_on=terms.event_on,
            published_on=terms.published_on,
            captured_on=terms.captured_on,
            reliability=terms.reliability,
            credibility=terms.credibility,
            source_status=terms.source_status.value,
            checked_in=terms.checked_in,
        )

    def stored_file(self) -> EvidenceFile | None:
        return self.on_record.file

    def record_problems(self) -> list[Problem]:
        return [*super().record_problems(), *reason_problems("reason", self.reason.value)]


class RetractForm(LedgerForm):
    """Why evidence is retracted."""

    seen = HiddenField()
    reason = ProseField("Reason", description="What is wrong with it. It stays in the public history.")

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)
