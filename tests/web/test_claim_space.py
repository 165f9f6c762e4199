"""Arbitrary claims through the real form: the input is in the tables, the journal, the JSON, and the form again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import claimant_terms, document_terms
from support.forms import undone
from support.pages import Browser, PageForm, forms_in, forms_of, text_of
from support.samples.claims import claims, forecasts
from support.world import NOW, World
from wtforms import RadioField

from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import ClaimTerms, HorizonBasis
from ledger.domain.confidence import Confidence, ConfidenceKind, NumberSource, typed_probability
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality
from ledger.domain.name_lists import join_names
from ledger.domain.option_probabilities import typed_shares
from ledger.domain.passages import Passage, sentences, words_hash
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import ClaimRecorded, ForecastRecorded
from ledger.journal.read import read_entry
from ledger.services.claimants import register_claimant
from ledger.services.claims.amend import terms_of
from ledger.services.claims.entries import claim_fields
from ledger.services.claims.lookup import find_claim
from ledger.services.documents import register_document, store_text
from ledger.store.claims import Forecast, ForecastClaimant
from ledger.web.desk.claim_forms import ClaimForm, RecordForm, claim_data

TEXT = "The army may come. It will not stay. Nobody doubts it.\n\nIt is likely. So they say."
# Names that contain separators of a list.
NAMES = ("Paula P. Pundit", "Smith; Sons", "“So-called”, Inc.", '"The Old" Guard', 'One "and" Two; Three', "7")
PASSAGES = [
    Passage(n, first, last, words_hash(" ".join(sentences(paragraph)[first - 1 : last])))
    for n, paragraph in enumerate(filter(None, TEXT.split("\n")), 1)
    for first in range(1, len(sentences(paragraph)) + 1)
    for last in range(first, len(sentences(paragraph)) + 1)
]
HOLDS = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@dataclass
class Place:
    """The documents, wholes and claimants that the claims can have, by number, with names."""

    world: World
    ada: Browser
    document: int
    claimants: dict[int, str]
    wholes: tuple[int, ...]


@pytest.fixture(scope="module")
def place(world: World) -> Place:
    by = world.places.cast.ada.actor
    with world.sessions() as session:
        numbers = {register_claimant(session, now=NOW, by=by, terms=claimant_terms(name=name)): name for name in NAMES}
        document = register_document(session, now=NOW, by=by, terms=document_terms(authors=NAMES[:2]))
        store_text(session, now=NOW, by=by, document=document, text=TEXT)
    wholes = (world.places.claims["whole"], world.places.claims["true"])
    return Place(world, world.browser("ada"), document, numbers, wholes)


@contextmanager
def session_of(world: World) -> Iterator[Session]:
    """A session that sees what the app wrote, even inside a transaction that is undone."""
    with world.app.extensions["ledger.sessions"]() as session:
        yield session


def typed_claim(world: World, terms: ClaimTerms) -> dict[str, list[str]]:
    """The data that a browser sends for the claim's fields, filled from `claim_data`."""
    data = claim_data(terms)
    with world.app.test_request_context():
        form = RecordForm(**data)
        drawn = [box for name in data for box in (form[name] if isinstance(form[name], RadioField) else [form[name]])]
        [shown] = forms_in(f"<form method=post>{''.join(str(one()) for one in drawn)}</form>")
    return sent(shown)


def typed_forecast(terms: ForecastTerms, shape: Shape, names: dict[int, str]) -> dict[str, str]:
    """The input for a forecast."""
    sure, where = terms.confidence, terms.passage
    kinds = {kind: sure.kind is kind for kind in ConfidenceKind}
    low, high = (None if end is None else typed_probability(end) for end in (sure.low, sure.high))
    return {
        "speaker": join_names([names[number] for number in terms.claimants], ";"),
        "register_as": "",
        "attribution": terms.attribution.value,
        "made_on": str(terms.made_on),
        "modality": terms.modality.value,
        "option": "" if terms.option is None else shape.options[terms.option - 1],
        "shares": typed_shares(terms.shares),
        "hedge": terms.hedge,
        "locator": terms.locator,
        "paragraph": str(where.paragraph) if where else "",
        "first_sentence": str(where.first) if where else "",
        "last_sentence": str(where.last) if where else "",
        "confidence": sure.kind.value,
        "term": f"{sure.yardstick}|{sure.term}" if kinds[ConfidenceKind.VERBAL] else "",
        "point": low or "" if kinds[ConfidenceKind.POINT] else "",
        "low": low or "" if kinds[ConfidenceKind.RANGE] else "",
        "high": high or "" if kinds[ConfidenceKind.RANGE] else "",
        "reading": terms.reading.value,
        "note": terms.note,
    }


def sent(form: PageForm) -> dict[str, list[str]]:
    """The data of a form as browsers send it, with CR LF line ends."""
    return {name: [as_sent(value) for value in values] for name, values in form.filled().items()}


def as_sent(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def claim_in(data: dict[str, Any]) -> ClaimTerms:
    """The terms of a claim, read from its JSON."""
    line, shape = data["claim"], data["shape"]
    texts = {item.name: data[item.name] for item in fields(ClaimTerms) if item.type == "str" and item.name in data}
    return ClaimTerms(
        **texts,
        statement=line["statement"],
        topics=tuple(topic["name"] for topic in line["topics"]),
        horizon=PartialDate.parse(line["horizon"]) if line["horizon"] else None,
        horizon_basis=HorizonBasis(line["horizon_basis"]),
        condition=line["condition"],
        shape=Shape(
            ClaimKind(shape["kind"]),
            shape["baseline"],
            shape["metric"],
            Bounds(**shape["bounds"]),
            shape["unit"],
            tuple(shape["options"]),
            shape["ordered"],
        ),
        whole=data["whole"]["id"] if data["whole"] else None,
        judged_from=JudgedFrom(data["judged_from"]),
        checkability=Checkability(data["checkability"]),
        base_rate=BaseRate(**data["base_rate"]),
    )


def forecast_in(said: dict[str, Any], options: tuple[str, ...]) -> ForecastTerms:
    """The terms of a forecast, read from its claim's JSON."""
    return ForecastTerms(
        claimants=tuple(sorted(claimant["key"] for claimant in said["claimants"])),
        document=said["document"]["key"],
        made_on=PartialDate.parse(said["made_on"]),
        modality=Modality(said["modality"]),
        confidence=Confidence(**{**said["confidence"], "kind": ConfidenceKind(said["confidence"]["kind"])}),
        reading=NumberSource(said["reading"]),
        attribution=Attribution(said["attribution"]),
        hedge=said["hedge"],
        locator=said["locator"],
        note=said["note"],
        passage=Passage(**said["passage"]) if said["passage"] else None,
        option=options.index(said["option"]) + 1 if said["option"] else None,
        shares=tuple(said["shares"]),
    )


@HOLDS
@given(data=st.data())
def test_a_claim_goes_through_the_form_and_comes_back(place: Place, data: st.DataObject) -> None:
    world, ada = place.world, place.ada
    claim = data.draw(claims(place.wholes))
    said = data.draw(forecasts(place.document, [*place.claimants], claim.shape, st.sampled_from(PASSAGES)))
    page = f"/desk/documents/{place.document}/claims/new"
    typed = {name: as_sent(value) for name, value in typed_forecast(said, claim.shape, place.claimants).items()}
    with undone(world) as size:
        token = forms_of(ada.get(page))[-1].filled()["csrf_token"]
        answer = ada.post(page, data={**typed_claim(world, claim), **typed, "csrf_token": token, "all_the_same": "y"})
        assert answer.status_code == 303, text_of(answer)
        number = int(str(answer.location).rpartition("/")[2])
        claim, said = claim.normal, said.normal

        with session_of(world) as session:
            assert terms_of(session, find_claim(session, number)) == claim
            row = session.scalars(select(Forecast).where(Forecast.claim_id == number)).one()
            by = session.scalars(select(ForecastClaimant.claimant_id).where(ForecastClaimant.forecast_id == row.id))
            assert row.terms(tuple(sorted(by))) == said
            assert read_entry(session, number) == ClaimRecorded(**claim_fields(claim), by=world.places.cast.ada.actor)
            assert isinstance(read_entry(session, row.id), ForecastRecorded)

        told = json.loads(ada.get(f"/claims/{number}.json").text)["data"]
        assert claim_in(told) == claim
        assert [forecast_in(one, claim.shape.options) for one in told["forecasts"]] == [said]
        assert ada.get(f"/claims/{number}").status_code == 200

        [form] = [form for form in forms_of(ada.get(f"/desk/claims/{number}/amend")) if "statement" in form.names]
        with world.app.test_request_context(method="POST", data=sent(form)):
            assert ClaimForm().claim_terms().normal == claim
        before = size()
        again = ada.post(f"/desk/claims/{number}/amend", data=sent(form))
        assert again.status_code == 422 and "Nothing is changed yet." in text_of(again)
        assert size() == before
