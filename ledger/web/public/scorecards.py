"""The front page, tables of scorecards, and each scorecard with the calls behind its numbers, as pages and as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.domain.confidence import Reading
from ledger.services.reading.answers import AnswersPage, Asked, Part, answers
from ledger.services.reading.calls import CallList, Narrowing, Order, Stands, list_calls
from ledger.services.reading.peers import Pair, Peers, beside, peers
from ledger.services.reading.repeats import Repeats, repeats
from ledger.services.reading.scorecards import (
    Counted,
    Home,
    Scorecard,
    StandingList,
    describe_scope,
    scorecard,
    standings,
)
from ledger.services.reading.scorecards import home as read_home
from ledger.web.answering import page
from ledger.web.context import session, today
from ledger.web.public.addresses import RULES
from ledger.web.public.blueprint import number_in, probability_in, public_pages, word_in
from ledger.web.public.charts import ShownChart, charts_of
from ledger.web.public.narrowing import Narrowed, counted_for, key_in


@dataclass(frozen=True)
class ShownScorecard:
    """A scorecard, what it was narrowed to, and its charts."""

    scorecard: Scorecard
    narrowed: Narrowed
    charts: dict[str, ShownChart]

    @property
    def problems(self) -> dict[str, str]:
        return self.narrowed.problems


@dataclass(frozen=True)
class ShownCalls:
    """The calls behind a number of a scorecard."""

    kind: str
    key: str
    name: str
    narrowed: Narrowed
    narrowing: Narrowing
    at: date | None
    calls: CallList

    @property
    def problems(self) -> dict[str, str]:
        return self.narrowed.problems


@dataclass(frozen=True)
class ShownAnswers:
    """The choices and quantities of a scorecard, and what it was narrowed to."""

    answers: AnswersPage
    narrowed: Narrowed

    @property
    def problems(self) -> dict[str, str]:
        return self.narrowed.problems


@page(public_pages, "/", "public/home.html", json_rule="/scorecard.json")
def home() -> Home:
    return read_home(session(), today=today())


def _table(kind: str, plural: str) -> None:
    def table() -> StandingList:
        return standings(session(), kind, today=today(), page=number_in("page") or 1)

    table.__name__ = plural
    page(public_pages, f"/{plural}", "public/standings.html")(table)


def _scorecard(kind: str, rule: str) -> None:
    """The pages of the scorecards of one kind."""

    def show(**address: str | int) -> ShownScorecard:
        key = key_in(kind, address)
        counted, narrowed = counted_for(kind, key)
        card = scorecard(session(), kind, key, counted, before=number_in("before"))
        return ShownScorecard(card, narrowed, charts_of(card, narrowed.active))

    def calls(**address: str | int) -> ShownCalls:
        key = key_in(kind, address)
        name, _ = describe_scope(session(), kind, key)
        counted, narrowed = counted_for(kind, key)
        return ShownCalls(kind, key, name, narrowed, *_calls(counted))

    def answered(**address: str | int) -> ShownAnswers:
        key = key_in(kind, address)
        counted, narrowed = counted_for(kind, key)
        asked = Asked(
            part=word_in("part", Part),
            reading=word_in("reading", Reading),
            order=word_in("order", Order) or Order.NEWEST,
        )
        return ShownAnswers(answers(session(), kind, key, counted, asked, page=number_in("page") or 1), narrowed)

    for view, name, below, template in (
        (show, kind, "", "public/scorecard.html"),
        (calls, f"{kind}_calls", "/calls", "public/calls.html"),
        (answered, f"{kind}_answers", "/answers", "public/answers.html"),
    ):
        view.__name__ = name
        page(public_pages, rule + below, template)(view)


def _calls(counted: Counted) -> tuple[Narrowing, date | None, CallList]:
    narrowing = Narrowing(
        standing=word_in("standing", Stands),
        reading=word_in("reading", Reading),
        p_from=probability_in("p_from"),
        p_to=probability_in("p_to"),
        order=word_in("order", Order) or Order.NEWEST,
    )
    found = list_calls(
        session(), counted.entry, counted.selection, narrowing, today=counted.day, page=number_in("page") or 1
    )
    return narrowing, counted.at, found


@page(public_pages, "/claimants/<int:number>/peers", "public/peers.html")
def claimant_peers(number: int) -> Peers:
    return peers(session(), int(key_in("claimant", {"number": number})), today=today())


@page(public_pages, "/claimants/<int:number>/peers/<int:other>", "public/beside.html")
def claimant_beside(number: int, other: int) -> Pair:
    return beside(session(), number, other, today=today())


@page(public_pages, "/claimants/<int:number>/said-again", "public/repeats.html")
def claimant_repeats(number: int) -> Repeats:
    key = int(key_in("claimant", {"number": number}))
    return repeats(session(), key, today=today(), page=number_in("page") or 1)


for _kind in ("claimant", "topic", "outlet", "document", "year"):
    _table(_kind, f"{_kind}s")
for _kind, _rule in RULES.items():
    _scorecard(_kind, _rule)
