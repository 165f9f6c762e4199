"""A post parses its form once, brings it into its normal form once, and checks each rule once."""

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

# Of each form: the rules that are checked before it is saved and under the lock, and who asks for them.
RULES: dict[str, tuple[str, Any, Any]] = {
    "record": ("claim_problems", claim_forms, record_service),
    "amend": ("claim_problems", claim_forms, amend_service),
    "evidence": ("evidence_problems", evidence_forms, evidence_service),
    "assess": ("assessment_problems", review_forms, assess_service),
}
WHO = ("form", "record")
# What cannot be read, what breaks a rule, and the fields at which both are then said.
UNREADABLE: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "record": ({"horizon": "31 February"}, {"criteria": ""}, {"horizon", "criteria"}),
    "amend": ({"horizon": "31 February"}, {"criteria": ""}, {"horizon", "criteria"}),
    "evidence": ({"event_on": "31 February"}, {"summary": ""}, {"event_on", "summary"}),
    "assess": ({"certainty": None}, {"rationale": ""}, {"certainty", "rationale"}),
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each thing is done: "form" and "record" rules, and "parse" and "normal" of a claim's terms."""
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
    """A form sent as a person fills it in but for `changes`, with the counts of that alone."""
    form = FORMS[name]
    browser = world.browser(form.who)
    page = browser.get(form.address(world))
    calls.clear()
    return browser.submit(page, **{**form.fields(world), **changes})


def fields_with_errors(response: TestResponse) -> set[str]:
    ids = (element.attributes.get("id") or "" for element in Markup.of(response.text).elements)
    return {name.removesuffix("-error") for name in ids if name.endswith("-error")}


@pytest.mark.parametrize("name", RULES)
def test_what_is_taken_is_checked_once_under_the_lock(world: World, calls: Counter[str], name: str) -> None:
    with undone(world):
        assert sent(world, name, calls).status_code == 303
    once = {"record": 1} | ({"parse": 1, "normal": 1} if name in ("record", "amend") else {})
    assert calls == once


@pytest.mark.parametrize("name", RULES)
def test_what_cannot_be_read_is_checked_once_outside_it(world: World, calls: Counter[str], name: str) -> None:
    unreadable, broken, fields = UNREADABLE[name]
    response = sent(world, name, calls, **unreadable, **broken)
    assert response.status_code == 422
    assert (calls["form"], calls["record"]) == (1, 0)
    assert fields <= fields_with_errors(response)


def test_a_second_check_would_be_seen(world: World, calls: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClaimForm, "form_problems", lambda self: self.record_problems())
    with undone(world):
        assert sent(world, "amend", calls).status_code == 303
    assert calls == {"form": 1, "record": 1, "parse": 2, "normal": 2}


def test_all_that_keeps_a_claim_from_the_record_is_said_at_once(world: World) -> None:
    """Rules of the claim, of its dates, its whole, its forecast and its speaker, though each alone is enough."""
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


def test_what_the_service_stops_at_hides_no_other_rule(world: World) -> None:
    """Somebody else changed the claim meanwhile: that is said, and what is wrong with the form, too."""
    browser: Browser = world.browser("ada")
    page = browser.get(FORMS["amend"].address(world))
    response = browser.submit(page, **{**FORMS["amend"].fields(world), "criteria": ""}, seen="1")
    assert response.status_code == 422
    assert "changed while you were writing" in response.text
    assert "criteria" in fields_with_errors(response)
