"""The front page, tables of scorecards, and each scorecard with the calls behind its numbers, as pages and as files."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, redirect

from ledger.queries.calls import CallList, Narrowing, list_calls
from ledger.queries.choices_and_quantities import AnswersPage, answers
from ledger.queries.peers import Pair, Peers, beside, peers
from ledger.queries.restatements import Repeats, repeats
from ledger.queries.scorecards import (
    Home,
    Scorecard,
    StandingList,
    describe_scope,
    known_as,
    scorecard,
    standings,
)
from ledger.queries.scorecards import home as read_home
from ledger.web.context import session, today
from ledger.web.pages import page
from ledger.web.public.blueprint import number_in, public_pages
from ledger.web.public.charts import ShownChart, charts_of
from ledger.web.public.parsed_filters import Asked
from ledger.web.public.scorecard_filters import Shown, counted_for, key_in
from ledger.web.public.urls import RULES, address_of_pair


@dataclass(frozen=True)
class ShownScorecard(Shown):
    """A scorecard and its charts."""

    scorecard: Scorecard
    charts: dict[str, ShownChart]


@dataclass(frozen=True)
class ShownCalls(Shown):
    """The calls behind a number of a scorecard."""

    kind: str
    key: str
    name: str
    narrowing: Narrowing
    calls: CallList


@dataclass(frozen=True)
class ShownAnswers(Shown):
    """The choices and quantities of a scorecard."""

    answers: AnswersPage


@dataclass(frozen=True)
class ShownRepeats(Shown):
    """What was said again of what a scorecard counts."""

    repeats: Repeats


@dataclass(frozen=True)
class ShownPeers(Shown):
    """A claimant beside others."""

    peers: Peers


@dataclass(frozen=True)
class ShownPair(Shown):
    """Two claimants beside each other, over what the first one's scorecard counts."""

    pair: Pair


@page(public_pages, "/", "public/home.html", json_rule="/scorecard.json")
def home() -> Home:
    return read_home(session(), today=today())


def _table(kind: str, plural: str) -> None:
    def table() -> StandingList:
        return standings(session(), kind, today=today(), page=number_in("page") or 1)

    table.__name__ = plural
    page(public_pages, f"/{plural}", "public/scorecards.html")(table)


def _scorecard(kind: str, rule: str) -> None:
    """The pages of the scorecards of one kind."""

    def show(**address: str | int) -> ShownScorecard:
        key = key_in(kind, address)
        counted, narrowed = counted_for(kind, key)
        card = scorecard(session(), kind, key, counted, before=number_in("before"))
        return ShownScorecard(narrowed, counted.at, card, charts_of(card, narrowed.active))

    def calls(**address: str | int) -> ShownCalls:
        key = key_in(kind, address)
        name, _ = describe_scope(session(), kind, key)
        asked = Asked()
        narrowing = asked.calls()
        counted, narrowed = counted_for(kind, key, asked)
        turned = number_in("page") or 1
        found = list_calls(session(), counted.entry, counted.selection, narrowing, today=counted.day, page=turned)
        return ShownCalls(narrowed, counted.at, kind, key, name, narrowing, found)

    def answered(**address: str | int) -> ShownAnswers:
        key = key_in(kind, address)
        asked = Asked()
        listed = asked.answers()
        counted, narrowed = counted_for(kind, key, asked)
        found = answers(session(), kind, key, counted, listed, page=number_in("page") or 1)
        return ShownAnswers(narrowed, counted.at, found)

    def said_again(**address: str | int) -> ShownRepeats:
        key = key_in(kind, address)
        counted, narrowed = counted_for(kind, key)
        found = repeats(session(), kind, key, counted, page=number_in("page") or 1)
        return ShownRepeats(narrowed, counted.at, found)

    for view, name, below, template in (
        (show, kind, "", "public/scorecard.html"),
        (calls, f"{kind}_calls", "/calls", "public/calls.html"),
        (answered, f"{kind}_answers", "/choices-and-quantities", "public/choices_and_quantities.html"),
        (said_again, f"{kind}_repeats", "/restatements", "public/restatements.html"),
    ):
        view.__name__ = name
        page(public_pages, rule + below, template)(view)


@page(public_pages, "/claimants/<int:number>/peers", "public/peers.html")
def claimant_peers(number: int) -> ShownPeers:
    key = key_in("claimant", {"number": number})
    counted, narrowed = counted_for("claimant", key)
    return ShownPeers(narrowed, counted.at, peers(session(), int(key), counted, page=number_in("page") or 1))


@page(public_pages, "/claimants/<int:number>/peers/<int:other>", "public/compare.html")
def claimant_beside(number: int, other: int) -> ShownPair:
    counted, narrowed = counted_for("claimant", str(number))
    now = [known_as(session(), one, counted.at) for one in (number, other)]
    if now != [number, other] and now[0] != now[1]:
        abort(redirect(address_of_pair(*now), 308))
    return ShownPair(narrowed, counted.at, beside(session(), number, other, counted, page=number_in("page") or 1))


for _kind in ("claimant", "topic", "outlet", "document", "year"):
    _table(_kind, f"{_kind}s")
for _kind, _rule in RULES.items():
    _scorecard(_kind, _rule)
