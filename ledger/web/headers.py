"""HTTP headers of every response: content security, caching, and the ETag of a public page."""

from __future__ import annotations

from hashlib import sha256

from flask import Flask, current_app, g, make_response, request
from flask import session as cookie_session
from werkzeug.wrappers import Response

from ledger.journal.read import read_head
from ledger.services.charts.requests import last_drawn
from ledger.web import page_cache
from ledger.web.access import PUBLIC, declared
from ledger.web.context import build, session, settings, today, viewer
from ledger.web.page_cache import CachedPage

UNTAGGED = ("static_file", "public.health", "public.evidence_file")  # they set their own Cache-Control

CSP = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def answer_unchanged() -> Response | None:
    """Answer a request for a public page from its ETag: with 304, or with the cached page. None if it must be made.

    A public page is a function of the journal, the day, the charts drawn, the settings and the build, so its ETag is a
    hash of these. Somebody signed in, or with a message waiting, sees a page of their own, which is never cached.
    """
    endpoint = request.endpoint
    if request.method not in ("GET", "HEAD") or endpoint is None or declared(current_app, endpoint) != PUBLIC:
        return None
    if endpoint in UNTAGGED or viewer() or "_flashes" in cookie_session:
        return None
    own = settings()
    printed = (own.name, own.contact, own.base_url, own.demo)
    # A page changes once its charts are drawn. Only an address with a query can show a filtered scorecard.
    drawn = last_drawn(session(), aside=bool(request.args))
    # The root, not the size: after a backup is restored, a different entry can get a number that was used before.
    state = (read_head(session()).root, drawn, today(), build(), printed)
    g.etag = sha256(repr((state, request.full_path)).encode()).hexdigest()[:32]
    if request.if_none_match.contains(g.etag):
        return make_response("", 304)
    page = page_cache.page_cache().get(g.etag)
    return Response(page.body, content_type=page.content_type) if page else None


def finish(response: Response) -> Response:
    """Set the headers of a response, and cache the page if it has an ETag."""
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), interest-cohort=()"
    if settings().secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if settings().demo:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if "etag" in g and response.status_code in (200, 304):
        response.set_etag(g.etag)
        response.headers["Cache-Control"] = "no-cache"
        response.headers.add("Vary", "Cookie")
        if response.status_code == 200 and request.method == "GET" and response.is_sequence:
            page_cache.page_cache().put(g.etag, CachedPage(response.get_data(), response.content_type))
    else:
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def install(app: Flask) -> None:
    """Check ETags before the views, and set the headers of every response. Call this after the guard is installed."""
    page_cache.install(app)
    app.before_request(answer_unchanged)
    app.after_request(finish)
