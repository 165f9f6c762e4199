"""Acting on several claims: they are ticked, the results are previewed, and then all or none are changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import evidence_terms
from support.forms import HOSTILE, undone
from support.pages import forms_of, text_of
from support.sweeps import Markup
from support.world import NOW, World

from ledger.domain.claims import ClaimState
from ledger.services.claims.bulk import MOST_AT_ONCE
from ledger.services.evidence import attach_evidence
from ledger.store.claims import Claim, Topic


def session_of(world: World) -> Session:
    """A session inside the transaction that is undone."""
    found = world.app.extensions["ledger.sessions"]()
    assert isinstance(found, Session)
    return found


def preview_address(world: World, act: str, *words: str, **more: str) -> str:
    """The address of the preview for these claims."""
    claims = "".join(f"&claim={world.places.claims[word]}" for word in words)
    return f"/desk/claims/bulk?act={act}{claims}" + "".join(f"&{name}={value}" for name, value in more.items())


def ticked(page: Markup) -> list[str]:
    return [
        e.attributes["value"]
        for e in page.all("input")
        if e.attributes.get("name") == "claim" and "checked" in e.attributes
    ]


def test_claims_are_ticked_shown_and_filed_under_a_topic(world: World) -> None:
    with undone(world) as size:
        ada = world.browser("ada")
        claims = [world.places.claims[word] for word in ("open", "bare")]
        listed = ada.get("/desk/claims?q=city")
        [form] = [form for form in forms_of(listed) if "claim" in form.names]
        asked = ada.get(
            "/desk/claims",
            query_string=form.filled(claim=claims, topics='Bridges, "Aleppo, Syria"') | {"act": "add_topics"},
        )
        assert asked.status_code == 303 and "q=city" in str(asked.location)
        before = size()
        shown = ada.get(str(asked.location))
        assert "2 of 2 claims can be changed" in text_of(shown) and size() == before
        done = ada.submit(shown, reason="They are about bridges.")
        assert done.status_code == 303
        assert "2 claims are added to the topics." in text_of(ada.get(str(done.location)))
        with session_of(world) as session:
            filed = session.scalars(select(Topic.claim_id).where(Topic.slug.in_(["bridges", "aleppo-syria"])))
            assert sorted(filed) == sorted(claims * 2)


def test_ticks_and_topics_stay_where_something_is_missing(world: World) -> None:
    ada = world.browser("ada")
    claim = world.places.claims["open"]
    none = ada.get("/desk/claims?act=withdraw&q=city")
    assert none.status_code == 422 and "Tick at least one claim." in text_of(none)
    assert "claim-error" in none.text and 'href="#claim-0"' in none.text and 'id="claim-0"' in none.text
    no_topic = ada.get(f"/desk/claims?act=add_topics&claim={claim}")
    assert no_topic.status_code == 422 and "Name the topics to add or to remove." in text_of(no_topic)
    assert ticked(Markup.of(no_topic.text)) == [str(claim)]
    long = ada.get(f"/desk/claims?act=add_topics&claim={claim}&topics={'b' * 100}")
    assert long.status_code == 422 and "b" * 100 in long.text
    # A ticked claim that the list no longer shows stays chosen.
    elsewhere = ada.get(f"/desk/claims?act=add_topics&claim={claim}&q=nothingofthekind")
    assert ticked(Markup.of(elsewhere.text)) == [str(claim)]


def test_all_on_a_page_are_ticked_without_a_script(world: World) -> None:
    page = Markup.of(world.browser("ada").get("/desk/claims?q=city").text)
    [link] = [a.attributes["href"] for a in page.all("a") if a.text.startswith("Tick all")]
    assert ticked(page) == []
    boxes = [e for e in page.all("input") if e.attributes.get("name") == "claim"]
    assert len(ticked(Markup.of(world.browser("ada").get(link).text))) == len(boxes) > 3


def test_skipped_claims_are_named_with_a_reason_and_the_rest_is_done(world: World) -> None:
    with undone(world):
        ada = world.browser("ada")
        shown = ada.get(preview_address(world, "withdraw", "bare", "true", "withdrawn") + "&claim=999999")
        text = text_of(shown)
        assert "1 of 4 claims can be changed; 3 cannot" in text
        for why in ("This claim has a verdict", "It is withdrawn already.", "There is no such claim."):
            assert f"Left out: {why}" in text
        assert ada.submit(shown, reason="It was no forecast.").status_code == 303
        with session_of(world) as session:
            assert session.get_one(Claim, world.places.claims["bare"]).state is ClaimState.WITHDRAWN
            assert session.get_one(Claim, world.places.claims["true"]).state is ClaimState.RESOLVED


def test_only_an_editor_is_offered_to_declare_void(world: World) -> None:
    def offered(who: str) -> bool:
        return any(
            b.attributes.get("value") == "void"
            for b in Markup.of(world.browser(who).get("/desk/claims").text).all("button")
        )

    assert offered("dora") and not offered("ada")
    refused = world.browser("ada").get(preview_address(world, "void", "true"))
    assert "A claim is declared void by an editor." in text_of(refused)
    assert not [form for form in forms_of(refused) if "reason" in form.names]
    with undone(world):
        dora = world.browser("dora")
        assert dora.submit(preview_address(world, "void", "true"), reason="The report was forged.").status_code == 303


def test_a_claim_changed_meanwhile_stops_all_and_a_second_click_does_it(world: World) -> None:
    with undone(world) as size:
        ada = world.browser("ada")
        shown = ada.get(preview_address(world, "withdraw", "bare", "open"))
        with session_of(world) as session:
            terms = evidence_terms()
            attach_evidence(
                session, now=NOW, by=world.places.cast.ada.actor, claim=world.places.claims["bare"], terms=terms
            )
        before = size()
        refused = ada.submit(shown, reason="They were no forecasts.")
        assert refused.status_code == 422 and size() == before
        assert f"Claim {world.places.claims['bare']} changed meanwhile" in text_of(refused)
        assert "They were no forecasts." in refused.text
        assert ada.submit(refused, reason="They were no forecasts.").status_code == 303


def test_the_choice_survives_a_sign_in_and_replaces_an_older_draft(world: World) -> None:
    with undone(world):
        ada = world.browser("ada")
        shown = ada.get(preview_address(world, "withdraw", "bare"))
        [form] = [form for form in forms_of(shown) if "reason" in form.names]
        assert (
            ada.post("/desk/claims/bulk", data=form.filled(reason="Half a") | {"keep_draft": "draft"}).status_code
            == 303
        )
        back = ada.get("/desk/claims/bulk")
        assert "1 of 1 claim can be changed" in text_of(back) and "Half a" in back.text
        other = ada.get(preview_address(world, "withdraw", "open"))
        [form] = [form for form in forms_of(other) if "reason" in form.names]
        assert form.filled()["claims"] == [str(world.places.claims["open"])]


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_in_the_address_breaks_the_pages(world: World, name: str) -> None:
    ada = world.browser("ada")
    value = HOSTILE[name][:100_000]
    claim = str(world.places.claims["open"])
    for query in (
        {"act": value, "claim": claim},
        {"act": "add_topics", "claim": value, "topics": "a"},
        {"act": "add_topics", "claim": claim, "topics": value},
        {"act": "withdraw", "claim": [claim] * 300 + [value]},
    ):
        for address in ("/desk/claims", "/desk/claims/bulk"):
            assert ada.get(address, query_string=query).status_code in (200, 303, 422), (address, query)
    assert "<script>alert" not in ada.get("/desk/claims", query_string={"topics": value, "act": "add_topics"}).text


def test_too_many_claims_are_refused(world: World) -> None:
    ada = world.browser("ada")
    many = [str(number) for number in range(1, MOST_AT_ONCE + 2)]
    answer = ada.get("/desk/claims", query_string={"act": "withdraw", "claim": many})
    assert answer.status_code == 422
    with undone(world):
        shown = ada.get("/desk/claims/bulk", query_string={"act": "withdraw", "claim": many})
        assert "what to do with them first" in text_of(shown)


def test_a_second_click_is_no_error_and_an_unknown_act_is_refused(world: World) -> None:
    with undone(world) as size:
        ada = world.browser("ada")
        [form] = [f for f in forms_of(ada.get(preview_address(world, "withdraw", "bare"))) if "reason" in f.names]
        data = form.filled(reason="It was no forecast.")
        assert ada.post("/desk/claims/bulk", data=data | {"act": "explode"}).status_code == 422
        assert ada.post("/desk/claims/bulk", data=data).status_code == 303
        once = size()
        again = ada.post("/desk/claims/bulk", data=data)
        assert again.status_code == 303 and size() == once
        assert "This is done already" in text_of(ada.get(str(again.location)))
