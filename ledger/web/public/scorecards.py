"""The front page, the tables of scorecards, and each scorecard with the pages below it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from flask import abort, redirect

from ledger.queries.calls import CallList, list_calls
from ledger.queries.choices_and_quantities import AnswersPage, answers
from ledger.queries.filters import CallFilters
from ledger.queries.peers import Pair, Peers, compare_pair, peers
from ledger.queries.restatements_page import Restatements, list_restatements
from ledger.queries.scopes import describe_scope, unmerged_claimant
from ledger.queries.scorecards import Home, Scorecard, ScorecardTable, scorecard, scorecard_table
from ledger.queries.scorecards import home as read_home
from ledger.web.context import session, today
from ledger.web.html_and_json import add_page, page
from ledger.web.public.blueprint import public_pages
from ledger.web.public.charts import ChartOnPage, charts_of
from ledger.web.public.filters import FilterReader
from ledger.web.public.scorecard_address import FilteredPage, key_in, parse_scorecard_filters
from ledger.web.public.urls import ENDPOINTS, RULES, TABLES, address_of_pair
from ledger.web.request_args import number_in, page_number


@dataclass(frozen=True)
class ScorecardPage(FilteredPage):
    """A scorecard and its charts."""

    scorecard: Scorecard
    charts: dict[str, ChartOnPage]


@dataclass(frozen=True)
class CallsPage(FilteredPage):
    """The calls behind a figure of a scorecard. `listed` filters and sorts them."""

    kind: str
    key: str
    name: str
    listed: CallFilters
    calls: CallList


@dataclass(frozen=True)
class FilteredAnswers(FilteredPage):
    """The choices and quantities of a scorecard."""

    answers: AnswersPage


@dataclass(frozen=True)
class RestatementsPage(FilteredPage):
    """The restatements of the forecasts that a scorecard counts."""

    repeats: Restatements


@dataclass(frozen=True)
class PeersPage(FilteredPage):
    """A claimant compared with everybody who forecast the same claims."""

    peers: Peers


@dataclass(frozen=True)
class PairPage(FilteredPage):
    """Two claimants compared on the claims both forecast, over what the first one's scorecard counts."""

    pair: Pair


@page(public_pages, "/", "public/home.html", json_rule="/scorecard.json")
def home() -> Home:
    return read_home(session(), today=today())


def show_table(kind: str) -> ScorecardTable:
    """The scorecards of one kind, a row each."""
    return scorecard_table(session(), kind, today=today(), page=page_number())


def show_scorecard(kind: str, **address: str | int) -> ScorecardPage:
    """A scorecard of one kind. `address` holds its key, under the name it has in RULES."""
    key = key_in(kind, address)
    query, filters = parse_scorecard_filters(kind, key)
    card = scorecard(session(), kind, key, query, before=number_in("before"))
    return ScorecardPage(filters, query.as_of, card, charts_of(card, filters.active))


def show_calls(kind: str, **address: str | int) -> CallsPage:
    """The calls of a scorecard."""
    key = key_in(kind, address)
    name, _ = describe_scope(session(), kind, key)
    reader = FilterReader()
    listed = reader.calls()
    query, filters = parse_scorecard_filters(kind, key, reader)
    calls = list_calls(session(), query.entry, query.scoped_filters, listed, today=query.day, page=page_number())
    return CallsPage(filters, query.as_of, kind, key, name, listed, calls)


def show_answers(kind: str, **address: str | int) -> FilteredAnswers:
    """The choices and quantities of a scorecard."""
    key = key_in(kind, address)
    reader = FilterReader()
    listed = reader.answers()
    query, filters = parse_scorecard_filters(kind, key, reader)
    found = answers(session(), kind, key, query, listed, page=page_number())
    return FilteredAnswers(filters, query.as_of, found)


def show_restatements(kind: str, **address: str | int) -> RestatementsPage:
    """The restatements of a scorecard."""
    key = key_in(kind, address)
    query, filters = parse_scorecard_filters(kind, key)
    return RestatementsPage(filters, query.as_of, list_restatements(session(), kind, key, query, page=page_number()))


@page(public_pages, "/claimants/<int:number>/peers", "public/peers.html")
def claimant_peers(number: int) -> PeersPage:
    key = key_in("claimant", {"number": number})
    query, filters = parse_scorecard_filters("claimant", key)
    return PeersPage(filters, query.as_of, peers(session(), int(key), query, page=page_number()))


@page(public_pages, "/claimants/<int:number>/peers/<int:other>", "public/compare.html")
def claimant_beside(number: int, other: int) -> PairPage:
    query, filters = parse_scorecard_filters("claimant", str(number))
    now = [unmerged_claimant(session(), one, query.as_of) for one in (number, other)]
    if now != [number, other] and now[0] != now[1]:
        abort(redirect(address_of_pair(*now), 308))
    return PairPage(filters, query.as_of, compare_pair(session(), number, other, query, page=page_number()))


for _kind, _table in TABLES.items():
    add_page(public_pages, f"/{_table}", _table, "public/scorecards.html", partial(show_table, _kind))
for _kind, _rule in RULES.items():
    _names = ENDPOINTS[_kind]
    add_page(public_pages, _rule, _names[""], "public/scorecard.html", partial(show_scorecard, _kind))
    add_page(public_pages, f"{_rule}/calls", _names["calls"], "public/calls.html", partial(show_calls, _kind))
    add_page(
        public_pages,
        f"{_rule}/choices-and-quantities",
        _names["answers"],
        "public/choices_and_quantities.html",
        partial(show_answers, _kind),
    )
    add_page(
        public_pages,
        f"{_rule}/restatements",
        _names["repeats"],
        "public/restatements.html",
        partial(show_restatements, _kind),
    )
