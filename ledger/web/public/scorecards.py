"""The front page, and the scorecards of claimants, topics, outlets and documents."""

from __future__ import annotations

from flask import abort, redirect, request, url_for

from ledger.services.claimants import merged_into
from ledger.services.reading.scorecards import Home, Scorecard, StandingList, scorecard, standings
from ledger.services.reading.scorecards import home as read_home
from ledger.web.answering import page
from ledger.web.context import session, today
from ledger.web.public.blueprint import number_in, public_pages


@page(public_pages, "/", "public/home.html", json_rule="/scorecard.json")
def home() -> Home:
    return read_home(session(), today=today())


def _standings(kind: str) -> StandingList:
    return standings(session(), kind, today=today(), page=number_in("page") or 1)


def _scorecard(kind: str, key: str | int) -> Scorecard:
    return scorecard(session(), kind, str(key), today=today(), before=number_in("before"))


@page(public_pages, "/claimants", "public/standings.html")
def claimants() -> StandingList:
    return _standings("claimant")


@page(public_pages, "/topics", "public/standings.html")
def topics() -> StandingList:
    return _standings("topic")


@page(public_pages, "/outlets", "public/standings.html")
def outlets() -> StandingList:
    return _standings("outlet")


@page(public_pages, "/documents", "public/standings.html")
def documents() -> StandingList:
    return _standings("document")


@page(public_pages, "/claimants/<int:number>", "public/scorecard.html")
def claimant(number: int) -> Scorecard:
    if (other := merged_into(session(), number)) is not None:
        abort(redirect(url_for(str(request.endpoint), number=other), 308))
    return _scorecard("claimant", number)


@page(public_pages, "/topics/<key>", "public/scorecard.html")
def topic(key: str) -> Scorecard:
    return _scorecard("topic", key)


@page(public_pages, "/outlets/<key>", "public/scorecard.html")
def outlet(key: str) -> Scorecard:
    return _scorecard("outlet", key)


@page(public_pages, "/documents/<int:number>", "public/scorecard.html")
def document(number: int) -> Scorecard:
    return _scorecard("document", number)
