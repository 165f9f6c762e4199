"""Policies for tests: the founding one with changes, one that differs in every term, and arbitrary grades."""

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
    """The terms of the founding policy with these changes."""
    return replace(FOUNDING.terms, **changes)


def other_terms(**changes: Any) -> PolicyTerms:
    """Terms that all differ from those of the founding policy."""
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
