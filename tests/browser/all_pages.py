"""Every page of the application, from its own routes, so that new pages are included without being named here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from browser.installation import Installation
from flask import Flask
from werkzeug.routing import Rule

from ledger.app import create_app
from ledger.store.accounts import Role
from ledger.web.access import PUBLIC, declared

NOBODY = ""
WHO = {
    PUBLIC: NOBODY,
    Role.REVIEWER: "ben@example.org",
    Role.EDITOR: "dora@example.org",
    Role.ADMIN: "admin@example.org",
}
ELSEWHERE = "leads elsewhere"  # a GET only redirects
NO_PAGES = {
    "static_file",
    "public.robots",
    "public.health",
    "public.evidence_file",
    "public.claims_csv",
    "public.chart_file",
    "desk.file_faults",
}


@dataclass(frozen=True)
class PageToSee:
    """An address, and the person who opens it."""

    who: str
    address: str
    status: int = 200
    press: str = ""  # a button to press first


@dataclass
class Places:
    """The values of address parameters: by endpoint, one dictionary for each page."""

    filled: dict[str, Any] = field(default_factory=dict)
    more: list[PageToSee] = field(default_factory=list)


def application(installation: Installation) -> Flask:
    """The installation's application, for its routes."""
    return create_app(installation.settings, installation.sessions)


def pages(app: Flask, places: Places) -> Iterator[PageToSee]:
    """Every page that somebody can open. Raises KeyError for a new address whose parameters are not given."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if not _is_page(app, rule):
                continue
            who = WHO[declared(app, rule.endpoint) or Role.ADMIN]
            known = places.filled[rule.endpoint] if rule.arguments else [{}]
            if known != ELSEWHERE:
                yield from (PageToSee(who, app.url_for(rule.endpoint, **values)) for values in known)
    yield from places.more


def _is_page(app: Flask, rule: Rule) -> bool:
    return (
        "GET" in (rule.methods or ())
        and rule.endpoint not in NO_PAGES
        and not rule.rule.endswith((".json", ".csv", ".zip"))
        and declared(app, rule.endpoint) is not None
    )
