"""Error pages: each says what happened and what to do next."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from ledger.domain.errors import Forbidden, Missing, Refused
from ledger.web.context import session, settings
from ledger.web.drafts import draft_notice, save_draft
from ledger.web.html_and_json import json_answer
from ledger.web.redirects import new_path

TITLES = {
    400: "This request could not be read",
    403: "This page is not open to you",
    404: "There is no such page",
    405: "This page cannot be used this way",
    413: "This is too large for a form",
    422: "This cannot be done now",
    429: "Too many tries",
    500: "Something went wrong here",
}
BARE = (
    '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body><main><h1>{title}</h1><p>{message}</p><p><a href="/">To the start</a></p></main></body></html>\n'
)


def _answer(status: int, message: str, **more: object) -> Response:
    title = TITLES.get(status, "This did not work")
    try:
        if request.path.endswith(".json"):
            answer = json_answer({"error": title, "message": message}, page=request.path.removesuffix(".json"))
        else:
            more.setdefault("back", "")
            answer = make_response(render_template("error.html", status=status, title=title, message=message, **more))
    except Exception:  # the page itself cannot be made: the database is unreachable
        current_app.logger.exception("no full error page at %s", request.path)
        answer = _bare(status, message)
    answer.status_code = status
    return answer


def _bare(status: int, message: str) -> Response:
    """A page that needs neither the database nor any URL."""
    title = TITLES.get(status, "This did not work")
    return Response(BARE.format(title=escape(title), message=escape(message)), status, mimetype="text/html")


def _saved_after_error() -> bool:
    """Roll back after an unexpected error, and save the form as a draft if the database still works."""
    try:
        session().rollback()
        return request.method == "POST" and save_draft()
    except Exception:
        current_app.logger.exception("the draft could not be saved at %s", request.path)
        return False


def install(app: Flask) -> None:
    """Answer every error with a page that says what to do."""

    @app.errorhandler(Missing)
    def missing(error: Missing) -> Response:
        return _answer(404, "There is nothing on record under this address. It may have been mistyped.")

    @app.errorhandler(Forbidden)
    def forbidden(error: Forbidden) -> Response:
        return _answer(403, str(error))

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return _answer(422, str(error))

    @app.errorhandler(CSRFError)
    def expired(error: CSRFError) -> Response:
        if save_draft():
            return _answer(
                400,
                "This form had been open for too long, or was not sent from here. Nothing was saved; " + draft_notice(),
                back=request.path,
            )
        return _answer(400, "This form was not sent from one of our pages. Nothing was saved.")

    @app.errorhandler(SecurityError)
    def elsewhere(error: SecurityError) -> Response:
        message = f"This server answers only under its own name: {settings().base_url}"
        return _bare(400, message)  # url_for does not work for a foreign host name

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> AnyResponse:
        if error.code == 404 and (moved := new_path(request.path)):
            query = request.query_string.decode("ascii", "replace")
            return redirect(quote(moved) + (f"?{query}" if query else ""), 308)
        messages = {
            403: "Your role does not include this. An administrator can change that.",
            404: "The address may have been mistyped, or the page never existed. Nothing is deleted here.",
            413: "Nothing was saved. Shorten the text and send it again; your browser's back button brings it back. "
            "A file may have 10 MB; a table on the import page 50 MB, and a larger one is imported on the server.",
            429: "For safety, the number of tries is limited. Wait a few minutes and try again.",
        }
        status = error.code or 500
        answer = _answer(status, messages.get(status, error.description or "Try again, or go back to the start."))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return answer

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        app.logger.exception("unexpected error at %s", request.path)
        saved = _saved_after_error()
        words = "This is our mistake, and it has been logged. Nothing was saved in part."
        return _answer(500, words + (" What you typed is kept." if saved else ""), back=request.path if saved else "")
