"""The form fields of a forecast: speaker, place in the document, hedge words, probability and, on a choice, option."""

from __future__ import annotations

from typing import Any

from ledger.domain.confidence import Confidence, ConfidenceKind, NumberSource, percent
from ledger.domain.errors import Problem
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality
from ledger.domain.name_lists import split_names
from ledger.domain.text import fingerprint
from ledger.domain.yardsticks import YARDSTICKS
from ledger.services.claims.record import Speakers
from ledger.services.passages import SentenceRange
from ledger.store.people import ClaimantKind
from ledger.web.context import policy_now
from ledger.web.fields import (
    OPTIONAL,
    ChoiceField,
    CountField,
    DateField,
    LineField,
    ProbabilityField,
    ProseField,
    RadioField,
    SharesField,
)
from ledger.web.forms import LedgerForm


def _term_choices() -> dict[str, str | dict[str, str]]:
    choices: dict[str, str | dict[str, str]] = {"": "Choose a term"}
    ours = policy_now().yardstick  # listed first: our own readings use it unless a note says why not
    for key, yardstick in sorted(YARDSTICKS.items(), key=lambda item: item[0] != ours):
        choices[f"{yardstick.name} ({yardstick.version})"] = {
            f"{key}|{term}": f"{term}: {percent(low).removesuffix('%')}–{percent(high)}"
            for term, low, high in yardstick.terms
        }
    return choices


class ForecastForm(LedgerForm):
    """The fields of a forecast, both for the first one on a claim and for restatements."""

    speaker = LineField("Who said it", description="Several who spoke together: separate the names by semicolons.")
    register_as = ChoiceField(
        "Names that are not registered",
        choices={"": "Ask me", "person": "Register as persons", "organisation": "Register as organisations"},
    )
    attribution = RadioField(
        "Whose claim it is",
        choices={
            Attribution.OWN.value: "The author's own",
            Attribution.ENDORSED.value: "Somebody else's, endorsed by the author: name both above",
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
            "will": "Will: without a hedge",
            "likely": "Likely or unlikely: a probability in words",
            "could": "Could, might, cannot be ruled out: bare possibility, which gives no number",
            "number": "A number: “60%”, “two in three”",
        },
    )
    # RestatementForm uses radio buttons: there the options are known.
    option: Any = LineField("The option named", OPTIONAL, description="As written above, or its number: 2.")
    shares = SharesField(
        "Or a probability for each option",
        OPTIONAL,
        description="A probability for each option, in their order: 60%, 30%, 10%. Then choose “No number” below.",
    )
    hedge = LineField("Hedge words", OPTIONAL, description="The few words that say how likely: “highly likely”.")
    locator = LineField("Where in the document", OPTIONAL, description="A page, a heading, a minute of the speech.")
    paragraph = CountField("Paragraph", OPTIONAL, description="Counted from 1.")
    first_sentence = CountField("First sentence", OPTIONAL, description="In that paragraph.")
    last_sentence = CountField("Last sentence", OPTIONAL, description="Empty: the same one.")
    confidence = RadioField(
        "Probability given as",
        choices={
            ConfidenceKind.NONE.value: "No number",
            ConfidenceKind.VERBAL.value: "A term of a probability scale",
            ConfidenceKind.POINT.value: "One probability",
            ConfidenceKind.RANGE.value: "A range",
        },
        default=ConfidenceKind.NONE.value,
    )
    term = ChoiceField("Term", description="Each with the range it stands for.", choices=_term_choices)
    point = ProbabilityField("Probability", description="60%, 0.6 or 0,6.")
    low = ProbabilityField("From")
    high = ProbabilityField("To")
    reading = RadioField(
        "Source of the probability",
        choices={
            NumberSource.OURS.value: "Our reading of the words",
            NumberSource.SPEAKER.value: "The speaker's own number or probability scale",
        },
        default=NumberSource.OURS.value,
    )
    note = ProseField("Note on the coding", OPTIONAL, description="Why it was read like this. It is published.")

    def form_problems(self) -> list[Problem]:
        problems = []
        if not self.speaker.value:
            problems.append(Problem("speaker", "Say who made the claim."))
        if self.modality.value not in list(Modality):
            problems.append(Problem("modality", "Choose what the words assert."))
        kind = self.confidence.value
        wanted = {
            "verbal": [("term", "Choose the term.")],
            "point": [("point", "Give the probability.")],
            "range": [("low", "Give the lower end."), ("high", "Give the upper end.")],
        }
        problems += [Problem(name, words) for name, words in wanted.get(kind, []) if self[name].data in (None, "")]
        if kind == "range" and not problems and self.low.value is not None and self.high.value is not None:
            try:
                Confidence.between(self.low.value, self.high.value)
            except ValueError as error:
                problems.append(Problem("high", str(error)))
        return [*problems, *self._place_problems(), *self._option_problems()]

    def choices(self) -> tuple[str, ...]:
        """The options of a claim that is a choice; empty for others."""
        return ()

    def sentences(self) -> SentenceRange | None:
        """The sentences of the document that hold the forecast, if given."""
        if self.paragraph.value is None or self.first_sentence.value is None:
            return None
        return SentenceRange(
            self.paragraph.value, self.first_sentence.value, self.last_sentence.value or self.first_sentence.value
        )

    def speakers(self) -> Speakers:
        """The speakers, by name."""
        return Speakers(
            split_names(self.speaker.value, ";"),
            ClaimantKind(self.register_as.value) if self.register_as.value else None,
        )

    def forecast_terms(self, document: int) -> ForecastTerms:
        """The terms, without claimants: those are named by `speakers`."""
        return ForecastTerms(
            claimants=(),
            document=document,
            made_on=self.made_on.required_value,
            modality=Modality(self.modality.value),
            confidence=self._confidence(),
            reading=NumberSource(self.reading.value),
            attribution=Attribution(self.attribution.value),
            hedge=self.hedge.value,
            locator=self.locator.value,
            note=self.note.value,
            option=self._option(),
            shares=(self.shares.value if "shares" in self else None) or (),
        )

    def _place_problems(self) -> list[Problem]:
        paragraph, first, last = self.paragraph.value, self.first_sentence.value, self.last_sentence.value
        problems = []
        if paragraph is None and (first or last):
            problems.append(Problem("paragraph", "Say in which paragraph."))
        if first is None and (paragraph or last):
            problems.append(Problem("first_sentence", "Say with which sentence of the paragraph it begins."))
        if first and last and last < first:
            problems.append(Problem("last_sentence", "The last sentence must not come before the first."))
        return problems

    def _option(self) -> int | None:
        """The option named, counted from 1; 0 for an unknown option; None where none is named."""
        typed = (self.option.data or "") if "option" in self else ""
        if not typed:
            return None
        known = [fingerprint(option) for option in self.choices()]
        if fingerprint(typed) in known:
            return known.index(fingerprint(typed)) + 1
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else 0

    def _option_problems(self) -> list[Problem]:
        options, option = self.choices(), self._option()
        if option is None or not options or 1 <= option <= len(options):
            return []
        return [Problem("option", "Name one of the options as it is written there, or give its number.")]

    def _confidence(self) -> Confidence:
        match ConfidenceKind(self.confidence.value):
            case ConfidenceKind.POINT:
                return Confidence.point(self.point.required_value)
            case ConfidenceKind.RANGE:
                return Confidence.between(self.low.required_value, self.high.required_value)
            case ConfidenceKind.VERBAL:
                yardstick, _, term = self.term.value.partition("|")
                return Confidence.verbal(yardstick, term)
            case ConfidenceKind.NONE:
                return Confidence.none()
