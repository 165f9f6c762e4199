"""Policies: adopted through the form, listed with their changes, and named wherever one applies."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.cast import resolve
from support.forms import FORMS, undone
from support.pages import Browser, forms_of, text_of
from support.samples.policies import other_terms, policy_terms
from support.sweeps import Element, Markup
from support.world import NOW, World, make_app

from ledger.domain.outcomes import Outcome
from ledger.domain.policies import FOUNDING
from ledger.services.policies import adopt_policy
from ledger.store.policies import policy_in_force

TYPED = FORMS["policy"].fields


def data_of(browser: Browser, address: str) -> Any:
    """The data of a page, from its JSON."""
    return json.loads(browser.get(address).text)["data"]


def section(browser: Browser, version: str) -> Element:
    """The section of the page about one policy."""
    page = Markup.of(browser.get("/policies").text)
    [found] = [e for e in page.all("section") if e.attributes.get("id") == f"policy-{version}"]
    return found


def at(html: str, field: str) -> str:
    """The message at a field."""
    [said] = [e.text for e in Markup.of(html).elements if e.attributes.get("id") == f"{field}-error"]
    return said.removeprefix("Error: ")


# Read as somebody signed in: cached public pages would outlive what is undone here.
@pytest.fixture(scope="module")
def admin(world: World) -> Browser:
    return world.browser("admin")


def test_the_form_starts_with_the_policy_in_force(world: World, admin: Browser) -> None:
    with world.sessions() as session:
        before = policy_in_force(session)
    page = admin.get("/desk/policy")
    [form] = [form for form in forms_of(page) if "smallest_n" in form.names]
    filled = {name: values[0] for name, values in form.filled().items()}
    assert {name: filled[name] for name in ("default_horizon_months", "smallest_n", "mostly_true", "seen")} == {
        **{"default_horizon_months": "18", "smallest_n": "10", "mostly_true": "0.8", "seen": "2"},
    }
    assert filled["rubric"].replace("\r\n", "\n") == before.rubric
    assert filled["reason"] == ""
    for words in (
        "Claims recorded from now on",
        "Claims on record keep the policy",
        "Reviews that wait",
        "as of an earlier",
    ):
        assert words in text_of(page)
    assert "nothing is changed yet" in text_of(admin.submit(page, reason="So."))


def test_an_adopted_policy_is_listed_with_its_changes(world: World, admin: Browser) -> None:
    with undone(world) as size:
        response = admin.submit("/desk/policy", **TYPED(world))
        assert (response.status_code, response.location) == (303, "/policies#policy-3")
        third, second = section(admin, "3").text, section(admin, "2").text
        assert f"Since entry {size()}, 22 November 2026, 12:00 UTC; adopted by Admin Abbott." in " ".join(third.split())
        assert "in force" in third and "in force" not in second and "A year is too short." in third
        for words in ("18 months", "24 months", "ICD 203", "0.333333", "Where two fit, the one that is less true."):
            assert words in third, words
        newest, before, founding = data_of(admin, "/policies.json")["policies"]
        assert newest["policy"] == {
            "version": "3",
            "default_horizon_months": 24,
            "reviewers_per_claim": 3,
            "longest_snooze_days": 180,
            "yardstick": "PHIA",
            "smallest_n": 30,
            "grades": {"mostly_true": 0.8, "partly_true": 0.333333, "mostly_false": 0.1},
            "rubric": "True: it was so.\n\nFalse: it was not.",
        }
        assert (newest["entry"], newest["adopted_by"], newest["reason"]) == (
            size(),
            "Admin Abbott",
            "A year is too short.",
        )
        smallest = [change for change in newest["changes"] if change["after"] == "30"]
        assert [(change["before"], change["after"]) for change in smallest] == [("10", "30")]
        assert before["policy"]["version"] == "2" and founding["policy"]["rubric"] == FOUNDING.rubric
        assert (founding["entry"], founding["adopted_at"], founding["changes"]) == (None, None, [])
        assert "policy 3" in text_of(admin.get("/methodology")) and "24 months after it was made" in text_of(
            admin.get("/methodology")
        )
        assert json.loads(admin.get("/policies.json").text)["as_of"]["policy"] == "3"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"smallest_n": "0"}, {"smallest_n": "Write a whole number from 1 on."}),
        ({"smallest_n": ""}, {"smallest_n": "Give a number of scored forecasts from 1 to 1,000."}),
        ({"smallest_n": "1001"}, {"smallest_n": "Give a number of scored forecasts from 1 to 1,000."}),
        ({"reviewers_per_claim": "1"}, {"reviewers_per_claim": "Give a number of reviewers from 2 to 9."}),
        ({"default_horizon_months": "121"}, {"default_horizon_months": "Give a number of months from 1 to 120."}),
        ({"longest_snooze_days": "3661"}, {"longest_snooze_days": "Give a number of days from 1 to 3,660."}),
        ({"mostly_true": "1"}, {"mostly_true": "Give a number above 0"}),
        ({"mostly_true": "0.2"}, {"partly_true": "has to count for less than “mostly true”"}),
        ({"mostly_true": "much"}, {"mostly_true": "Write a probability such as"}),
        ({"yardstick": "Nobody1900"}, {"yardstick": "Choose one from the list."}),
        ({"rubric": ""}, {"rubric": "Say what each outcome means"}),
        ({"reason": ""}, {"reason": "Give the reason"}),
        ({"smallest_n": "x", "rubric": "", "reason": ""}, {"smallest_n": "digits", "rubric": "Say", "reason": "Give"}),
    ],
)
def test_an_invalid_term_has_a_message_and_no_input_is_lost(
    world: World, admin: Browser, typed: dict[str, str], said: dict[str, str]
) -> None:
    sent = {**TYPED(world), **typed}
    before = world.size()
    refused = admin.submit("/desk/policy", **sent)
    assert refused.status_code == 422 and world.size() == before
    for field, words in said.items():
        assert words in at(refused.text, field)
    errors = [e for e in Markup.of(refused.text).elements if e.attributes.get("id", "").endswith("-error")]
    assert len(errors) == len(said)
    [form] = [form for form in forms_of(refused) if "smallest_n" in form.names]
    back = {name: values[0].replace("\r\n", "\n") for name, values in form.filled().items()}
    kept = {name: value for name, value in sent.items() if name != "yardstick" or value in ("PHIA",)}
    assert {name: back[name] for name in kept} == kept


def test_concurrent_adoptions_are_reported_and_no_input_is_lost(world: World, admin: Browser) -> None:
    page = admin.get("/desk/policy")
    with undone(world):
        assert world.browser("admin").submit("/desk/policy", **{**TYPED(world), "smallest_n": "31"}).status_code == 303
        refused = admin.submit(page, **TYPED(world))
        assert refused.status_code == 422
        assert "Policy 3 was adopted while you were writing" in text_of(refused)
        assert admin.submit(refused).location == "/policies#policy-4"


def test_only_administrators_see_the_link_to_the_form(world: World, admin: Browser) -> None:
    def ways(browser: Browser, address: str) -> list[str]:
        links = Markup.of(browser.get(address).text).all("a")
        return [link.text for link in links if link.attributes.get("href") == "/desk/policy"]

    assert ways(admin, "/desk/operations") == ways(admin, "/policies") == ["Adopt a policy"]
    assert ways(world.browser("dora"), "/policies") == ways(world.browser(), "/policies") == []


def policy_links(browser: Browser, address: str) -> set[str]:
    """The policies that a page links to, by the links' targets."""
    links = Markup.of(browser.get(address).text).all("a")
    found = {link.text: link.attributes["href"] for link in links if link.text.startswith("policy ")}
    assert all(href == f"/policies#{text.replace(' ', '-')}" for text, href in found.items())
    return {text.removeprefix("policy ") for text in found}


def test_every_scorecard_names_and_links_its_policy(world: World) -> None:
    places, browser = world.places, world.browser()
    paths = [
        "/",
        "/ledger",
        f"/claimants/{places.cast.claimant}",
        "/topics/battle",
        "/years/2016",
        "/claimants",
        "/topics",
    ]
    paths += [f"/documents/{places.cast.document}", "/ledger?modality=could", f"/documents/{places.unread}"]
    assert {path: policy_links(browser, path) for path in paths} == {path: {"2"} for path in paths}
    assert policy_links(browser, "/ledger?as_of=2026-11-21") == {"1"}
    assert policy_links(browser, "/methodology") == {"2"}


def test_an_as_of_scorecard_uses_the_policy_of_that_day(own_world: World) -> None:
    cast, later = own_world.places.cast, NOW + timedelta(days=2)
    with own_world.sessions() as session:
        resolve(session, cast, NOW, Outcome.PARTLY_TRUE)
        adopt_policy(session, now=NOW + timedelta(days=1), by=cast.admin.actor, terms=other_terms(), reason="So.")
    app = make_app(own_world.sessions, lambda: later)
    browser = World(own_world.url, own_world.engine, own_world.sessions, app, own_world.places).browser()
    now, then = (browser.get(f"/ledger{query}") for query in ("", "?as_of=2026-11-22"))
    assert "mostly true 0.9, partly true 0.333333, mostly false 0.1" in text_of(now)
    assert "mostly true 0.8, partly true 0.5, mostly false 0.2" in text_of(then)
    assert "Under policy 3." in text_of(now) and "Under policy 2." in text_of(then)
    assert "Fewer than 10 are scored" in text_of(then) and "are scored, so chance" not in text_of(now)
    told = [data_of(browser, f"/ledger.json{query}")["scorecard"] for query in ("", "?as_of=2026-11-22")]
    assert [(one["policy"], one["smallest_n"]) for one in told] == [("3", 2), ("2", 10)]
    assert told[0]["card"]["graded"]["by_grade"] != told[1]["card"]["graded"]["by_grade"]
    assert told[0]["card"]["graded"]["as_true"] == told[1]["card"]["graded"]["as_true"]


def test_a_claim_s_page_names_its_policy_and_that_of_its_review(world: World) -> None:
    claims, browser = world.places.claims, world.browser()
    for word, version, months in (("usual", "1", 12), ("usual since", "2", 18)):
        words = text_of(browser.get(f"/claims/{claims[word]}"))
        assert f"usual term: {months} months after it was first said, under policy {version}" in words
        assert f"without seeing each other's answers, under policy {version}" in words
        assert policy_links(browser, f"/claims/{claims[word]}") == {version}
        data = data_of(browser, f"/claims/{claims[word]}.json")
        assert (data["policy"], data["usual_term"], data["review"]["policy"]) == (version, months, version)
    dated = data_of(browser, f"/claims/{claims['due']}.json")
    assert (dated["policy"], dated["usual_term"]) == ("1", None)
    judged = data_of(browser, f"/claims/{claims['true']}.json")
    assert judged["verdict"]["policy"] == "1" and policy_links(browser, f"/claims/{claims['true']}") == {"1"}


def test_the_assessment_form_shows_the_rubric_of_the_review_s_policy(world: World) -> None:
    places = world.places
    with undone(world), world.app.extensions["ledger.sessions"]() as session:
        adopt_policy(session, now=NOW, by=places.cast.admin.actor, terms=other_terms(), reason="So.")
        page = text_of(world.browser("ben").get(f"/desk/reviews/{places.reviews['due']}/assess"))
        assert "Mostly true: what matters of it came about" in page and "True: it was so." not in page
        assert "By policy 1, which this review was scheduled under." in page
        split = text_of(world.browser("dora").get(f"/desk/reviews/{places.reviews['split']}/adjudicate"))
        assert "Mostly true: what matters of it came about" in split


def test_forms_show_the_terms_that_apply(world: World) -> None:
    """Recording and snoozing use the policy in force, amending the claim's own."""
    places, ada = world.places, world.browser("ada")

    def bases(address: str) -> str:
        return next(
            e.text for e in Markup.of(ada.get(address).text).all("option") if e.attributes["value"] == "default"
        )

    record = f"/desk/documents/{places.cast.document}/claims/new"
    assert bases(record) == "No date: 18 months after it was said"
    assert bases(f"/desk/claims/{places.claims['usual']}/amend") == "No date: 12 months after it was said"
    with undone(world), world.app.extensions["ledger.sessions"]() as session:
        terms = policy_terms(longest_snooze_days=40, yardstick="PHIA", default_horizon_months=1)
        adopt_policy(session, now=NOW, by=places.cast.admin.actor, terms=terms, reason="So.")
        assert bases(record) == "No date: 1 month after it was said"
        groups = Markup.of(ada.get(record).text).all("optgroup")
        assert groups[0].attributes["label"].startswith("PHIA")
        snooze = f"/desk/reviews/{places.reviews['due']}/snooze"
        assert "at most 40 days from now" in text_of(world.browser("ben").get(snooze))
        refused = world.browser("ben").submit(snooze, until="2027-01-02", reason="Too early.")
        assert "Choose a day up to 2027-01-01" in at(refused.text, "until")


def test_a_cached_page_is_outdated_by_an_adoption(own_world: World) -> None:
    """An adoption is a journal entry, so the ETag changes."""
    browser = own_world.browser()
    kept = browser.get("/claimants")
    assert browser.get("/claimants", headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304
    with own_world.sessions() as session:
        terms = replace(policy_terms(), smallest_n=1)
        adopt_policy(session, now=NOW, by=own_world.places.cast.admin.actor, terms=terms, reason="So.")
    again = browser.get("/claimants", headers={"If-None-Match": kept.headers["ETag"]})
    assert again.status_code == 200 and "fewer than 1 scored" in text_of(again)
    assert again.text.count('class="few"') < kept.text.count('class="few"')  # only those without a score
