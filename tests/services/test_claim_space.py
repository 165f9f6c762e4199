"""Generated claims: valid ones come back unchanged from the record; invalid ones are refused and leave no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.acts import Acts
from support.samples.claims import claims, forecasts

from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import ClaimTerms, HorizonBasis, claim_problems
from ledger.domain.confidence import Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Refused
from ledger.domain.forecasts import Modality
from ledger.domain.passages import Passage
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import ClaimRecorded, ForecastRecorded
from ledger.journal.read import read_entry, read_head
from ledger.services.claims.amend import terms_of
from ledger.services.claims.entries import claim_fields
from ledger.services.claims.record import record_claim
from ledger.store.claims import Claim, Forecast

# Changes that make a valid claim invalid, by the field at which the problem must be reported.
BROKEN: dict[str, Callable[[ClaimTerms], ClaimTerms]] = {
    **{item.name: partial(replace, **{item.name: "\x00"}) for item in fields(ClaimTerms) if item.type == "str"},
    "statement": lambda claim: replace(claim, statement=""),
    "criteria": lambda claim: replace(claim, criteria="\x00"),
    "topics": lambda claim: replace(claim, topics=("Same", "same ")),
    "horizon": lambda claim: replace(claim, horizon=None, horizon_basis=HorizonBasis.STATED),
    "horizon_basis": lambda claim: replace(claim, horizon=PartialDate(2100), horizon_basis=HorizonBasis.DEFAULT),
    "horizon_note": lambda claim: replace(claim, horizon_note="x" * 2_001),
    "condition": lambda claim: replace(claim, condition="two\nlines"),
    "whole": lambda claim: replace(claim, whole=10**6),
    "judged_from": lambda claim: replace(
        claim, shape=Shape(ClaimKind.CHOICE, options=("a", "b")), judged_from=JudgedFrom.ANY
    ),
    "checkability_reason": lambda claim: replace(claim, checkability=Checkability.TOO_VAGUE, checkability_reason=""),
    "base_rate": lambda claim: replace(claim, base_rate=BaseRate(0.1234567, "x")),
    "base_rate_note": lambda claim: replace(claim, base_rate=BaseRate(0.5)),
    "baseline": lambda claim: replace(claim, shape=Shape(ClaimKind.CONTINUES)),
    "metric": lambda claim: replace(claim, shape=Shape(ClaimKind.COMPARES, baseline="x")),
    "unit": lambda claim: replace(claim, shape=Shape(ClaimKind.QUANTITY, bounds=Bounds(1.0))),
    "low_bound": lambda claim: replace(claim, shape=Shape(ClaimKind.QUANTITY, bounds=Bounds(1e300), unit="x")),
    "high_bound": lambda claim: replace(claim, shape=Shape(ClaimKind.QUANTITY, bounds=Bounds(2.0, 1.0), unit="x")),
    "options": lambda claim: replace(claim, shape=Shape(ClaimKind.CHOICE, options=("a", "A"))),
    "speaker": lambda claim: claim,  # for forecasts, below
    "made_on": lambda claim: claim,
    "passage": lambda claim: claim,
    "option": lambda claim: claim,
    "hedge": lambda claim: claim,
    "locator": lambda claim: claim,
    "note": lambda claim: claim,
    "confidence": lambda claim: claim,
    "reading": lambda claim: claim,
    "shares": lambda claim: replace(
        claim, shape=Shape(ClaimKind.CHOICE, options=("a", "b")), judged_from=JudgedFrom.ITSELF
    ),
}
BROKEN_FORECASTS: dict[str, dict[str, Any]] = {
    "speaker": {"claimants": (10**6,)},
    "made_on": {"made_on": PartialDate(2190)},
    "passage": {"passage": Passage(1, 1, 2**40, "0" * 64)},
    "option": {"option": 99, "shares": ()},
    "hedge": {"hedge": "two\nlines"},
    "locator": {"locator": "\ud800"},
    "note": {"note": "\u202e"},
    "confidence": {"modality": Modality.NUMBER, "confidence": Confidence.none(), "option": None, "shares": ()},
    "reading": {"modality": Modality.COULD, "confidence": Confidence.point(0.5), "reading": NumberSource.SPEAKER},
    "shares": {"option": None, "shares": (0.5, 0.6), "confidence": Confidence.none()},
}
HOLDS = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def test_every_field_of_a_claim_can_be_broken() -> None:
    """Canary: a new field of claims needs an invalid value here."""
    covered = set(BROKEN) | {"topics", "shape", "base_rate", "checkability"}
    assert {field.name for field in fields(ClaimTerms)} <= covered
    names = set(claim_fields(ClaimTerms("x", "x"))) - {"claim_kind", "low_strict", "high_strict", "ordered"}
    assert names <= covered


@HOLDS
@given(data=st.data())
def test_a_valid_claim_comes_back_unchanged(acts: Acts, data: st.DataObject) -> None:
    claim = data.draw(claims(acts.cast.noise.claims))
    claimants = [acts.cast.claimant, *acts.cast.noise.claimants]
    forecast = data.draw(forecasts(acts.cast.document, claimants, claim.shape))
    try:
        number = record_claim(acts.session, now=acts.now, by=acts.cast.ada.actor, claim=claim, forecast=forecast)
    except AlreadyRecorded as known:
        assert acts.claim(known.number).fingerprint == claim.fingerprint
        return
    acts.session.expire_all()
    claim, forecast = claim.normal, forecast.normal
    assert (claim.normal, forecast.normal) == (claim, forecast)
    assert terms_of(acts.session, acts.claim(number)) == claim
    row = acts.session.query(Forecast).where(Forecast.claim_id == number).one()
    assert row.terms(forecast.claimants) == forecast
    entry, said = read_entry(acts.session, number), read_entry(acts.session, row.id)
    assert isinstance(entry, ClaimRecorded) and isinstance(said, ForecastRecorded)
    assert entry == ClaimRecorded(**claim_fields(claim), by=acts.cast.ada.actor)
    assert (said.shares, said.low, said.high) == (forecast.shares, forecast.confidence.low, forecast.confidence.high)


@HOLDS
@given(data=st.data(), field=st.sampled_from([*BROKEN]))
def test_an_invalid_claim_is_refused_at_its_field(acts: Acts, data: st.DataObject, field: str) -> None:
    whole = data.draw(claims())
    claim = BROKEN[field](whole)
    forecast = data.draw(
        forecasts(acts.cast.document, [acts.cast.claimant], claim.shape if field != "judged_from" else Shape())
    )
    forecast = replace(forecast, **BROKEN_FORECASTS.get(field, {}))
    before = read_head(acts.session)
    with pytest.raises(Refused) as refusal:
        record_claim(acts.session, now=acts.now, by=acts.cast.ada.actor, claim=claim, forecast=forecast)
    at = {problem.field for problem in refusal.value.problems}
    assert field in at
    assert at <= set(BROKEN)
    assert all(problem.message for problem in refusal.value.problems)
    assert read_head(acts.session) == before
    assert acts.session.query(Claim).where(Claim.id > before.size).count() == 0
    assert claim_problems(whole.normal) == []
