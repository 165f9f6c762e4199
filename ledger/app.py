"""The application factory: builds the Flask app from settings, a session maker and a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

from ledger.paths import PACKAGE, data_dir
from ledger.settings import Settings
from ledger.web import (
    access,
    body_limits,
    context,
    drafts,
    errors,
    headers,
    record_numbers,
    static_files,
    template_filters,
)
from ledger.web.account import routes as account
from ledger.web.desk import routes as desk
from ledger.web.public import routes as public

MEGABYTE = 1_000_000


def utc_now() -> datetime:
    """The clock of a running web process."""
    return datetime.now(UTC)


def create_app(settings: Settings, sessions: sessionmaker[Session], clock: Callable[[], datetime] = utc_now) -> Flask:
    """The application over a migrated database. Starts no job and no scheduler."""
    app = Flask("ledger", static_folder=None, template_folder=str(data_dir("templates")), root_path=str(PACKAGE))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="ledger",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: nobody loses a long text to a clock
        MAX_CONTENT_LENGTH=16 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=16 * MEGABYTE,  # so that an over-long text is answered at its field
        TRUSTED_HOSTS=[urlsplit(settings.base_url).hostname, "localhost", "127.0.0.1"],
    )
    app.jinja_env.undefined = StrictUndefined
    app.extensions["ledger.settings"] = settings
    app.extensions["ledger.sessions"] = sessions
    app.extensions["ledger.clock"] = clock
    # The whole package, so that no layer that takes part in a page is ever forgotten.
    app.extensions["ledger.build"] = build_of(data_dir("templates"), PACKAGE)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign] # Flask's own advice
    record_numbers.install(app)
    context.install(app)
    app.before_request(access.guard)
    body_limits.install(app)
    headers.install(app)
    CSRFProtect(app)
    drafts.install(app)
    static_files.install(app)
    template_filters.install(app)
    errors.install(app)
    # The guard is installed above, so it runs before anything here reads the record.
    account.install(app)
    public.install(app)
    desk.install(app)
    return app


def build_of(*folders: Path) -> str:
    """A hash over the code, templates and styles in these folders: it changes whenever a page of theirs could."""
    digest = sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".html", ".py", ".css", ".js"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
