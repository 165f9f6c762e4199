"""The forms that end a claim or record whether its condition was met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wtforms import HiddenField

from ledger.domain.claims import ClaimTerms, HorizonBasis, claim_problems
from ledger.domain.conditions import ConditionState
from ledger.domain.errors import Problem
from ledger.domain.reviews import reason_problems
from ledger.domain.wholes import JudgedFrom
from ledger.queries.claim_page import ClaimPage
from ledger.web.desk.claim_forms import chosen, horizon_bases
from ledger.web.fields import OPTIONAL, CheckboxListField, ChoiceField, DateField, ProseField, RadioField, SentenceField
from ledger.web.forms import LedgerForm

MOST_PIECES = 6  # on one page


class EndForm(LedgerForm):
    """The reason for ending or reinstating a claim."""

    reason = ProseField("Why", description="It is published, and stays with the claim.")
    seen = HiddenField()

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)


class ConditionForm(LedgerForm):
    """Whether a condition was met, with evidence and a reason."""

    state = RadioField(
        "What is known of the condition",
        choices={state.value: state.words[0].upper() + state.words[1:] for state in ConditionState},
    )
    evidence = CheckboxListField("Evidence that shows it", coerce=int)
    reason = ProseField("Why", description="It is published in the claim's history.")
    seen = HiddenField()

    def __init__(self, page: ClaimPage) -> None:
        super().__init__(seen=page.changed)
        self.evidence.choices = [
            (line.id, f"[{line.number}] {line.summary[:110]}") for line in page.evidence if line.retracted is None
        ]

    def form_problems(self) -> list[Problem]:
        return [] if self.state.data in list(ConditionState) else [Problem("state", "Choose what is known.")]

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)


class SplitForm(EndForm):
    """The claims that a claim is split into. Fields are named "N-name", N counted from 0, as in the problems."""

    def __init__(self, terms: ClaimTerms, changed: int) -> None:
        self.terms = terms
        pieces: dict[str, Any] = {"seen": changed}
        for n in range(2):  # the two that are required start with the claim's own terms
            pieces[f"{n}-criteria"] = terms.criteria
            pieces[f"{n}-horizon"] = terms.horizon
            pieces[f"{n}-horizon_basis"] = terms.horizon_basis.value
        super().__init__(**pieces)

    def filled(self) -> list[int]:
        """The pieces to use: the first two, which are required, and others that have any text."""
        return [
            n
            for n in range(MOST_PIECES)
            if n < 2 or any(self[f"{n}-{name}"].data for name in ("statement", "criteria", "horizon"))
        ]

    def piece(self, n: int) -> ClaimTerms:
        """The terms of a new claim: those of the old one, with the fields of this piece replaced."""
        return replace(
            self.terms,
            statement=self[f"{n}-statement"].data or "",
            criteria=self[f"{n}-criteria"].data or "",
            horizon=self[f"{n}-horizon"].data,
            horizon_basis=chosen(self[f"{n}-horizon_basis"], HorizonBasis, HorizonBasis.DEFAULT),
            judged_from=JudgedFrom.ITSELF,  # it has no parts yet
        )

    def record_problems(self) -> list[Problem]:
        of_pieces = [
            Problem(f"{n}-{problem.field}", problem.message)
            for n in self.filled()
            for problem in claim_problems(self.piece(n).normal)
        ]
        return [*of_pieces, *super().record_problems()]


for _n in range(MOST_PIECES):
    setattr(SplitForm, f"{_n}-statement", SentenceField("Statement"))
    setattr(SplitForm, f"{_n}-criteria", ProseField("Resolution criteria"))
    setattr(SplitForm, f"{_n}-horizon", DateField("Resolves by", OPTIONAL))
    setattr(SplitForm, f"{_n}-horizon_basis", ChoiceField("Where this date comes from", choices=horizon_bases))
