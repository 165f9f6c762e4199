"""Escaping: markup that people wrote stays text. It is planted in every text field and looked for on every page."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable

import pytest
from markupsafe import Markup as Safe
from support.cast import (
    assessment_terms,
    claimant_terms,
    document_terms,
    evidence_terms,
    forecast_terms,
    introduce_person,
    record,
    review_of,
)
from support.pages import words_sent
from support.samples.policies import policy_terms
from support.sweeps import Markup, everywhere
from support.world import NOW, World, make_app

from ledger.domain.dates import PartialDate
from ledger.domain.errors import Refused
from ledger.domain.evidence import Stance
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import Finding
from ledger.services.claimants import ClaimantTerms, describe_claimant, register_claimant
from ledger.services.claims.record import record_forecast
from ledger.services.documents import PassedPassage, ReadingTerms, log_reading, register_document, store_text
from ledger.services.evidence import attach_evidence, read_file, retract_evidence
from ledger.services.policies import adopt_policy
from ledger.services.reviews.assessments import adjudicate, seal_assessment
from ledger.services.reviews.schedule import reopen_claim, snooze_review
from ledger.store.accounts import Role
from ledger.store.outbox import JobRun, Message
from ledger.store.people import ClaimantKind

EVIL = "<script>alert(1)</script>{{7*7}}\"><img src=x onerror=alert(1)>'--> [me](javascript:alert(1))"
ADDRESS = "https://evil.example/\"><svg/onload=alert(1)>'{{7*7}}"
PLACES = ("public", "ben", "admin")


@pytest.fixture(scope="module")
def poisoned(new_world: Callable[[str], World]) -> World:
    """A world with markup in every text field."""
    world = new_world("sqlite")
    cast = world.places.cast
    numbers = iter(range(100))

    def evil() -> str:
        return f"Evil {next(numbers)}: {EVIL}"

    with world.sessions() as session:
        by, ben, cleo, dora = cast.ada.actor, cast.ben.actor, cast.cleo.actor, cast.dora.actor
        introduce_person(session, NOW, evil(), Role.REVIEWER)
        claimant = register_claimant(
            session, now=NOW, by=by, terms=claimant_terms(name=evil(), about=evil(), url=ADDRESS)
        )
        terms = document_terms(title=evil(), outlet=evil(), authors=(evil(),), url=ADDRESS, published_basis=evil())
        document = register_document(session, now=NOW, by=by, terms=terms)
        forecast = forecast_terms(document, claimant, hedge=evil(), locator=evil(), note=evil())
        changes = {name: evil() for name in ("statement", "criteria", "horizon_note", "condition")}
        first, second = (
            record(
                session,
                cast,
                NOW,
                forecast=forecast,
                reviewers=(ben, cleo),
                **{**changes, "statement": evil(), "topics": (f"<b>{n}\"'&{{{{7*7}}}}",)},
            )
            for n in "ab"
        )
        fact = attach_evidence(
            session,
            now=NOW,
            by=by,
            claim=first,
            terms=evidence_terms(summary=evil(), publisher=evil(), url=ADDRESS, checked_in=evil()),
        )
        content = EVIL.replace("<script>", "script").encode()
        filed = evidence_terms(summary=evil(), file=read_file(evil().replace("/", " "), content))
        attach_evidence(session, now=NOW, by=by, claim=first, terms=filed, content=content)
        gone = attach_evidence(session, now=NOW, by=by, claim=first, terms=evidence_terms(summary=evil()))
        retract_evidence(session, now=NOW, by=by, evidence=gone, reason=evil())
        described = ClaimantTerms(evil(), ClaimantKind.PERSON, evil(), ADDRESS, (evil(),), (ADDRESS,))
        describe_claimant(session, now=NOW, by=by, claimant=claimant, terms=described, reason=evil())
        passed = (PassedPassage(evil(), evil(), evil()),)
        reading = ReadingTerms(PartialDate(2026), evil(), 3, False, passed, evil())
        log_reading(session, now=NOW, by=by, document=document, terms=reading)
        store_text(session, now=NOW, by=by, document=document, text=evil())
        record_forecast(session, now=NOW, by=by, claim=first, forecast=forecast_terms(document, cast.claimant))
        review = review_of(session, first)
        for actor, outcome in ((ben, Outcome.TRUE), (cleo, Outcome.FALSE)):
            judged = assessment_terms(outcome, fact, rationale=evil())
            seal_assessment(session, now=NOW, by=actor, review=review, terms=judged)
        adjudicate(session, now=NOW, by=dora, review=review, finding=Finding(Outcome.TRUE), reason=evil())
        reopen_claim(session, now=NOW, by=dora, claim=first, reason=evil())
        until = NOW.date().replace(year=2027)
        snooze_review(session, now=NOW, by=ben, review=review_of(session, second), until=until, reason=evil())
        terms = policy_terms(rubric=f"{evil()}\n\n{evil()}")
        adopt_policy(session, now=NOW, by=by, terms=terms, reason=evil())
        session.query(Message).update({"error": evil(), "name": "<script>m"})
        session.query(JobRun).filter(JobRun.error.is_not(None)).update({"error": evil(), "summary": evil()})
        session.commit()
        world.places.claims = {"evil": first, "other": second, **world.places.claims}
    return world


def foreign_markup(html: str) -> list[str]:
    """Elements and attributes of a page that no template of ours has."""
    page = Markup.of(html)
    found = [f"<{e.tag}>" for e in page.all("script", "img", "iframe", "object") if not e.attributes.get("src")]
    found += [f"<{e.tag} {e.attributes}>" for e in page.all("script", "img") if e.attributes.get("src") == "x"]
    for element in page.elements:
        found += [f"{element.tag} {name}" for name in element.attributes if name.startswith("on")]
        for name in ("href", "src", "action"):
            if re.match(r"\s*(javascript|data|vbscript):", element.attributes.get(name, ""), re.IGNORECASE):
                found.append(f"{element.tag} {name}={element.attributes[name]}")
    if "<svg/onload" in html or "<b>a" in html:
        found.append("a tag of theirs")
    if '49"><img' in html or "49&#34;" in html:
        found.append("a template of theirs was run")
    return found


def read_all(world: World, who: str) -> tuple[list[str], str]:
    """Read every page and its JSON as somebody. Returns foreign markup, and all text."""
    browser, found, text = world.browser(who), [], []
    for rule, address in everywhere(world, most=5):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static_file":
            continue
        if who != "public" and address.endswith(".json"):
            continue
        response = browser.get(address)
        assert response.status_code < 500, address
        text.append(words_sent(response))
        if response.mimetype == "text/html":
            found += [f"{address}: {what}" for what in foreign_markup(response.text)]
        elif response.mimetype == "application/json":
            json.loads(response.text)
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        elif response.mimetype == "text/csv":  # a download, with cells that no spreadsheet runs
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Content-Disposition"].startswith("attachment")
            cells = [cell for row in csv.reader(response.text.splitlines()) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        elif response.mimetype == "application/zip":  # a download; another test checks its cells
            assert response.headers["Content-Disposition"].startswith("attachment")
        else:
            assert "<script>" not in words_sent(response), address
    return found, "".join(text)


def test_what_people_wrote_stays_text(poisoned: World) -> None:
    everything = ""
    for who in PLACES:
        found, text = read_all(poisoned, who)
        assert found == []
        everything += text
    shown = set(re.findall(r"Evil (\d+):", everything))
    assert len(shown) >= 25, f"only {len(shown)} of the planted texts are shown anywhere"


def test_the_canary_is_seen(poisoned: World) -> None:
    """With a filter that lets HTML through, on one field of one page."""
    app = make_app(poisoned.sessions)
    app.jinja_env.filters["markdown"] = Safe
    other = World(poisoned.url, poisoned.engine, poisoned.sessions, app, poisoned.places)
    found, _ = read_all(other, "public")
    assert any("/claims/" in line and "<script>" in line for line in found)


def test_a_query_is_shown_as_text(poisoned: World) -> None:
    for page in ("/claims", "/desk/record"):
        response = poisoned.browser("ben").get(page, query_string={"q": EVIL})
        assert response.status_code == 200 and foreign_markup(response.text) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil", "ftp://x"])
def test_an_address_that_runs_code_is_refused(own_world: World, url: str) -> None:
    by = own_world.places.cast.ada.actor
    with own_world.sessions() as session:
        with pytest.raises(Refused):
            register_claimant(session, now=NOW, by=by, terms=claimant_terms(url=url))
        with pytest.raises(Refused):
            register_document(session, now=NOW, by=by, terms=document_terms(url=url))
        with pytest.raises(Refused):
            claim = own_world.places.claims["open"]
            terms = evidence_terms(url=url, stance=Stance.CONTEXT)
            attach_evidence(session, now=NOW, by=by, claim=claim, terms=terms)
