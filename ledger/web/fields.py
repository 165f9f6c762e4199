"""Form fields that read what people type into the domain's values: text, dates, numbers, probabilities, choices.

WTForms stores a field's content in `data`, which can be of any type. These fields add `value`, whose type is known:
text for lines and choices ("" if empty), and for a parsed field its value or None.

WTForms 3.3 renders each attribute of each control through a template. On the form for recording, with some two hundred
controls, that takes about a quarter of the time of the page. Making it faster is a matter for WTForms.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, TypeVar

import wtforms
from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextArea, TextInput

from ledger.domain.confidence import parse_probability, typed_probability
from ledger.domain.dates import PartialDate
from ledger.domain.option_probabilities import parse_shares, typed_shares
from ledger.domain.quantities import parse_quantity, typed_quantity
from ledger.domain.text import tidy
from ledger.web.record_numbers import read_number

T = TypeVar("T")


class _Optional:
    """A validator that accepts everything and marks its field as optional, so that the label says so."""

    field_flags = {"optional": True}  # noqa: RUF012 - WTForms only reads it

    def __call__(self, form: Any, field: Any) -> None:
        """Accept everything."""


OPTIONAL = [_Optional()]


class LineField(StringField):
    """One line of text, tidied."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else ""

    @property
    def value(self) -> str:
        """The text; "" where there is none."""
        return self.data or ""


class ProseField(TextAreaField):
    """Several lines of text, tidied."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else ""

    @property
    def value(self) -> str:
        """The text; "" where there is none."""
        return self.data or ""


class SentenceField(ProseField):
    """One sentence, which may be long: line ends typed into it count as spaces."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = " ".join(tidy(valuelist[0]).split()) if valuelist else ""


class ParsedField(Field, Generic[T]):
    """A field whose text is parsed into a value. Text with an error is shown again as it was typed."""

    widget: Any = TextInput()  # some subclasses have a larger one
    data: T | None

    def __init__(self, *args: Any, needed: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.needed = needed
        self.typed: str | None = None

    @property
    def value(self) -> T | None:
        """The value; None where the field is empty or could not be parsed."""
        return self.data

    @property
    def required_value(self) -> T:
        """The value of a `needed` field in a form that was validated. Raises ValueError where there is none."""
        if self.data is None:
            raise ValueError(f"the field {self.name!r} holds no value: validate the form first")
        return self.data

    def show(self, value: T) -> None:
        """Replace what was typed by a value."""
        self.data, self.typed = value, None

    def parse(self, text: str) -> T:
        """The value of a text. Raises ValueError with a message for the person who typed it."""
        raise TypeError("each subclass has its own parse")

    def written(self, value: T) -> str:
        """The text that shows a value in the field."""
        return str(value)

    def _value(self) -> str:
        """The text that WTForms' widgets show."""
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.written(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        text = tidy(self.typed)
        if text:
            self.data = self.parse(text)
        elif self.needed:
            raise ValueError(self.needed)


class DateField(ParsedField[PartialDate]):
    """A date with the precision it was written in."""

    def parse(self, text: str) -> PartialDate:
        return PartialDate.parse(text)


class DayField(ParsedField[date]):
    """A date that must be a whole day."""

    def parse(self, text: str) -> date:
        when = PartialDate.parse(text)
        if when.day is None:
            raise ValueError("Write the whole date, with its day: 2027-03-31.")
        return when.first


class WholeNumberField(ParsedField[int]):
    """A whole number: a count, or a record number."""

    def parse(self, text: str) -> int:
        number = read_number(text)
        if number is None:
            raise ValueError("Write a whole number in digits, such as 12.")
        return number


class CountField(WholeNumberField):
    """A whole number from 1: the number of a claim, a paragraph or a sentence."""

    def parse(self, text: str) -> int:
        number = super().parse(text)
        if not number:
            raise ValueError("Write a whole number from 1 on.")
        return number


class ProbabilityField(ParsedField[float]):
    """A probability: 60%, 0.6 or 0,6."""

    def parse(self, text: str) -> float:
        return parse_probability(text)

    def written(self, value: float) -> str:
        return typed_probability(value)


class QuantityField(ParsedField[float]):
    """A measured number: 5,000 or 3.5."""

    def parse(self, text: str) -> float:
        return parse_quantity(text)

    def written(self, value: float) -> str:
        return typed_quantity(value)


class SharesField(ParsedField[tuple[float, ...]]):
    """A probability for each option, in the order of the options."""

    widget = TextArea()

    def parse(self, text: str) -> tuple[float, ...]:
        return parse_shares(text)

    def written(self, value: tuple[float, ...]) -> str:
        return typed_shares(value)


class RadioField(wtforms.RadioField):
    """One of a few choices. Leaving all unchosen is no error here: the form's own rules report it."""

    @property
    def value(self) -> str:
        """The choice; "" where there is none."""
        return self.data or ""

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        try:
            super().pre_validate(form)
        except ValueError:
            raise ValidationError("Choose one of these.") from None


class ChoiceField(SelectField):
    """One choice from a list, with a plain error message for anything else."""

    @property
    def value(self) -> str:
        """The choice; "" where there is none."""
        return self.data or ""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValueError:
            raise ValidationError("Choose one from the list.") from None


class CheckboxListField(SelectMultipleField):
    """Several choices from a list, each with a checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Choose only from these.") from None

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValueError:
            raise ValidationError("Choose only from these.") from None


def lines(text: str) -> tuple[str, ...]:
    """The non-empty lines of a text; a single line is split at commas instead."""
    parts = text.split("\n") if "\n" in text else text.split(",")
    return tuple(part.strip() for part in parts if part.strip())
