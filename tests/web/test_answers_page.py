"""The page of choices and quantities: every number links to a list of that many calls, filtered like its scorecard."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session
from support.acts import Acts
from support.cast import assessment_terms, forecast_terms
from support.sweeps import Markup, addresses, rules
from support.world import NOW, World

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.confidence import Confidence, NumberSource
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.queries.answer_parts import AnswerPart
from ledger.web.page_cache import PageCache
from ledger.web.public.urls import RULES

OPTIONS = Shape(ClaimKind.CHOICE, options=("Raqqa", "<Mosul>", "neither"), ordered=True)
PEOPLE = Shape(ClaimKind.QUANTITY, bounds=Bounds(5_000.0, 7_000.0), unit="people")


def add_choices_and_quantities(session: Session, world: World) -> None:
    """Record choices and quantities of most sorts, some of them open."""
    cast = world.places.cast
    acts, none = Acts(session, cast, NOW, each=False), Confidence.none()

    def said(**changes: object) -> object:
        terms = {"modality": Modality.NUMBER, "confidence": none, "reading": NumberSource.SPEAKER, **changes}
        return forecast_terms(cast.document, cast.claimant, **terms)

    for forecast, came in (
        (said(shares=(0.2, 0.7, 0.1)), 2),
        (said(shares=(0.5, 0.5, 0.0), reading=NumberSource.OURS), 3),
        (said(option=1, confidence=Confidence.between(0.6, 0.8)), 1),
        (said(option=2, modality=Modality.WILL), 3),
        (said(shares=(0.4, 0.3, 0.3)), None),
    ):
        claim = acts.record(shape=OPTIONS, forecast=forecast)
        if came:
            acts.judge_choice(claim, came)
    for bounds, p, outcome, value in (
        (PEOPLE.bounds, 0.8, Outcome.TRUE, 6_000.0),
        (PEOPLE.bounds, 0.9, Outcome.FALSE, 7_300.0),
        (PEOPLE.bounds, 1.0, Outcome.TRUE, 6_000.0),
        (PEOPLE.bounds, 0.6, Outcome.MOSTLY_TRUE, None),
        (Bounds(5_000.0), 0.6, Outcome.TRUE, 6_000.0),
    ):
        shape = Shape(ClaimKind.QUANTITY, bounds=bounds, unit="people")
        claim = acts.record(shape=shape, forecast=said(confidence=Confidence.point(p)))
        acts.judge_as(claim, assessment_terms(outcome, acts.attach(claim), value=value))


def pages(world: World) -> list[str]:
    """The addresses of all pages of choices and quantities, also filtered."""
    whole = [
        address
        for rule in rules(world)
        for address in addresses(world, rule, most=3)
        if rule.endpoint in {f"public.{kind}_answers" for kind in RULES}
    ]
    filtered = ("?modality=number", "?kind=choice", "?kind=event", "?as_of=2026-11-22", "?topic=battle&order=worst")
    return [*whole, *(f"/ledger/choices-and-quantities{query}" for query in filtered)]


LISTS = {"calls": "calls", "choices-and-quantities": "answers"}  # the page's name, and the field of its JSON


def wrong_links(world: World, address: str) -> list[str]:
    """The numbers of a page that link to a list of a different length."""
    browser, found = world.browser(), []
    for link in Markup.of(browser.get(address).text).all("a"):
        leads = link.attributes.get("href", "").partition("#")[0]
        number, below = re.match(r"\d+", link.text), re.search(r"/(calls|choices-and-quantities)(\?|$)", leads)
        if number and below:
            path, _, query = leads.partition("?")
            data = browser.get(f"{path}.json?{query}").json["data"][LISTS[below[1]]]
            if data["total"] != int(number[0]):
                found.append(f"{address}: {number[0]} leads to {data['total']} at {leads}")
    return found


@pytest.fixture(scope="module")
def answered(new_world: object) -> World:
    world: World = new_world("sqlite")  # type: ignore[operator] # a fixture that makes one
    with world.sessions() as session:
        add_choices_and_quantities(session, world)
    return world


def test_every_number_links_to_that_many_calls(answered: World) -> None:
    assert [what for address in pages(answered) for what in wrong_links(answered, address)] == []


def test_the_sweep_finds_a_wrong_link(answered: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = answered.app.jinja_env.globals["address_of"]

    def forgetful(kind: str, key: str, below: str = "", /, **query: object) -> str:
        return str(real(kind, key, below, **{**query, "part": None}))  # type: ignore[operator] # it is our function

    monkeypatch.setitem(answered.app.jinja_env.globals, "address_of", forgetful)
    monkeypatch.setitem(answered.app.extensions, "ledger.page_cache", PageCache())
    assert wrong_links(answered, "/ledger/choices-and-quantities") != []


def test_the_page_has_the_figures_of_its_json(answered: World) -> None:
    page = " ".join(answered.browser().get("/ledger/choices-and-quantities").text.split())
    data = answered.browser().get("/ledger/choices-and-quantities.json").json["data"]["answers"]
    spread, held = data["scores"]["spread"], data["scores"]["held"]
    for figure in ("brier", "equal_brier", "log_score_clipped", "equal_log_score", "rps", "equal_rps"):
        assert f"{spread[figure]:.3f}" in page, figure
    assert spread["log_score"] == "Infinity" and "∞" in page
    assert f"{held['coverage'] * 100:.0f}%" in page and f"{held['stated'] * 100:.0f}%" in page
    assert "Interval score 8,000 <bdi>people</bdi>, missed" in page
    assert "&lt;Mosul&gt;" in page and "<Mosul>" not in page
    assert len(data["calls"]) == data["total"] < 50


def test_each_scorecard_links_here_also_from_calls_without_a_score(answered: World) -> None:
    card = answered.browser().get("/ledger").text
    assert (
        'href="/ledger/choices-and-quantities"' in card and 'href="/ledger/choices-and-quantities?part=choices"' in card
    )
    filtered = answered.browser().get("/ledger?modality=number").text
    assert 'href="/ledger/choices-and-quantities?modality=number"' in filtered


def test_missing_pages_and_unreadable_dates(answered: World) -> None:
    browser = answered.browser()
    assert browser.get("/ledger/choices-and-quantities?page=99").status_code == 404
    for name in ("part", "order", "reading"):
        page = browser.get(f"/ledger/choices-and-quantities?{name}=x")
        assert page.status_code == 422 and f'id="{name}-error"' in page.text, name
    page = browser.get("/ledger/choices-and-quantities?as_of=soon")
    assert page.status_code == 422 and '<a href="#as_of">As of</a>:' in page.text
    assert browser.get("/ledger/choices-and-quantities?topic=nothing").status_code == 422
    for part in AnswerPart:
        listed = browser.get(f"/ledger/choices-and-quantities?part={part}")
        assert listed.status_code == 200 and part.words in listed.text
    early = " ".join(browser.get("/ledger/choices-and-quantities?as_of=1990").text.split())
    assert "No choice among options and no quantity is on record here under these filters." in early
