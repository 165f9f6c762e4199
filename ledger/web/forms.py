"""The base class of forms, and `form_page`: showing a form, saving it, showing its errors, or saving a draft of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from ledger.domain.errors import Problem, Refused, Stale
from ledger.web.drafts import SAVE_BUTTON, delete_draft, file_sent, find_draft, save_draft


class LedgerForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """A form that restores its draft and shows each problem at its field."""

    form_errors: list[str]

    def __init__(self, **defaults: Any) -> None:
        # A form sent by GET passes `formdata`: it has no draft.
        draft = find_draft() if request.method == "GET" and "formdata" not in defaults else None
        self.restored = draft is not None
        if draft is not None:
            super().__init__(formdata=draft, **defaults)
            flash("What you typed before is back. Check it and send it again.", "notice")
        elif request.method == "POST":
            # Only form fields: a JSON body or an uploaded file would put values into fields that are not text.
            super().__init__(**{"formdata": request.form, **defaults})
        else:
            super().__init__(**defaults)

    def form_problems(self) -> list[Problem]:
        """Problems that only the form can see, such as a choice that is missing, without which there are no terms."""
        return []

    def record_problems(self) -> list[Problem]:
        """Rules of the record that the form breaks.

        The service that saves the form checks them again. They are reported here when the form is not saved, so that
        a person sees all problems at once.
        """
        return []

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form can be saved. If not, every problem is placed."""
        readable = super().validate(extra_validators)
        problems = self.form_problems()
        if readable and not problems:
            return True
        self.place([*problems, *self.record_problems()], unless_wrong=True)
        return False

    def place(self, problems: Iterable[Problem], *, unless_wrong: bool = False) -> None:
        """Show each problem at its field, or above the form where it has none.

        `unless_wrong` skips fields that already have an error: one message is enough for unreadable text.
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
    """Show a form, or save it: 303 when it is saved, 422 with its errors and everything typed when not."""
    if form.is_submitted() and SAVE_BUTTON in request.form:
        return _save_draft()
    if form.is_submitted():
        if form.validate():
            try:
                answer = save()
            except Refused as refused:
                form.place(refused.problems)
                form.place(form.record_problems(), unless_wrong=True)  # rules that the service had not yet checked
                if isinstance(refused, Stale) and "seen" in form:
                    form["seen"].data = context.get("changed", form["seen"].data)
            else:
                delete_draft()
                return answer
        return render_template(template, form=form, **context), 422
    return render_template(template, form=form, **context)


def _save_draft() -> Any:
    """Save the form as a draft, unchecked."""
    stored = save_draft()
    if request.form[SAVE_BUTTON] == "quietly":
        return "", 204
    if not stored:
        flash("The form is empty, or too large for a draft.", "notice")
        return redirect(request.path, 303)
    return saved(
        url_for("desk.drafts"),
        "Kept as a draft. Nobody else sees it." + (" The file is not kept: choose it again." if file_sent() else ""),
    )


def saved(address: str, message: str) -> Response:
    """Redirect to the page that shows what was saved, with a message."""
    flash(message, "done")
    return redirect(address, 303)
