"""A POST parses its form once, normalises it once, and checks each rule once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from support.forms import CLAIM, FORMS, _forecast, undone
from support.pages import Browser
from support.sweeps import Markup
from support.world import World
from werkzeug.test import TestResponse

from ledger.domain.claims import ClaimTerms
from ledger.services import evidence as evidence_service
from ledger.services.claims import amend as amend_service
from ledger.services.claims import record as record_service
from ledger.services.reviews import assessments as assess_service
from ledger.web.desk import claim_forms, evidence_forms, review_forms
from ledger.web.desk.claim_forms import ClaimForm

# For each form: the rules that are checked before saving and under the lock, and their callers.
RULES: dict[str, tuple[str, Any, Any]] = {
    "record": ("claim_problems", claim_forms, record_service),
    "amend": ("claim_problems", claim_forms, amend_service),
    "evidence": ("evidence_problems", evidence_forms, evidence_service),
    "assess": ("assessment_problems", review_forms, assess_service),
}
WHO = ("form", "record")
# Unreadable input, input that breaks a rule, and the fields that then have a message.
UNREADABLE: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "record": ({"horizon": "31 February"}, {"criteria": ""}, {"horizon", "criteria"}),
    "amend": ({"horizon": "31 February"}, {"criteria": ""}, {"horizon", "criteria"}),
    "evidence": ({"event_on": "31 February"}, {"summary": ""}, {"event_on", "summary"}),
    "assess": ({"certainty": None}, {"rationale": ""}, {"certainty", "rationale"}),
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts of checks and parses: "form" and "record" rules, and "parse" and "normal" of a claim's terms."""
    counts: Counter[str] = Counter()

    def counting(word: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any, **named: Any) -> Any:
            counts[word] += 1
            return real(*args, **named)

        return count

    places = {(word, name, place) for name, *both in RULES.values() for word, place in zip(WHO, both, strict=True)}
    for word, name, place in places:
        monkeypatch.setattr(place, name, counting(word, getattr(place, name)))
    monkeypatch.setattr(ClaimForm, "claim_terms", counting("parse", ClaimForm.claim_terms))
    real_normal = ClaimTerms.normal.fget
    assert real_normal is not None
    monkeypatch.setattr(ClaimTerms, "normal", property(counting("normal", real_normal)))
    return counts


def sent(world: World, name: str, calls: Counter[str], **changes: Any) -> TestResponse:
    """A form sent with valid input and `changes`; the counts are of this request only."""
    form = FORMS[name]
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    calls.clear()
    return browser.submit(page, **{**form.fields(world), **changes})


def fields_with_errors(response: TestResponse) -> set[str]:
    ids = (element.attributes.get("id") or "" for element in Markup.of(response.text).elements)
    return {name.removesuffix("-error") for name in ids if name.endswith("-error")}


@pytest.mark.parametrize("name", RULES)
def test_a_valid_form_is_checked_once_under_the_lock(world: World, calls: Counter[str], name: str) -> None:
    with undone(world):
        assert sent(world, name, calls).status_code == 303
    once = {"record": 1} | ({"parse": 1, "normal": 1} if name in ("record", "amend") else {})
    assert calls == once


@pytest.mark.parametrize("name", RULES)
def test_an_unreadable_form_is_checked_once_outside_it(world: World, calls: Counter[str], name: str) -> None:
    unreadable, broken, fields = UNREADABLE[name]
    response = sent(world, name, calls, **unreadable, **broken)
    assert response.status_code == 422
    assert (calls["form"], calls["record"]) == (1, 0)
    assert fields <= fields_with_errors(response)


def test_a_second_check_would_be_counted(world: World, calls: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClaimForm, "form_problems", lambda self: self.record_problems())
    with undone(world):
        assert sent(world, "amend", calls).status_code == 303
    assert calls == {"form": 1, "record": 1, "parse": 2, "normal": 2}


def test_all_problems_of_a_claim_are_reported_at_once(world: World) -> None:
    """Rules for the claim, its dates, its whole, its forecast and its speaker: each alone is enough to refuse it."""
    browser = world.browser("ada")
    typed = {
        **CLAIM,
        **_forecast(speaker="Nobody Known", made_on="2016-10-18"),
        "criteria": "",
        "horizon": "2015",
        "whole": "99999",
    }
    response = browser.submit(FORMS["record"].address(world), **typed)
    assert response.status_code == 422
    assert {"criteria", "horizon", "whole", "speaker", "made_on"} <= fields_with_errors(response)
    assert str(CLAIM["statement"]) in response.text


def test_a_problem_found_by_the_service_hides_no_other(world: World) -> None:
    """A change by somebody else is reported together with the form's own errors."""
    browser: Browser = world.browser("ada")
    page = browser.get(FORMS["amend"].address(world))
    response = browser.submit(page, **{**FORMS["amend"].fields(world), "criteria": ""}, seen="1")
    assert response.status_code == 422
    assert "changed while you were writing" in response.text
    assert "criteria" in fields_with_errors(response)
