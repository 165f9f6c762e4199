"""Registering public pages: the value of a page is shown as HTML at its address, and as JSON at the same with .json."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from ledger.formats.to_json import plain
from ledger.journal.read import read_head
from ledger.store.policies import policy_at
from ledger.web.access import public
from ledger.web.context import session, settings, today

PageView = Callable[..., Any]


def page(blueprint: Blueprint, rule: str, template: str, *, json_rule: str = "") -> Callable[[PageView], PageView]:
    """Register a view that returns a page's value: HTML at `rule`, JSON at `rule`.json. Its name is the endpoint."""

    def register(view: PageView) -> PageView:
        add_page(blueprint, rule, view.__name__, template, view, json_rule=json_rule)
        return view

    return register


def add_page(
    blueprint: Blueprint, rule: str, endpoint: str, template: str, view: PageView, *, json_rule: str = ""
) -> None:
    """Register a view that returns a page's value under an endpoint. The endpoint of its JSON ends in "_json"."""

    @public
    def as_html(**address: Any) -> tuple[str, int]:
        value = view(**address)
        html = render_template(template, page=value, as_of=read_head(session()), today=today())
        return html, _status(value)

    @public
    def as_json(**address: Any) -> Response:
        query = urlencode(list(request.args.items(multi=True)))
        here = url_for(f"{blueprint.name}.{endpoint}", **address) + (f"?{query}" if query else "")
        value = view(**address)
        answer = json_answer(value, page=here)
        answer.status_code = _status(value)
        return answer

    blueprint.add_url_rule(rule, endpoint, as_html)
    blueprint.add_url_rule(json_rule or f"{rule}.json", f"{endpoint}_json", as_json)


def _status(value: object) -> int:
    """422 for a page that reports in `problems` what of its address it could not read; else 200."""
    return 422 if getattr(value, "problems", None) else 200


def json_answer(value: object, *, page: str) -> Response:
    """A page's value as JSON, with its address and its state: the journal's size and root, the day, and the policy."""
    head = read_head(session())
    body = {
        "page": settings().base_url + page,
        "as_of": {
            "journal_size": head.size,
            "journal_root": head.root,
            "last_entry_at": head.at,
            "day": today(),
            "policy": policy_at(session(), head.size).version,
        },
        "demonstration": settings().demo,
        "data": value,
    }
    text = json.dumps(plain(body), ensure_ascii=False, indent=1, allow_nan=False)
    return Response(text + "\n", mimetype="application/json")
