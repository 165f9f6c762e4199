"""The whole space of claims: what is valid comes back from the record as it went in; what is not leaves no trace."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import pytest
from acts import Acts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.domain.boldness import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claims import ClaimTerms, HorizonBasis, claim_problems
from ledger.domain.confidence import Confidence, Reading
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality
from ledger.domain.kinds import LARGEST_QUANTITY, Bounds, ClaimKind, Shape
from ledger.domain.passages import LARGEST_PLACE, Passage
from ledger.domain.problems import AlreadyRecorded, Refused
from ledger.domain.prose import fingerprint, slug
from ledger.domain.wholes import JudgedFrom
from ledger.domain.yardsticks import YARDSTICKS
from ledger.journal.entries import ClaimRecorded, ForecastRecorded
from ledger.journal.reading import read_entry, read_head
from ledger.services.amending import terms_of
from ledger.services.entering import claim_fields
from ledger.services.recording import record_claim
from ledger.store.claims import Claim, Forecast

# Lines of any script, with what databases, JSON and addresses stumble over; and nothing invisible.
letters = st.sampled_from("aZß9'\"\\%_&<>{}[]|,;:—…“”éÀñمحمدア戦🔥 \u200e\u200f\u00a0\ufeff" + string.punctuation)
line = st.text(letters, min_size=1, max_size=30)
lines = st.text(letters | st.sampled_from("\n\t"), min_size=1, max_size=60)
dates = st.builds(PartialDate, st.integers(1900, 2015), st.none() | st.integers(1, 12)) | st.builds(
    PartialDate, st.integers(1900, 2015), st.integers(1, 12), st.integers(1, 28)
)
later = st.builds(PartialDate, st.integers(2016, 2200), st.none() | st.integers(1, 12))
amounts = st.floats(-LARGEST_QUANTITY, LARGEST_QUANTITY) | st.integers(-(10**15), 10**15).map(float)
millionths = st.integers(0, 10**6).map(lambda n: n / 10**6)
options = st.lists(line.filter(str.strip), min_size=2, max_size=12, unique_by=lambda text: fingerprint(text)).map(tuple)


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    low, high = draw(st.tuples(amounts, amounts).map(sorted).filter(lambda ends: ends[0] < ends[1]))
    ends = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
    return Bounds(*ends, draw(st.booleans()), draw(st.booleans()))


shapes = st.one_of(
    st.just(Shape()),
    st.builds(Shape, st.just(ClaimKind.CONTINUES), baseline=line),
    st.builds(Shape, st.just(ClaimKind.COMPARES), baseline=line, metric=line, unit=st.just("") | line),
    st.builds(Shape, st.just(ClaimKind.QUANTITY), bounds=bounds(), unit=line),
    st.builds(Shape, st.just(ClaimKind.CHOICE), options=options, ordered=st.booleans()),
)
topics = st.lists(line.filter(str.strip), max_size=5, unique_by=slug).map(tuple)
base_rates = st.just(BaseRate()) | st.builds(BaseRate, millionths, lines)


@st.composite
def claims(draw: st.DrawFn) -> ClaimTerms:
    """Any valid claim that is no part of another."""
    shape = draw(shapes)
    horizon = draw(st.none() | later)
    checkability = draw(st.sampled_from(Checkability))
    checkable = checkability is Checkability.CHECKABLE
    given_bases = [basis for basis in HorizonBasis if basis is not HorizonBasis.DEFAULT]
    return ClaimTerms(
        statement=draw(line),
        criteria=draw(lines),
        topics=draw(topics),
        horizon=horizon,
        horizon_basis=draw(st.sampled_from(given_bases)) if horizon else HorizonBasis.DEFAULT,
        horizon_note=draw(st.just("") | lines),
        condition=draw(st.just("") | line),
        shape=shape,
        judged_from=JudgedFrom.ITSELF if shape.kind is ClaimKind.CHOICE else draw(st.sampled_from(JudgedFrom)),
        checkability=checkability,
        checkability_reason=draw(st.just("") | lines) if checkable else draw(lines),
        base_rate=draw(base_rates),
    )


verbal = st.sampled_from([Confidence.verbal(y.key, term) for y in YARDSTICKS.values() for term, _, _ in y.terms])
numbers = millionths.map(Confidence.point) | st.tuples(millionths, millionths).map(
    lambda ends: Confidence.between(min(ends), max(ends))
)
places = st.integers(1, LARGEST_PLACE)
passages = st.builds(
    lambda paragraph, ends, sha: Passage(paragraph, min(ends), max(ends), sha),
    places,
    st.tuples(places, places),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)


@st.composite
def forecasts(draw: st.DrawFn, document: int, claimants: list[int], shape: Shape) -> ForecastTerms:
    """Any valid forecast on a claim of this shape."""
    modality = draw(st.sampled_from(Modality))
    confidence = draw(numbers if modality is Modality.NUMBER else numbers | verbal | st.just(Confidence.none()))
    option, shares = None, ()
    if shape.kind is ClaimKind.CHOICE:
        option = draw(st.integers(1, len(shape.options)))
        if draw(st.booleans()):
            cuts = sorted(
                draw(st.lists(st.integers(0, 10**6), min_size=option_count(shape), max_size=option_count(shape)))
            )
            ends = [0, *cuts, 10**6]
            option, shares = None, tuple((b - a) / 10**6 for a, b in pairwise(ends))
            confidence = Confidence.none()
    return ForecastTerms(
        claimants=tuple(sorted(draw(st.sets(st.sampled_from(claimants), min_size=1)))),
        document=document,
        made_on=draw(dates),
        modality=modality,
        confidence=confidence,
        reading=Reading.OURS if modality is Modality.COULD else draw(st.sampled_from(Reading)),
        attribution=draw(st.sampled_from(Attribution)),
        hedge=draw(st.just("") | line),
        locator=draw(st.just("") | line),
        note=draw(lines) if modality is Modality.COULD else draw(st.just("") | lines),
        passage=draw(st.none() | passages),
        option=option,
        shares=shares,
    )


def option_count(shape: Shape) -> int:
    """How many cuts part a whole among the options."""
    return len(shape.options) - 1


# What breaks a valid claim, and the field at which that must be said.
BROKEN: dict[str, Callable[[ClaimTerms], ClaimTerms]] = {
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
    "base_rate": lambda claim: replace(claim, base_rate=BaseRate(float("nan"), "x")),
    "base_rate_note": lambda claim: replace(claim, base_rate=BaseRate(0.5)),
    "baseline": lambda claim: replace(claim, shape=Shape(ClaimKind.CONTINUES)),
    "metric": lambda claim: replace(claim, shape=Shape(ClaimKind.COMPARES, baseline="x")),
    "unit": lambda claim: replace(claim, shape=Shape(ClaimKind.QUANTITY, bounds=Bounds(1.0))),
    "low_bound": lambda claim: replace(claim, shape=Shape(ClaimKind.QUANTITY, bounds=Bounds(1e300), unit="x")),
    "high_bound": lambda claim: replace(claim, shape=Shape(ClaimKind.QUANTITY, bounds=Bounds(2.0, 1.0), unit="x")),
    "options": lambda claim: replace(claim, shape=Shape(ClaimKind.CHOICE, options=("a", "A"))),
    "speaker": lambda claim: claim,  # of forecasts, below
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
    "reading": {"modality": Modality.COULD, "confidence": Confidence.point(0.5), "reading": Reading.SPEAKER},
    "shares": {"option": None, "shares": (0.5, 0.6), "confidence": Confidence.none()},
}
HOLDS = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def test_every_field_of_a_claim_can_be_broken() -> None:
    """Canary: whoever adds a field to claims says here how it goes wrong."""
    covered = set(BROKEN) | {"topics", "shape", "base_rate", "checkability"}
    assert {field.name for field in fields(ClaimTerms)} <= covered
    names = set(claim_fields(ClaimTerms("x", "x"))) - {"claim_kind", "low_strict", "high_strict", "ordered"}
    assert names <= covered


@HOLDS
@given(data=st.data())
def test_what_is_valid_comes_back_as_it_went_in(acts: Acts, data: st.DataObject) -> None:
    claim = data.draw(claims())
    claimants = [acts.cast.claimant, *acts.cast.noise.claimants]
    forecast = data.draw(forecasts(acts.cast.document, claimants, claim.shape))
    try:
        number = record_claim(acts.session, now=acts.now, by=acts.cast.ada.actor, claim=claim, forecast=forecast)
    except AlreadyRecorded as known:
        assert acts.claim(known.number).fingerprint == claim.fingerprint
        return
    acts.session.expire_all()
    assert terms_of(acts.session, acts.claim(number)) == claim
    row = acts.session.query(Forecast).where(Forecast.claim_id == number).one()
    assert row.terms(forecast.claimants) == forecast
    entry, said = read_entry(acts.session, number), read_entry(acts.session, row.id)
    assert isinstance(entry, ClaimRecorded) and isinstance(said, ForecastRecorded)
    assert entry == ClaimRecorded(**claim_fields(claim), by=acts.cast.ada.actor)
    assert (said.shares, said.low, said.high) == (forecast.shares, forecast.confidence.low, forecast.confidence.high)


@HOLDS
@given(data=st.data(), field=st.sampled_from([*BROKEN]))
def test_what_is_not_valid_is_refused_where_it_is_wrong(acts: Acts, data: st.DataObject, field: str) -> None:
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
    assert claim_problems(whole) == []
