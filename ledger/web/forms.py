"""The base of all forms, and the frame of a page with one: shown, taken, refused or kept as a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from ledger.domain.errors import Problem, Refused, Stale
from ledger.web.drafts import KEEP, file_sent, forget_form, keep_form, kept_form


class LedgerForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A form that keeps what was typed, and shows each broken rule at its field."""

    form_errors: list[str]

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

    def form_problems(self) -> list[Problem]:
        """What the form itself asks for and nobody else checks, such as a choice without which there are no terms."""
        return []

    def record_problems(self) -> list[Problem]:
        """The rules of the record that what was typed breaks.

        Whatever saves the form checks these, too. They are asked for here only where it is not saved, so that a
        person sees all problems at once.
        """
        return []

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it can be handed on to be saved. Where it cannot, every problem is placed."""
        readable = super().validate(extra_validators)
        problems = self.form_problems()
        if readable and not problems:
            return True
        self.place([*problems, *self.record_problems()], unless_wrong=True)
        return False

    def place(self, problems: Iterable[Problem], *, unless_wrong: bool = False) -> None:
        """Show each problem at its field, or above the form where it has none.

        `unless_wrong` passes over fields that have an error already: of what could not be read, that says enough.
        """
        wrong = {name for name, field in self._fields.items() if field.errors} if unless_wrong else set()
        for problem in problems:
            if problem.field in wrong:
                continue
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
                form.place(form.record_problems(), unless_wrong=True)  # those that it did not come to
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
