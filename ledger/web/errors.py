"""Pages for what went wrong: each says what happened and what to do next."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ledger.domain.problems import Forbidden, Missing, Refused
from ledger.web.answering import json_answer
from ledger.web.kept import keep_form

TITLES = {
    400: "This request could not be read",
    403: "This page is not open to you",
    404: "There is no such page",
    405: "This page does not work that way",
    413: "This is more than a form can take",
    422: "This cannot be done as it stands",
    429: "Too many tries",
    500: "Something went wrong here",
}


def _answer(status: int, message: str, **more: object) -> tuple[object, int]:
    if request.path.endswith(".json"):
        return json_answer({"error": TITLES.get(status, "Error"), "message": message}), status
    title = TITLES.get(status, "This did not work")
    more.setdefault("back", "")
    return render_template("error.html", status=status, title=title, message=message, **more), status


def install(app: Flask) -> None:
    """Answer every fault with a page that helps."""

    @app.errorhandler(Missing)
    def missing(fault: Missing) -> object:
        return _answer(404, "The record holds nothing under this address. It may have been mistyped.")

    @app.errorhandler(Forbidden)
    def forbidden(fault: Forbidden) -> object:
        return _answer(403, str(fault))

    @app.errorhandler(Refused)
    def refused(fault: Refused) -> object:
        return _answer(422, str(fault))

    @app.errorhandler(CSRFError)
    def expired(fault: CSRFError) -> object:
        if keep_form():
            return _answer(
                400,
                "This form had been open for too long, or was not sent from here. Nothing was saved; "
                "what you typed is kept.",
                back=request.path,
            )
        return _answer(400, "This form was not sent from one of our pages. Nothing was saved.")

    @app.errorhandler(HTTPException)
    def http(fault: HTTPException) -> object:
        messages = {
            403: "Your role does not include this. An administrator can change that.",
            404: "The address may have been mistyped, or the page never existed. Nothing is ever deleted here.",
            413: "Shorten the text and send it again; your browser's back button brings it back.",
            429: "For safety, this can be done only so often. Wait a few minutes and try again.",
        }
        status = fault.code or 500
        return _answer(status, messages.get(status, fault.description or "Try again, or go back to the start."))

    @app.errorhandler(Exception)
    def broken(fault: Exception) -> object:
        app.logger.exception("unexpected fault at %s", request.path)
        kept = request.method == "POST" and keep_form()
        words = "It is our mistake, it has been logged, and nothing was half-saved."
        return _answer(500, words + (" What you typed is kept." if kept else ""), back=request.path if kept else "")
