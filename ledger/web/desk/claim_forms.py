"""The forms for claims, which turn what people type into the terms of a claim or a forecast."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from wtforms import BooleanField, HiddenField

from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import ClaimTerms, HorizonBasis, claim_problems
from ledger.domain.errors import Problem
from ledger.domain.name_lists import join_names, split_names
from ledger.domain.policies import Policy
from ledger.domain.reviews import reason_problems
from ledger.domain.wholes import JudgedFrom
from ledger.web.context import policy_now
from ledger.web.desk.forecast_forms import ForecastForm
from ledger.web.fields import (
    OPTIONAL,
    ChoiceField,
    CountField,
    DateField,
    LineField,
    ProbabilityField,
    ProseField,
    QuantityField,
    RadioField,
    SentenceField,
)
from ledger.web.forms import LedgerForm

Word = TypeVar("Word", bound=StrEnum)
HORIZON_BASES = {
    HorizonBasis.STATED.value: "Stated by the speaker",
    HorizonBasis.IMPLIED.value: "Implied by the words",
    HorizonBasis.ASSIGNED.value: "Assigned by us",
}
# The fields in the order of the page, so that its summary of problems has the same order.
CLAIM_FIELDS = (
    *("statement", "kind", "baseline", "metric", "low_bound", "low_strict", "high_bound", "high_strict", "unit"),
    *("options", "ordered", "criteria", "condition", "topics", "checkability", "checkability_reason"),
    *("base_rate", "base_rate_note", "horizon", "horizon_basis", "horizon_note", "whole", "judged_from"),
)


def horizon_bases(held_to: Policy | None = None) -> dict[str, str]:
    """The choices for the horizon basis. The first is no date: the usual term of `held_to` or the policy in force."""
    term = (held_to or policy_now()).default_horizon_months
    months = f"{term} month{'s' if term != 1 else ''}"
    return {HorizonBasis.DEFAULT.value: f"No date: {months} after it was said", **HORIZON_BASES}


def chosen(field: Any, words: type[Word], default: Word) -> Word:
    """The choice in a field, or a default where it holds no valid one: the field then has an error of its own."""
    return words(field.data) if field.data in list(words) else default


class ClaimForm(LedgerForm):
    """The fields of a claim."""

    statement = SentenceField(
        "Statement", description="In our words: one sentence that could turn out wrong and that can be read on its own."
    )
    kind = RadioField(
        "What kind of claim it is",
        choices={kind.value: kind.words[0].upper() + kind.words[1:] for kind in ClaimKind},
        default=ClaimKind.EVENT.value,
    )
    baseline = SentenceField("Measured against", description="The state or value it is compared with, and as of when.")
    metric = SentenceField("What is compared", description="What is counted or measured, and by whom.")
    low_bound = QuantityField("Lower bound", OPTIONAL, description="In digits: 5,000.")
    high_bound = QuantityField("Upper bound", OPTIONAL, description="Leave one empty if there is none.")
    low_strict = BooleanField("More than the lower bound: the bound itself is not counted")
    high_strict = BooleanField("Less than the upper bound: the bound itself is not counted")
    unit = LineField("Unit", description="What is counted, or in what it is measured: people, US dollars.")
    options = ProseField("Options", description="One a line. Together they cover everything that can come about.")
    ordered = BooleanField("They have an order, from the first to the last")
    criteria = ProseField(
        "Resolution criteria", description="What would make it true, and what would make it false. Markdown."
    )
    condition = SentenceField("Condition", OPTIONAL, description="The “if”, where the claim depends on one.")
    topics = LineField(
        "Topics", OPTIONAL, description="Separated by commas; one with a comma in it, in quotation marks."
    )
    checkability = RadioField(
        "Can it be checked?",
        choices={
            Checkability.CHECKABLE.value: "Yes: evidence could decide it",
            Checkability.TOO_VAGUE.value: "No: it is too vague",
            Checkability.NOT_A_FORECAST.value: "No: it is not a forecast",
        },
        default=Checkability.CHECKABLE.value,
    )
    checkability_reason = ProseField("Why, or why not", OPTIONAL, description="Needed where it cannot be checked.")
    base_rate = ProbabilityField(
        "Base rate", OPTIONAL, description="How often things of this kind come about: 30%, 0.3."
    )
    base_rate_note = ProseField(
        "Source of the base rate", OPTIONAL, description="Of what, where, over which time; and the source."
    )
    horizon = DateField("Resolves by", OPTIONAL, description="2017-12-31, December 2017 or 2017; the last day counts.")
    horizon_basis = ChoiceField("Where this date comes from", choices=horizon_bases)
    horizon_note = ProseField("Note on the date", OPTIONAL, description="Why this date.")
    whole = CountField("Part of claim", OPTIONAL, description="The number of the larger claim, if it is a part of one.")
    judged_from = ChoiceField(
        "How it is judged", choices={way.value: way.words[0].upper() + way.words[1:] for way in JudgedFrom}
    )

    def record_problems(self) -> list[Problem]:
        return claim_problems(self.claim_terms().normal)

    @cached_property
    def shape(self) -> Shape:
        """The claim's kind with its own fields. The tick for a strict bound is ignored where the bound is empty."""
        options = tuple(" ".join(option.split()) for option in self.options.value.split("\n"))
        return Shape(
            kind=chosen(self.kind, ClaimKind, ClaimKind.EVENT),
            baseline=self.baseline.value,
            metric=self.metric.value,
            bounds=Bounds(
                self.low_bound.value, self.high_bound.value, bool(self.low_strict.data), bool(self.high_strict.data)
            ),
            unit=self.unit.value,
            options=tuple(option for option in options if option),
            ordered=bool(self.ordered.data),
        )

    def claim_terms(self) -> ClaimTerms:
        """The claim as typed, not yet in its normal form."""
        return ClaimTerms(
            statement=self.statement.value,
            criteria=self.criteria.value,
            topics=split_names(self.topics.value, ","),
            horizon=self.horizon.value,
            horizon_basis=chosen(self.horizon_basis, HorizonBasis, HorizonBasis.DEFAULT),
            horizon_note=self.horizon_note.value,
            condition=self.condition.value,
            shape=self.shape,
            whole=self.whole.value,
            judged_from=chosen(self.judged_from, JudgedFrom, JudgedFrom.ITSELF),
            checkability=chosen(self.checkability, Checkability, Checkability.CHECKABLE),
            checkability_reason=self.checkability_reason.value,
            base_rate=BaseRate(self.base_rate.value, self.base_rate_note.value),
        )


def claim_data(terms: ClaimTerms) -> dict[str, Any]:
    """The field values for these terms: the inverse of `claim_terms`, up to the normal form."""
    shape, bounds = terms.shape, terms.shape.bounds
    return {
        "statement": terms.statement,
        "criteria": terms.criteria,
        "topics": join_names(terms.topics, ","),
        "horizon": terms.horizon,
        "horizon_basis": terms.horizon_basis.value,
        "horizon_note": terms.horizon_note,
        "condition": terms.condition,
        "kind": shape.kind.value,
        "baseline": shape.baseline,
        "metric": shape.metric,
        "low_bound": bounds.low,
        "high_bound": bounds.high,
        "low_strict": bounds.low_strict,
        "high_strict": bounds.high_strict,
        "unit": shape.unit,
        "options": "\n".join(shape.options),
        "ordered": shape.ordered,
        "whole": terms.whole,
        "judged_from": terms.judged_from.value,
        "checkability": terms.checkability.value,
        "checkability_reason": terms.checkability_reason,
        "base_rate": terms.base_rate.rate,
        "base_rate_note": terms.base_rate.note,
    }


class RecordForm(ClaimForm, ForecastForm):
    """A claim with its first forecast."""

    def choices(self) -> tuple[str, ...]:
        return self.shape.options


class RestatementForm(ForecastForm):
    """A restatement: another forecast on a claim that is on record."""

    document = ChoiceField("In which document", description="Register a new one first if it is not listed.")
    option: Any = RadioField("The option named")

    def __init__(self, shape: Shape, **defaults: Any) -> None:
        super().__init__(option="", **defaults)
        self.shape = shape
        if shape.kind is ClaimKind.CHOICE:
            named = {str(number): option for number, option in enumerate(shape.options, 1)}
            self.option.choices = named | {"": "None: a probability for each option"}
        else:
            del self.option, self.shares

    def form_problems(self) -> list[Problem]:
        missing = [] if self.document.data else [Problem("document", "Choose the document.")]
        return [*missing, *super().form_problems()]

    def choices(self) -> tuple[str, ...]:
        return self.shape.options

    def _option(self) -> int | None:
        typed = self.option.data if "option" in self else ""
        return int(typed) if typed in map(str, range(1, len(self.shape.options) + 1)) else None


class AmendForm(ClaimForm):
    """A claim with its amended terms, and the reason."""

    reason = ProseField("Why it is amended", description="Needed once evidence is attached. The reason is published.")
    seen = HiddenField()

    def __init__(self, terms: ClaimTerms, changed: int, held_to: Policy, *, needs_reason: bool) -> None:
        super().__init__(seen=changed, **claim_data(terms))
        self.horizon_basis.choices = horizon_bases(held_to)
        self.needs_reason = needs_reason

    def record_problems(self) -> list[Problem]:
        reason = reason_problems("reason", self.reason.value) if self.needs_reason or self.reason.value else []
        return [*super().record_problems(), *reason]
