"""Hypothesis strategies for claims and forecasts of every kind, with every field over its whole range."""

from __future__ import annotations

import string
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st

from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import LARGEST_QUANTITY, Bounds, ClaimKind, Shape, quantity_problem
from ledger.domain.claims import ClaimTerms, HorizonBasis
from ledger.domain.confidence import Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Attribution, ForecastTerms, Modality
from ledger.domain.passages import LARGEST_PLACE, Passage
from ledger.domain.text import fingerprint, slug
from ledger.domain.wholes import JudgedFrom
from ledger.domain.yardsticks import YARDSTICKS

# Lines in any script, with what troubles databases, JSON, addresses and forms: blanks of every width, letters
# with two encodings, list separators, line ends of every kind; but no invisible characters.
letters = st.sampled_from(
    "aZß9'\"\\%_&<>{}[]|,;:—…“”éÀñمحمدア戦🔥 \u200e\u200f\u00a0\u2009\ufeffe\u0301\u2028" + string.punctuation
)
line = st.text(letters, min_size=1, max_size=30)
lines = st.text(letters | st.sampled_from("\n\t\r"), min_size=1, max_size=60)
said_line, said_lines = line.filter(str.strip), lines.filter(str.strip)
earlier = st.builds(PartialDate, st.integers(1900, 2015), st.none() | st.integers(1, 12)) | st.builds(
    PartialDate, st.integers(1900, 2015), st.integers(1, 12), st.integers(1, 28)
)
later = st.builds(PartialDate, st.integers(2016, 2200), st.none() | st.integers(1, 12)) | st.builds(
    PartialDate, st.integers(2016, 2200), st.integers(1, 12), st.integers(1, 28)
)
amounts = (
    (st.floats(-LARGEST_QUANTITY, LARGEST_QUANTITY) | st.integers(-(10**15), 10**15).map(float))
    | st.sampled_from([0.0, -0.0, 5.0, 12.345, 1_000.0, 0.1 + 0.2, 1e-24])
).filter(lambda value: quantity_problem(value) is None)
millionths = st.integers(0, 10**6).map(lambda n: n / 10**6) | st.sampled_from([0.0, 1e-06, 1.0])
options = st.lists(said_line, min_size=2, max_size=12, unique_by=fingerprint).map(tuple)


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    low, high = draw(st.tuples(amounts, amounts).map(sorted).filter(lambda ends: ends[0] < ends[1]))
    ends = draw(st.sampled_from([(low, high), (low, None), (None, high)]))
    return Bounds(*ends, draw(st.booleans()), draw(st.booleans()))


# Flags without their field are dropped in the normal form: an order without options, a strict bound without a value.
shapes = st.one_of(
    st.builds(Shape, ordered=st.booleans(), bounds=st.builds(Bounds, low_strict=st.booleans())),
    st.builds(Shape, st.just(ClaimKind.CONTINUES), baseline=said_line),
    st.builds(Shape, st.just(ClaimKind.COMPARES), baseline=said_line, metric=said_line, unit=st.just("") | line),
    st.builds(Shape, st.just(ClaimKind.QUANTITY), bounds=bounds(), unit=said_line),
    st.builds(Shape, st.just(ClaimKind.CHOICE), options=options, ordered=st.booleans()),
)
topics = st.lists(said_line, max_size=5, unique_by=slug).map(tuple)
base_rates = st.just(BaseRate()) | st.builds(BaseRate, millionths, said_lines)


@st.composite
def claims(draw: st.DrawFn, wholes: Sequence[int] = ()) -> ClaimTerms:
    """Any valid claim, which may be a part of one of these wholes."""
    shape = draw(shapes)
    horizon = draw(st.none() | later)
    checkability = draw(st.sampled_from(Checkability))
    checkable = checkability is Checkability.CHECKABLE
    given_bases = [basis for basis in HorizonBasis if basis is not HorizonBasis.DEFAULT]
    whole = draw(st.sampled_from([None, *wholes]))
    alone = whole is not None or shape.kind is ClaimKind.CHOICE
    return ClaimTerms(
        statement=draw(said_line),
        criteria=draw(said_lines),
        topics=draw(topics),
        horizon=horizon,
        horizon_basis=draw(st.sampled_from(given_bases)) if horizon else HorizonBasis.DEFAULT,
        horizon_note=draw(st.just("") | lines),
        condition=draw(st.just("") | line),
        shape=shape,
        whole=whole,
        judged_from=JudgedFrom.ITSELF if alone else draw(st.sampled_from(JudgedFrom)),
        checkability=checkability,
        checkability_reason=draw(st.just("") | lines) if checkable else draw(said_lines),
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
def forecasts(
    draw: st.DrawFn,
    document: int,
    claimants: Sequence[int],
    shape: Shape,
    passages: st.SearchStrategy[Passage] = passages,
) -> ForecastTerms:
    """Any valid forecast on a claim of this shape."""
    modality = draw(st.sampled_from(Modality))
    confidence = draw(numbers if modality is Modality.NUMBER else numbers | verbal | st.just(Confidence.none()))
    option, shares = None, ()
    if shape.kind is ClaimKind.CHOICE:
        option = draw(st.integers(1, len(shape.options)))
        if draw(st.booleans()):
            many = len(shape.options) - 1  # the number of cuts that divide 1 among the options
            cuts = sorted(draw(st.lists(st.integers(0, 10**6), min_size=many, max_size=many)))
            option, shares = None, tuple((b - a) / 10**6 for a, b in pairwise([0, *cuts, 10**6]))
            confidence = Confidence.none()
    could = modality is Modality.COULD
    return ForecastTerms(
        claimants=tuple(sorted(draw(st.sets(st.sampled_from(claimants), min_size=1)))),
        document=document,
        made_on=draw(earlier),
        modality=modality,
        confidence=confidence,
        reading=NumberSource.OURS if could else draw(st.sampled_from(NumberSource)),
        attribution=draw(st.sampled_from(Attribution)),
        hedge=draw(st.just("") | line),
        locator=draw(st.just("") | line),
        note=draw(said_lines) if could else draw(st.just("") | lines),
        passage=draw(st.none() | passages),
        option=option,
        shares=shares,
    )
