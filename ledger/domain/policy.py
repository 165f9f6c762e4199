"""The policy: the numbers that judging and scoring rest on, under a version that every review names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """How claims become due, who judges them, and from how many on a score is shown in full."""

    version: str
    default_horizon_months: int  # a claim without a horizon is judged this long after it was made
    reviewers_per_claim: int  # independent assessments a verdict needs
    longest_snooze_days: int
    yardstick: str  # the one our own readings of words use unless a recorder says why not
    smallest_n: int  # below it a score is greyed: chance outweighs skill


POLICY = Policy(
    version="1",
    default_horizon_months=12,
    reviewers_per_claim=2,
    longest_snooze_days=366,
    yardstick="ICD203",
    smallest_n=20,
)
