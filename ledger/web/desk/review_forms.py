"""The forms of a review: judging, deciding, putting off, giving a reason, naming reviewers."""

from __future__ import annotations

from wtforms import HiddenField

from ledger.domain.judging import AssessmentTerms, Certainty, assessment_problems, reason_problems
from ledger.domain.outcomes import Outcome
from ledger.domain.problems import Problem
from ledger.services.reading.claim_page import ClaimPage
from ledger.web.forms import CheckboxListField, DayField, LedgerForm, ProseField, RadioField
from ledger.web.showing import OUTCOMES

OUTCOME_CHOICES = {value: word for value, (word, _mark) in OUTCOMES.items()}


class AssessForm(LedgerForm):
    """One reviewer's own answer."""

    outcome = RadioField("Did it happen, by the criteria and within the horizon?", choices=OUTCOME_CHOICES)
    certainty = RadioField("How sure are you of that?", choices={"high": "High", "medium": "Medium", "low": "Low"})
    relied_on = CheckboxListField("Evidence you relied on", coerce=int)
    rationale = ProseField("Why", description="Markdown; cite evidence as [1], [2]. It is published with the verdict.")
    seen = HiddenField()

    def __init__(self, page: ClaimPage) -> None:
        super().__init__(seen=page.changed)
        self.page = page
        self.relied_on.choices = {line.id: f"[{line.number}] {line.summary[:110]}" for line in page.evidence}

    def broken_rules(self) -> list[Problem]:
        problems = [
            Problem(name, words)
            for name, kind, words in (
                ("outcome", Outcome, "Choose what happened."),
                ("certainty", Certainty, "Say how sure you are."),
            )
            if self[name].data not in list(kind)
        ]
        if self.outcome.data not in list(Outcome):
            return problems + ([] if self.rationale.data else [Problem("rationale", "Say why.")])
        evidence = [line.id for line in self.page.evidence if line.retracted is None]
        return problems + assessment_problems(
            self.terms(), evidence=evidence, shape=self.page.shape, condition=self.page.condition_state
        )

    def terms(self) -> AssessmentTerms:
        """The assessment as typed."""
        certainty = Certainty(self.certainty.data) if self.certainty.data in list(Certainty) else Certainty.LOW
        relied_on = tuple(self.relied_on.data or ())
        return AssessmentTerms(Outcome(self.outcome.data), certainty, self.rationale.data, relied_on)


class AdjudicateForm(LedgerForm):
    """An editor's decision where assessments differ."""

    outcome = RadioField("The verdict", choices=OUTCOME_CHOICES)
    reason = ProseField("Why", description="Markdown. Say what each reviewer saw, and what decides it.")
    seen = HiddenField()

    def broken_rules(self) -> list[Problem]:
        missing = [] if self.outcome.data in list(Outcome) else [Problem("outcome", "Choose the verdict.")]
        return [*missing, *reason_problems("reason", self.reason.data)]


class SnoozeForm(LedgerForm):
    """Putting a review off."""

    until = DayField(
        "Until",
        needed="Give the day on which to look again.",
        description="Day, month and year, at most a year from now.",
    )
    reason = ProseField("Why not yet", description="It is published in the claim's record.")
    seen = HiddenField()

    def broken_rules(self) -> list[Problem]:
        return reason_problems("reason", self.reason.data)


class ReasonForm(LedgerForm):
    """An act that needs nothing but its reason."""

    reason = ProseField("Reason", description="It is published in the claim's record.")

    def broken_rules(self) -> list[Problem]:
        return reason_problems("reason", self.reason.data)


class ReviewersForm(LedgerForm):
    """Who is to judge."""

    reviewers = CheckboxListField("Reviewers")


def seen_number(form: LedgerForm) -> int | None:
    """The entry up to which the claim had been read when the form was opened."""
    text = form["seen"].data or ""
    return int(text) if str(text).isdecimal() and len(str(text)) < 12 else None
