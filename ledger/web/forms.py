"""What all forms share: fields for dates and probabilities as people write them, and errors at their field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ledger.domain.confidence import parse_probability, typed_probability
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Problem, Refused, Stale
from ledger.domain.option_probabilities import parse_shares, typed_shares
from ledger.domain.quantities import parse_quantity, typed_quantity
from ledger.domain.text import tidy
from ledger.web import attributes
from ledger.web.converters import read_number
from ledger.web.drafts import KEEP, file_sent, forget_form, keep_form, kept_form

attributes.install()


class LedgerForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A form that keeps what was typed, and shows each broken rule at its field."""

    def __init__(self, **defaults: Any) -> None:
        # One that is sent in the address, by GET, is what was typed just now: nothing is kept of such.
        kept = kept_form() if request.method == "GET" and "formdata" not in defaults else None
        self.given_back = kept is not None
        if kept is not None:
            super().__init__(formdata=kept, **defaults)
            flash("What you typed before is back. Check it and send it again.", "notice")
        elif request.method == "POST":
            # Only what a form sends: a JSON body or an uploaded file would put other things than text into fields.
            super().__init__(**{"formdata": request.form, **defaults})
        else:
            super().__init__(**defaults)

    def broken_rules(self) -> list[Problem]:
        """The rules of the record that what was typed breaks, so that a person sees all of them at once."""
        return []

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it can be taken; where a field could not even be read, its own message is enough."""
        readable = super().validate(extra_validators)
        unread = {name for name, field in self._fields.items() if field.errors}
        problems = [problem for problem in self.broken_rules() if problem.field not in unread]
        self.place(problems)
        return bool(readable) and not problems

    def place(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field, or above the form where it has none."""
        for problem in problems:
            field = self._fields.get(problem.field)
            errors = field.errors if field is not None else self.form_errors
            errors = list(errors)
            if problem.message not in errors:
                errors.append(problem.message)
            if field is not None:
                field.errors = errors
            else:
                self.form_errors = errors


def form_page(form: LedgerForm, template: str, save: Callable[[], Response], **context: Any) -> Any:
    """Show a form, or take it: 303 when saved, 422 with everything typed still there when not."""
    if form.is_submitted() and KEEP in request.form:
        return _keep()
    if form.is_submitted():
        if form.validate():
            try:
                answer = save()
            except Refused as refused:
                form.place(refused.problems)
                if isinstance(refused, Stale) and "seen" in form:
                    form["seen"].data = context.get("changed", form["seen"].data)
            else:
                forget_form()
                return answer
        return render_template(template, form=form, **context), 422
    return render_template(template, form=form, **context)


def _keep() -> Any:
    """Put the form by as it is: nothing of it is checked."""
    kept = keep_form()
    if request.form[KEEP] == "quietly":
        return "", 204
    if not kept:
        flash("The form is empty, or too large for a draft.", "notice")
        return redirect(request.path, 303)
    return saved(
        url_for("desk.drafts"),
        "Kept as a draft. Nobody else sees it." + (" The file is not kept: choose it again." if file_sent() else ""),
    )


def saved(address: str, message: str) -> Response:
    """To the page that shows what was saved, with a word on it."""
    flash(message, "done")
    return redirect(address, 303)


class ProseField(TextAreaField):
    """Several lines of text, tidied."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else ""


class LineField(StringField):
    """One line of text, tidied."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else ""


class SentenceField(TextAreaField):
    """One sentence, which may be long: line ends typed into it count as spaces."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = " ".join(tidy(valuelist[0]).split()) if valuelist else ""


class _ParsedField(StringField):
    """Text that stands for a value: shown again as it was typed, with what is wrong with it."""

    def __init__(self, *args: Any, needed: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.needed = needed
        self.typed: str | None = None

    def show(self, value: Any) -> None:
        """Put a value in the place of what was typed."""
        self.data, self.typed = value, None

    def parse(self, text: str) -> Any:
        """The value. Raises ValueError with a sentence for the person who typed it."""
        raise TypeError("each kind of field parses its own")

    def written(self, value: Any) -> str:
        """A value as it is shown in the field."""
        return str(value)

    def _value(self) -> str:
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


class DateField(_ParsedField):
    """A date with the precision it was written in."""

    def parse(self, text: str) -> PartialDate:
        return PartialDate.parse(text)


class DayField(_ParsedField):
    """A date that must be a whole day."""

    def parse(self, text: str) -> Any:
        when = PartialDate.parse(text)
        if when.day is None:
            raise ValueError("Write the whole date, with its day: 2027-03-31.")
        return when.first


class WholeNumberField(_ParsedField):
    """A whole number, as a count or the number of something on record."""

    def parse(self, text: str) -> int:
        number = read_number(text)
        if number is None:
            raise ValueError("Write a whole number in digits, such as 12.")
        return number


class ProbabilityField(_ParsedField):
    """A probability: 60%, 0.6 or 0,6."""

    def parse(self, text: str) -> float:
        return parse_probability(text)

    def written(self, value: float) -> str:
        return typed_probability(value)


class QuantityField(_ParsedField):
    """A measured number: 5,000 or 3.5."""

    def parse(self, text: str) -> float:
        return parse_quantity(text)

    def written(self, value: float) -> str:
        return typed_quantity(value)


class CountField(WholeNumberField):
    """A whole number from 1 on: a claim, a paragraph, a sentence."""

    def parse(self, text: str) -> int:
        number = super().parse(text)
        if not number:
            raise ValueError("Write a whole number from 1 on.")
        return number


class SharesField(_ParsedField, TextAreaField):
    """A probability for each option."""

    def parse(self, text: str) -> tuple[float, ...]:
        return parse_shares(text)

    def written(self, value: tuple[float, ...]) -> str:
        return typed_shares(value)


class RadioField(wtforms.RadioField):  # type: ignore[misc] # WTForms ships no types
    """One of a few, each in sight. Where none is chosen, the form's own rules say what is wanted."""

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        try:
            super().pre_validate(form)
        except ValueError:
            raise ValidationError("Choose one of these.") from None


class ChoiceField(SelectField):
    """One of a list; anything else is answered in words."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValueError:
            raise ValidationError("Choose one from the list.") from None


class CheckboxListField(SelectMultipleField):
    """Several of a list, each with its own box."""

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
    """The non-empty lines of a text, or its parts at commas where it is one line."""
    parts = text.split("\n") if "\n" in text else text.split(",")
    return tuple(part.strip() for part in parts if part.strip())
