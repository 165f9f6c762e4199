"""The forms of a review: assessing, adjudicating, snoozing, giving a reason, and assigning reviewers."""

from __future__ import annotations

from wtforms import HiddenField

from ledger.domain.claim_types import ClaimKind
from ledger.domain.errors import Problem
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import (
    AssessmentTerms,
    Certainty,
    Finding,
    answer_problems,
    assessment_problems,
    fitting_outcomes,
    reason_problems,
)
from ledger.queries.claim_page import ClaimPage
from ledger.web.fields import OPTIONAL, CheckboxListField, DayField, ProseField, QuantityField, RadioField
from ledger.web.forms import LedgerForm
from ledger.web.template_filters import OUTCOMES


class OutcomeForm(LedgerForm):
    """The finding: an outcome that the claim can have, with the option of a choice or the value of a quantity."""

    answer = RadioField("Which option came about?")
    value = QuantityField("What was measured", OPTIONAL)

    def fit_to(self, page: ClaimPage) -> None:
        """Offer only the fields and outcomes that this kind of claim can have."""
        fitting = fitting_outcomes(page.shape, page.condition_state)
        self["outcome"].choices = {outcome.value: OUTCOMES[outcome.value][0] for outcome in fitting}
        if page.shape.kind is ClaimKind.CHOICE:
            self._options = {str(number): option for number, option in enumerate(page.shape.options, 1)}
            self.answer.choices = self._options | {"": "None of them: choose an outcome below"}
        else:
            del self.answer
        if page.shape.kind is ClaimKind.QUANTITY:
            self.value.description = f"In digits, in {page.shape.unit}. Leave it empty if it is not known."
        else:
            del self.value

    def finding(self) -> Finding:
        """The outcome as typed, with its option or value."""
        answer = self.answer.value if "answer" in self and self.answer.value in self._options else ""
        value = self.value.value if "value" in self else None
        return Finding(Outcome(self["outcome"].data), int(answer) if answer else None, value)


class AssessForm(OutcomeForm):
    """One reviewer's assessment."""

    outcome = RadioField("Did it happen, by the criteria and within the horizon?")
    certainty = RadioField("How sure are you?", choices={"high": "High", "medium": "Medium", "low": "Low"})
    relied_on = CheckboxListField("Evidence you relied on", coerce=int)
    rationale = ProseField("Why", description="Markdown; cite evidence as [1], [2]. It is published with the verdict.")
    seen = HiddenField()

    def __init__(self, page: ClaimPage) -> None:
        super().__init__(seen=page.changed, answer="")
        self.page = page
        self.fit_to(page)
        self.relied_on.choices = [
            (line.id, f"[{line.number}] {line.summary[:110]}") for line in page.evidence if line.retracted is None
        ]

    def form_problems(self) -> list[Problem]:
        return [
            Problem(name, words)
            for name, kind, words in (
                ("outcome", Outcome, "Choose what happened."),
                ("certainty", Certainty, "Say how sure you are."),
            )
            if self[name].data not in list(kind)
        ]

    def record_problems(self) -> list[Problem]:
        if self.outcome.value not in list(Outcome):
            return [] if self.rationale.value else [Problem("rationale", "Say why.")]
        evidence = [line.id for line in self.page.evidence if line.retracted is None]
        return assessment_problems(
            self.terms(), evidence=evidence, shape=self.page.shape, condition=self.page.condition_state
        )

    def terms(self) -> AssessmentTerms:
        """The assessment as typed."""
        certainty = Certainty(self.certainty.value) if self.certainty.value in list(Certainty) else Certainty.LOW
        relied_on = tuple(self.relied_on.data or ())
        found = self.finding()
        return AssessmentTerms(
            found.outcome, certainty, self.rationale.value, relied_on, answer=found.answer, value=found.value
        )


class AdjudicateForm(OutcomeForm):
    """An editor's verdict where assessments differ."""

    outcome = RadioField("The verdict")
    reason = ProseField("Why", description="Markdown. Say how each reviewer argued, and what decides.")
    seen = HiddenField()

    def __init__(self, page: ClaimPage) -> None:
        super().__init__(seen=page.changed, answer="")
        self.page = page
        self.fit_to(page)

    def form_problems(self) -> list[Problem]:
        return [] if self.outcome.value in list(Outcome) else [Problem("outcome", "Choose the verdict.")]

    def record_problems(self) -> list[Problem]:
        problems = reason_problems("reason", self.reason.value)
        if self.outcome.value not in list(Outcome):
            return problems
        found = self.finding()
        shape, condition = self.page.shape, self.page.condition_state
        return [
            *answer_problems(found.outcome, found.answer, found.value, shape=shape, condition=condition),
            *problems,
        ]


class SnoozeForm(LedgerForm):
    """Snoozing a review until a day."""

    until = DayField("Until", needed="Give the day on which to look at it again.")
    reason = ProseField("Reason", description="It is published in the claim's history.")
    seen = HiddenField()

    def __init__(self, changed: int, longest: int) -> None:
        super().__init__(seen=changed)
        self.until.description = f"Day, month and year, at most {longest:,} day{'s' if longest != 1 else ''} from now."

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)


class ReasonForm(LedgerForm):
    """An action that asks only for its reason."""

    reason = ProseField("Reason", description="It is published in the claim's history.")

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)


class ReviewersForm(LedgerForm):
    """The reviewers assigned to a review."""

    reviewers = CheckboxListField("Reviewers")


def seen_number(form: LedgerForm) -> int | None:
    """The number of the last journal entry that the form was opened with; None where the field is not valid."""
    text = form["seen"].data or ""
    return int(text) if str(text).isdecimal() and len(str(text)) < 12 else None
