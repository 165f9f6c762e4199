"""The forms for claims and forecasts: from what people type to the terms the record takes."""

from __future__ import annotations

import re
from typing import Any

from ledger.domain.claims import ClaimTerms, HorizonBasis, claim_problems
from ledger.domain.confidence import Confidence, ConfidenceKind, Reading, percent
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality
from ledger.domain.problems import Problem
from ledger.domain.yardsticks import YARDSTICKS
from ledger.services.recording import Speakers
from ledger.store.people import ClaimantKind
from ledger.web.forms import (
    ChoiceField,
    DateField,
    LedgerForm,
    LineField,
    ProbabilityField,
    ProseField,
    RadioField,
    SentenceField,
    lines,
)
from ledger.web.optional import OPTIONAL


def _term_choices() -> dict[str, str | dict[str, str]]:
    choices: dict[str, str | dict[str, str]] = {"": "Choose a term"}
    for key, yardstick in YARDSTICKS.items():
        choices[f"{yardstick.name} ({yardstick.version})"] = {
            f"{key}|{term}": f"{term}: {percent(low)[:-2]}–{percent(high)}" for term, low, high in yardstick.terms
        }
    return choices


class ForecastFields(LedgerForm):
    """What a forecast asks for, on a claim's first and on every later one."""

    speaker = LineField("Who said it", description="Several who spoke together: separate the names by semicolons.")
    register_as = ChoiceField(
        "Names that are not registered yet",
        choices={"": "Tell me", "person": "Register as persons", "organisation": "Register as organisations"},
    )
    attribution = RadioField(
        "Whose claim it is",
        choices={
            Attribution.OWN.value: "The author's own, or one the author endorses",
            Attribution.REPORTED.value: "Reported by the author and not endorsed: it belongs to the speaker",
        },
        default=Attribution.OWN.value,
    )
    made_on = DateField(
        "Said on",
        needed="Give the date it was said; a month or a year will do.",
        description="As precisely as it is known.",
    )
    modality = RadioField(
        "What the words assert",
        choices={
            "will": "Will: said outright, without a hedge",
            "likely": "Likely or unlikely: a probability in words",
            "could": "Could, might, cannot be ruled out: bare possibility, which gives no number",
            "number": "A number: “60 %”, “two in three”",
        },
    )
    hedge = LineField("Hedge words", OPTIONAL, description="The few words that say how surely: “highly likely”.")
    locator = LineField("Where in the document", OPTIONAL, description="Such as: paragraph 6, sentence 4.")
    confidence = RadioField(
        "How surely, as a number",
        choices={
            ConfidenceKind.NONE.value: "No number",
            ConfidenceKind.VERBAL.value: "A term under a yardstick",
            ConfidenceKind.POINT.value: "One probability",
            ConfidenceKind.RANGE.value: "A range",
        },
        default=ConfidenceKind.NONE.value,
    )
    term = ChoiceField("Term", description="Each with the range it stands for.", choices=_term_choices())
    point = ProbabilityField("Probability", description="60%, 0.6 or 0,6.")
    low = ProbabilityField("From")
    high = ProbabilityField("To")
    reading = RadioField(
        "Whose number it is",
        choices={
            Reading.OURS.value: "Our reading of the words",
            Reading.SPEAKER.value: "The speaker's own number or yardstick",
        },
        default=Reading.OURS.value,
    )
    note = ProseField("Note on the coding", OPTIONAL, description="Why it was read like this. It is published.")

    def broken_rules(self) -> list[Problem]:
        problems = []
        if not self.speaker.data:
            problems.append(Problem("speaker", "Say who made the claim."))
        if self.modality.data not in list(Modality):
            problems.append(Problem("modality", "Choose what the words assert."))
        kind = self.confidence.data
        wanted = {
            "verbal": [("term", "Choose the term.")],
            "point": [("point", "Give the probability.")],
            "range": [("low", "Give the lower end."), ("high", "Give the upper end.")],
        }
        problems += [Problem(name, words) for name, words in wanted.get(kind, []) if self[name].data in (None, "")]
        if kind == "range" and not problems and None not in (self.low.data, self.high.data):
            try:
                Confidence.between(self.low.data, self.high.data)
            except ValueError as upside_down:
                problems.append(Problem("high", str(upside_down)))
        return problems

    def speakers(self) -> Speakers:
        """Who said it, by name."""
        names = tuple(part.strip() for part in re.split(r"[;\n]", self.speaker.data) if part.strip())
        return Speakers(names, ClaimantKind(self.register_as.data) if self.register_as.data else None)

    def forecast_terms(self, document: int) -> ForecastTerms:
        """The terms, without claimants: those are named by `speakers`."""
        return ForecastTerms(
            claimants=(),
            document=document,
            made_on=self.made_on.data,
            modality=Modality(self.modality.data),
            confidence=self._confidence(),
            reading=Reading(self.reading.data),
            attribution=Attribution(self.attribution.data),
            hedge=self.hedge.data,
            locator=self.locator.data,
            note=self.note.data,
        )

    def _confidence(self) -> Confidence:
        match ConfidenceKind(self.confidence.data):
            case ConfidenceKind.POINT:
                return Confidence.point(self.point.data)
            case ConfidenceKind.RANGE:
                return Confidence.between(self.low.data, self.high.data)
            case ConfidenceKind.VERBAL:
                yardstick, _, term = self.term.data.partition("|")
                return Confidence.verbal(yardstick, term)
            case ConfidenceKind.NONE:
                return Confidence.none()


class RecordForm(ForecastFields):
    """A claim with its first forecast."""

    statement = SentenceField(
        "Statement", description="In our words: one sentence that could turn out wrong, readable on its own."
    )
    criteria = ProseField(
        "What would settle it", description="What would make it true, and what would make it false. Markdown."
    )
    condition = SentenceField("Condition", OPTIONAL, description="The “if”, where the claim depends on one.")
    horizon = DateField(
        "To be judged by", OPTIONAL, description="2017-12-31, December 2017 or 2017: the end of it counts."
    )
    horizon_basis = ChoiceField(
        "Where this date comes from",
        choices={
            HorizonBasis.DEFAULT.value: "No date: 12 months after it was said",
            HorizonBasis.STATED.value: "Stated by the speaker",
            HorizonBasis.IMPLIED.value: "Implied by the words",
            HorizonBasis.ASSIGNED.value: "Assigned by us",
        },
    )
    horizon_note = ProseField("Note on the date", OPTIONAL, description="Why this date.")
    topics = LineField("Topics", OPTIONAL, description="Separated by commas.")

    def broken_rules(self) -> list[Problem]:
        return [*claim_problems(self.claim_terms()), *super().broken_rules()]

    def claim_terms(self) -> ClaimTerms:
        """The claim as typed."""
        basis: Any = self.horizon_basis.data
        return ClaimTerms(
            statement=self.statement.data or "",
            criteria=self.criteria.data or "",
            topics=lines(self.topics.data or ""),
            horizon=self.horizon.data,
            horizon_basis=HorizonBasis(basis) if basis in list(HorizonBasis) else HorizonBasis.DEFAULT,
            horizon_note=self.horizon_note.data or "",
            condition=self.condition.data or "",
        )


class AgainForm(ForecastFields):
    """Another forecast on a claim that is on record."""

    document = ChoiceField("In which document", description="Register a new one first if it is not listed.")

    def broken_rules(self) -> list[Problem]:
        missing = [] if self.document.data else [Problem("document", "Choose the document.")]
        return [*missing, *super().broken_rules()]
