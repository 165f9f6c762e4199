"""Policies to test with: the founding one changed, one that differs everywhere, and grades of any kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ledger.domain.confidence import MILLION
from ledger.domain.policies import FOUNDING, Grades, PolicyTerms

OTHER_GRADES = Grades(0.9, 0.333333, 0.1)
any_grades = st.lists(st.integers(1, MILLION - 1), min_size=3, max_size=3, unique=True).map(
    lambda found: Grades(*(grade / MILLION for grade in sorted(found, reverse=True)))
)


def policy_terms(**changes: Any) -> PolicyTerms:
    """What the founding policy says, but for these."""
    return replace(FOUNDING.terms, **changes)


def other_terms(**changes: Any) -> PolicyTerms:
    """Terms that differ from the founding policy's everywhere."""
    others = policy_terms(
        default_horizon_months=30,
        reviewers_per_claim=3,
        longest_snooze_days=40,
        yardstick="PHIA",
        smallest_n=2,
        grades=OTHER_GRADES,
        rubric="True: it was so.\n\nFalse: it was not.",
    )
    return replace(others, **changes)
