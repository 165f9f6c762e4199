"""The number of SQL queries: that of a page does not grow with the record, and that of a POST is bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from support.acts import Acts
from support.cast import (
    Cast,
    assessment_terms,
    claimant_terms,
    document_terms,
    evidence_terms,
    forecast_terms,
    record,
    resolve,
)
from support.forms import FORMS, undone
from support.samples.policies import policy_terms
from support.world import NOW, World

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.confidence import Confidence
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.services.claimants import register_claimant
from ledger.services.claims.record import record_forecast
from ledger.services.documents import register_document
from ledger.services.evidence import attach_evidence
from ledger.services.policies import adopt_policy
from ledger.services.reviews.schedule import note_fallen_due
from ledger.web.page_cache import PageCache

MORE = 8
# Without as-of pages: the last entry of a day is found by binary search, with one more query for twice the record.
PAGES: dict[str, tuple[str, str]] = {
    "home": ("public", "/"),
    "claims": ("public", "/claims"),
    "search": ("public", "/claims?q=the&topic=battle"),
    "similar": ("ada", "/desk/similar?statement=The+city+is+retaken"),
    "quick entry": ("ada", "/desk/claims/quick?line=The+city+is+retaken+by+2027&document={document}"),
    "claims to choose": ("ada", "/desk/claims?q=the"),
    "claim": ("public", "/claims/{claim}"),
    "claim.json": ("public", "/claims/{claim}.json"),
    "claimants": ("public", "/claimants"),
    "topics": ("public", "/topics"),
    "scorecard": ("public", "/claimants/{claimant}"),
    "whole ledger": ("public", "/ledger"),
    "filtered": ("public", "/ledger?modality=likely&made_from=2015"),
    "calls": ("public", "/claimants/{claimant}/calls"),
    "choices and quantities": ("public", "/ledger/choices-and-quantities"),
    "choices and quantities, worst first": (
        "public",
        "/claimants/{claimant}/choices-and-quantities?order=worst&part=choices",
    ),
    "restatements by one": ("public", "/claimants/{claimant}/restatements"),
    "restatements by anybody": ("public", "/ledger/restatements"),
    "peers": ("public", "/claimants/{claimant}/peers"),
    "document": ("public", "/documents/{document}"),
    "coverage": ("public", "/coverage"),
    "text": ("ben", "/desk/documents/{document}/text"),
    "corrections": ("public", "/corrections"),
    "due": ("ben", "/desk/"),
    "mine": ("ben", "/desk/?whose=mine"),
    "review": ("ben", "/desk/reviews/{review}"),
    "assess": ("ben", "/desk/reviews/{review}/assess"),
    "reviewers": ("dora", "/desk/reviews/{review}/reviewers"),
    "record": ("ada", "/desk/record"),
    "restatements": ("ada", "/desk/claims/{claim}/restatements/new"),
    "operator": ("admin", "/desk/operations"),
    "people": ("admin", "/account/people"),
    "imports": ("dora", "/desk/imports"),
    "policies": ("public", "/policies"),
    "adopt a policy": ("admin", "/desk/policy"),
    "methodology": ("public", "/methodology"),
    "record a claim": ("ada", "/desk/documents/{document}/claims/new"),
}
# The most statements for a POST, from loading the account to deleting the draft; BEGIN is not counted.
POSTS = {"record": 58, "restatements": 47, "evidence": 27, "document": 9, "amend": 60, "assess": 59}


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The SQL statements that are executed inside."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(world.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(world.engine, "before_cursor_execute", note)


def queries(world: World) -> dict[str, int]:
    """The number of queries for each page, without the page cache."""
    world.app.extensions["ledger.page_cache"] = PageCache()
    places = world.places
    where = {
        "claim": places.claims["due"],
        "review": places.reviews["due"],
        "claimant": places.cast.claimant,
        "document": places.cast.document,
    }
    found = {}
    for name, (who, address) in PAGES.items():
        browser = world.browser(who)
        with counted(world) as statements:
            assert browser.get(address.format(**where)).status_code == 200, address
        found[name] = len(statements)
    return found


def grow(world: World) -> None:
    """Add more of everything, and more to the claim whose page is read."""
    cast = world.places.cast
    with world.sessions() as session:
        for number in range(MORE):
            by = cast.ada.actor
            adopt_policy(session, now=NOW, by=by, terms=policy_terms(smallest_n=number + 1), reason="Times change.")
            claimant = register_claimant(session, now=NOW, by=by, terms=claimant_terms())
            document = register_document(session, now=NOW, by=by, terms=document_terms(outlet=f"Outlet {number}"))
            said = forecast_terms(document, claimant, cast.claimant)
            record(session, cast, NOW, forecast=said, topics=(f"Topic {number}", "Battle"))
            resolve(session, cast, NOW)
            _answer_more(session, cast)
            claim = world.places.claims["due"]
            attach_evidence(session, now=NOW, by=by, claim=claim, terms=evidence_terms())
            record_forecast(session, now=NOW, by=by, claim=claim, forecast=forecast_terms(document, claimant))
        note_fallen_due(session, now=NOW)


def _answer_more(session: Session, cast: Cast) -> None:
    """Add another choice and another quantity, both judged."""
    acts = Acts(session, cast, NOW, each=False)
    shared = {"modality": Modality.NUMBER, "confidence": Confidence.none(), "shares": (0.5, 0.5)}
    options = Shape(ClaimKind.CHOICE, options=("one", "other"))
    acts.judge_choice(acts.record(shape=options, forecast=acts.forecast(**shared)), 1)
    claim = acts.record(shape=Shape(ClaimKind.QUANTITY, bounds=Bounds(1.0, 2.0), unit="people"))
    acts.judge_as(claim, assessment_terms(Outcome.TRUE, acts.attach(claim), value=1.5))


@pytest.fixture(scope="module")
def small_and_large(new_world: Callable[[str], World]) -> tuple[dict[str, int], dict[str, int], World]:
    world = new_world("sqlite")
    small = queries(world)
    grow(world)
    return small, queries(world), world


def test_no_page_needs_more_queries_for_a_larger_record(
    small_and_large: tuple[dict[str, int], dict[str, int], World],
) -> None:
    small, large, _ = small_and_large
    assert large == small
    assert max(small.values()) <= 45, small


def test_the_count_finds_a_query_for_each_row(
    small_and_large: tuple[dict[str, int], dict[str, int], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.queries import claim_list

    real = claim_list._line
    _, large, world = small_and_large

    def asking(claim: object, *rest: object) -> object:
        from sqlalchemy import text
        from sqlalchemy.orm import object_session

        session = object_session(claim)
        assert session is not None
        session.execute(text("SELECT 1"))
        return real(claim, *rest)  # type: ignore[arg-type] # passed on unchanged

    monkeypatch.setattr(claim_list, "_line", asking)
    assert queries(world)["claims"] > large["claims"] + 10


def statements_of(world: World, name: str) -> int:
    """The number of statements for a POST with valid input."""
    form = FORMS[name]
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    with undone(world), counted(world) as statements:
        assert browser.submit(page, **form.fields(world)).status_code == 303, name
    return sum(not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")) for statement in statements)


def test_the_number_of_statements_of_a_post_is_bounded(new_world: Callable[[str], World]) -> None:
    world = new_world("sqlite")
    found = {name: statements_of(world, name) for name in POSTS}
    assert all(found[name] <= POSTS[name] for name in POSTS), found


def test_the_count_finds_a_rule_that_reads_the_record_twice(
    new_world: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.services.claims import record as record_service

    world = new_world("sqlite")
    before = statements_of(world, "record")
    real = record_service.find_claimants
    monkeypatch.setattr(record_service, "find_claimants", lambda *given: (real(*given), real(*given))[1])
    assert statements_of(world, "record") == before + 1
