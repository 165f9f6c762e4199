"""Methodology, policies, corrections and about; robots.txt and the health check."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from sqlalchemy import text

from ledger.domain.policies import Policy
from ledger.domain.yardsticks import YARDSTICKS, Yardstick
from ledger.queries.corrections import Corrections
from ledger.queries.corrections import corrections as read_corrections
from ledger.queries.policies_page import Policies, list_policies
from ledger.queries.worked_examples import (
    WorkedAnswers,
    WorkedExample,
    WorkedPair,
    brier_example,
    choices_example,
    larger_example,
    pair_example,
    quantities_example,
)
from ledger.web.access import public
from ledger.web.context import policy_now, session, settings
from ledger.web.html_and_json import page
from ledger.web.public.blueprint import public_pages


@dataclass(frozen=True)
class Methodology:
    """The values that the methodology page explains. Its JSON has them, so that they can be checked."""

    policy: Policy
    yardsticks: tuple[Yardstick, ...]
    worked: WorkedExample
    larger: WorkedExample
    choices: WorkedAnswers
    quantities: WorkedAnswers
    pair: WorkedPair


@dataclass(frozen=True)
class Yardsticks:
    """Every yardstick, and the key of the one by which the ledger itself reads words."""

    ours: str
    yardsticks: tuple[Yardstick, ...]


@dataclass(frozen=True)
class About:
    """The ledger's name, and its contact address."""

    name: str
    contact: str


@page(public_pages, "/methodology", "public/methodology.html")
def methodology() -> Methodology:
    policy = policy_now()
    return Methodology(
        policy=policy,
        yardsticks=tuple(YARDSTICKS.values()),
        worked=brier_example(policy),
        larger=larger_example(policy),
        choices=choices_example(),
        quantities=quantities_example(),
        pair=pair_example(),
    )


@page(public_pages, "/probability-scales", "public/yardsticks.html")
def yardsticks() -> Yardsticks:
    return Yardsticks(policy_now().yardstick, tuple(YARDSTICKS.values()))


@page(public_pages, "/policies", "public/policies.html")
def policies() -> Policies:
    return list_policies(session())


@page(public_pages, "/corrections", "public/corrections.html")
def corrections() -> Corrections:
    return read_corrections(session(), settings().contact)


@page(public_pages, "/about", "public/about.html")
def about() -> About:
    return About(settings().name, settings().contact)


@public_pages.route("/robots.txt")
@public
def robots() -> Response:
    rules = "User-agent: *\n" + ("Disallow: /\n" if settings().demo else "Disallow: /desk/\nDisallow: /account/\n")
    return Response(rules, mimetype="text/plain")


@public_pages.route("/health")
@public
def health() -> Response:
    """For a load balancer: the database answers."""
    session().execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
