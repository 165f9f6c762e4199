"""Evidence attached to several claims, corrected and retracted: how it is shown, and who may do it."""

from __future__ import annotations

import json

from sqlalchemy import select
from support.forms import EVIDENCE, FORMS, undone
from support.pages import text_of
from support.world import NOW, World

from ledger.services.evidence import attach_evidence
from ledger.store.claims import Evidence


def test_evidence_is_attached_to_other_claims_too(world: World) -> None:
    places = world.places
    other, third = places.claims["due"], places.claims["bare"]
    with undone(world):
        fields = {"also_1": other, "also_stance_1": "contradicts", "also_3": third, "also_stance_3": "context"}
        response = world.browser("ada").submit(FORMS["evidence"].address(world), **{**EVIDENCE, **fields})
        assert response.status_code == 303
        for claim, stance in ((places.claims["open"], "supports"), (other, "contradicts"), (third, "context")):
            lines = json.loads(world.browser().get(f"/claims/{claim}.json").text)["data"]["evidence"]
            assert [line["stance"] for line in lines if line["summary"] == EVIDENCE["summary"]] == [stance]


def test_an_invalid_row_has_a_message_at_its_field(world: World) -> None:
    places = world.places
    cases = {
        "also_1": ({"also_1": "many"}, "Write a whole number"),
        "also_2": ({"also_2": 2_000_000, "also_stance_2": "context"}, "There is no claim 2000000."),
        "also_3": ({"also_3": places.claims["open"], "also_stance_3": "context"}, "has this evidence already"),
        "also_stance_1": ({"also_1": places.claims["due"]}, "Say whether it supports or contradicts claim"),
    }
    for field, (changes, said) in cases.items():
        with undone(world) as size:
            before = size()
            form = FORMS["evidence"].address(world)
            response = world.browser("ada").submit(form, **{**EVIDENCE, **changes})
            assert response.status_code == 422 and size() == before
            assert said in response.text.split(f'id="{field}-error"')[1].split("</p>")[0], field
    lonely = world.browser("ada").submit(FORMS["evidence"].address(world), **EVIDENCE, **{"also_stance_2": "context"})
    assert lonely.status_code == 422 and 'id="also_2-error"' in lonely.text


def test_corrected_and_retracted_evidence_says_so(world: World) -> None:
    page = world.browser().get(f"/claims/{world.places.claims['open']}")
    words = text_of(page)
    assert "As the agency put it right." in words and "corrected (entry" in words
    with world.sessions() as session:
        gone = session.get_one(Evidence, world.places.evidence["withdrawn"])
    assert f"<s>{gone.summary}</s>" in page.text
    assert f"Retracted (entry {gone.retracted}): It was a forgery." in words
    assert "Correct or retract" not in words
    assert "Correct or retract" in text_of(world.browser("ben").get(page.request.path))


def test_only_who_attached_it_and_editors_retract(world: World) -> None:
    address = FORMS["retract"].address(world)
    refused = world.browser("ben").get(address)
    assert refused.status_code == 403 and "by whoever attached it, or by an editor" in text_of(refused)
    assert address not in world.browser("ben").get(FORMS["correct"].address(world)).text
    for who in ("ada", "dora"):
        assert address in world.browser(who).get(FORMS["correct"].address(world)).text
        with undone(world):
            assert world.browser(who).submit(address, reason="Forged.").status_code == 303


def test_during_a_review_evidence_is_neither_changed_nor_revealed(world: World) -> None:
    """The form would show the stance of evidence that an assigned reviewer added."""
    for act, who in (("correct", "cleo"), ("correct", "dora"), ("retract", "dora")):
        response = world.browser(who).get(f"/desk/evidence/{world.places.evidence['hidden']}/{act}")
        assert response.status_code == 422 and "Reviewers have already assessed this claim" in text_of(response)
        assert 'name="stance"' not in response.text


def test_a_correction_to_an_existing_address_is_refused(world: World) -> None:
    with world.sessions() as session:
        other = session.get_one(Evidence, world.places.evidence["mended"])
    with undone(world) as size:
        before = size()
        form = FORMS["correct"]
        response = world.browser("ben").submit(form.address(world), **{**form.fields(world), "url": other.url})
        assert response.status_code == 422 and size() == before
        assert "has this address already" in response.text.split('id="url-error"')[1].split("</p>")[0]


def test_a_correction_keeps_the_file_and_a_stale_one_is_stopped(own_world: World) -> None:
    filed = own_world.places.evidence["filed"]
    address = f"/desk/evidence/{filed}/correct"
    browser = own_world.browser("ben")
    page = browser.get(address)
    with own_world.sessions() as session:
        from support.cast import evidence_terms

        claim = own_world.places.claims["open"]
        attach_evidence(session, now=NOW, by=own_world.places.cast.ada.actor, claim=claim, terms=evidence_terms())
    stale = browser.submit(page, summary="Put right.", reason="It was misread.")
    assert stale.status_code == 422 and "changed while you were writing" in text_of(stale)
    assert browser.submit(stale, summary="Put right.", reason="It was misread.").status_code == 303
    with own_world.sessions() as session:
        kept = session.scalars(select(Evidence).where(Evidence.id == filed)).one()
        assert (kept.summary, kept.file_name) == ("Put right.", "what was seen.txt")
    assert own_world.browser().get(f"/evidence/{filed}/file").status_code == 200


def test_retracted_evidence_can_be_attached_again(world: World) -> None:
    with world.sessions() as session:
        gone = session.get_one(Evidence, world.places.evidence["withdrawn"])
    with undone(world) as size:
        before = size()
        form = FORMS["evidence"].address(world)
        response = world.browser("ada").submit(form, **{**EVIDENCE, "url": gone.url, "summary": gone.summary})
        assert response.status_code == 303 and size() > before


def test_retracted_evidence_leads_back_to_its_claim(world: World) -> None:
    for act in ("correct", "retract"):
        response = world.browser("ada").get(f"/desk/evidence/{world.places.evidence['withdrawn']}/{act}")
        assert response.status_code == 303
        assert str(response.location).startswith(f"/claims/{world.places.claims['open']}")
