"""The forms that end a claim or say what became of its condition."""

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

MOST_PIECES = 6  # that one page asks for


class EndForm(LedgerForm):
    """A claim is ended, or counts again: the reason is all there is to say."""

    reason = ProseField("Why", description="It is published, and stays with the claim.")
    seen = HiddenField()

    def record_problems(self) -> list[Problem]:
        return reason_problems("reason", self.reason.value)


class ConditionForm(LedgerForm):
    """What is known of a condition."""

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
    """The pieces of a claim. Their fields are called "N-name", N counted from 0, as the problems are."""

    def __init__(self, terms: ClaimTerms, changed: int) -> None:
        self.terms = terms
        pieces: dict[str, Any] = {"seen": changed}
        for n in range(2):  # those that are asked for begin as the claim stands
            pieces[f"{n}-criteria"] = terms.criteria
            pieces[f"{n}-horizon"] = terms.horizon
            pieces[f"{n}-horizon_basis"] = terms.horizon_basis.value
        super().__init__(**pieces)

    def given(self) -> list[int]:
        """Which pieces are filled in: the first two are wanted, the others if anything is written there."""
        return [
            n
            for n in range(MOST_PIECES)
            if n < 2 or any(self[f"{n}-{name}"].data for name in ("statement", "criteria", "horizon"))
        ]

    def piece(self, n: int) -> ClaimTerms:
        """One of the new claims: as the old one, but for what is asked here."""
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
            for n in self.given()
            for problem in claim_problems(self.piece(n).normal)
        ]
        return [*of_pieces, *super().record_problems()]


for _n in range(MOST_PIECES):
    setattr(SplitForm, f"{_n}-statement", SentenceField("Statement"))
    setattr(SplitForm, f"{_n}-criteria", ProseField("Resolution criteria"))
    setattr(SplitForm, f"{_n}-horizon", DateField("Resolves by", OPTIONAL))
    setattr(SplitForm, f"{_n}-horizon_basis", ChoiceField("Where this date comes from", choices=horizon_bases))
