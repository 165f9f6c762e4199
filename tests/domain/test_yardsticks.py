"""Yardsticks: their tables equal a checked copy, and every range is valid."""

from __future__ import annotations

import pytest

from ledger.domain.confidence import Confidence
from ledger.domain.policies import FOUNDING
from ledger.domain.yardsticks import YARDSTICKS

# A copy of the tables as checked at their sources, to find typing errors in the code.
CHECKED = {
    "ICD203": {
        "almost no chance|remote": (1, 5),
        "very unlikely|highly improbable": (5, 20),
        "unlikely|improbable": (20, 45),
        "roughly even chance|roughly even odds": (45, 55),
        "likely|probable": (55, 80),
        "very likely|highly probable": (80, 95),
        "almost certain|nearly certain": (95, 99),
    },
    "Kent1964": {
        "certain": (100, 100),
        "almost certain": (87, 99),
        "probable": (63, 87),
        "chances about even": (40, 60),
        "probably not": (20, 40),
        "almost certainly not": (2, 12),
        "impossible": (0, 0),
    },
    "IPCC_AR4": {
        "virtually certain": (99, 100),
        "very likely": (90, 99),
        "likely": (66, 90),
        "about as likely as not": (33, 66),
        "unlikely": (10, 33),
        "very unlikely": (1, 10),
        "exceptionally unlikely": (0, 1),
    },
    "IPCC_AR5": {
        "virtually certain": (99, 100),
        "extremely likely": (95, 100),
        "very likely": (90, 100),
        "likely": (66, 100),
        "more likely than not": (50, 100),
        "about as likely as not": (33, 66),
        "unlikely": (0, 33),
        "very unlikely": (0, 10),
        "extremely unlikely": (0, 5),
        "exceptionally unlikely": (0, 1),
    },
    "PHIA": {
        "remote chance": (0, 5),
        "highly unlikely": (10, 20),
        "unlikely": (25, 35),
        "realistic possibility": (40, 50),
        "likely|probable": (55, 75),
        "highly likely|highly probable": (80, 90),
        "almost certain": (95, 100),
    },
    "EFSA2018": {
        "almost certain": (99, 100),
        "extremely likely": (95, 99),
        "very likely": (90, 95),
        "likely": (66, 90),
        "about as likely as not": (33, 66),
        "unlikely": (10, 33),
        "very unlikely": (5, 10),
        "extremely unlikely": (1, 5),
        "almost impossible": (0, 1),
    },
}
TERMS = [(key, term) for key, yardstick in YARDSTICKS.items() for term, _, _ in yardstick.terms]


def test_the_tables_equal_the_checked_copy() -> None:
    written = {
        key: {term: (round(low * 100), round(high * 100)) for term, low, high in yardstick.terms}
        for key, yardstick in YARDSTICKS.items()
    }
    checked = {
        key: {term: ends for terms, ends in table.items() for term in terms.split("|")}
        for key, table in CHECKED.items()
    }
    assert written == checked


@pytest.mark.parametrize(("key", "term"), TERMS)
def test_every_term_is_a_possible_confidence(key: str, term: str) -> None:
    low, high = YARDSTICKS[key].range_of(term)
    assert 0 <= low <= high <= 1
    confidence = Confidence.verbal(key, term)
    assert (confidence.low, confidence.high) == (low, high)
    assert (confidence.yardstick, confidence.yardstick_version) == (key, YARDSTICKS[key].version)
    assert len(term) <= 80 and len(key) <= 40  # what the columns hold


@pytest.mark.parametrize("key", YARDSTICKS)
def test_a_yardstick_names_its_source_and_no_term_twice(key: str) -> None:
    yardstick = YARDSTICKS[key]
    assert yardstick.key == key
    assert yardstick.version in yardstick.source
    assert yardstick.read_in and (key == "IPCC_AR4") is yardstick.at_source
    terms = [term for term, _, _ in yardstick.terms]
    assert len(set(terms)) == len(terms)


def test_a_term_that_is_not_in_the_table_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        YARDSTICKS["ICD203"].range_of("Likely")


def test_gaps_and_overlaps_are_as_published() -> None:
    gaps = {key: [(round(a * 100), round(b * 100)) for a, b in y.gaps] for key, y in YARDSTICKS.items()}
    assert gaps["PHIA"] == [(5, 10), (20, 25), (35, 40), (50, 55), (75, 80), (90, 95)]
    assert gaps["ICD203"] == [(0, 1), (99, 100)]
    assert gaps["Kent1964"] == [(0, 2), (12, 20), (60, 63), (99, 100)]
    assert gaps["IPCC_AR5"] == gaps["IPCC_AR4"] == gaps["EFSA2018"] == []
    assert {key for key, y in YARDSTICKS.items() if y.overlaps} == {"IPCC_AR5"}


def test_the_policy_names_the_yardstick_of_our_own_readings() -> None:
    assert FOUNDING.yardstick in YARDSTICKS
    assert YARDSTICKS[FOUNDING.yardstick].range_of("likely") == (0.55, 0.8)
