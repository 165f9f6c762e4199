"""Entries about policies, the rules of judging and scoring."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.journal.entries.base import Entry


@dataclass(frozen=True, kw_only=True)
class PolicyAdopted(Entry):
    """A new policy is in force from this entry on, given with all its terms. `policy` is its version: "2", "3", …"""

    kind = "policy-adopted"
    subject_kind = "policy"
    groups = {
        "terms": (
            *("policy", "default_horizon_months", "reviewers_per_claim", "longest_snooze_days", "yardstick"),
            *("smallest_n", "mostly_true", "partly_true", "mostly_false"),
        ),
        "rubric": ("rubric",),
        "reason": ("reason",),
        "by": ("by",),
    }

    policy: str
    default_horizon_months: int
    reviewers_per_claim: int
    longest_snooze_days: int
    yardstick: str
    smallest_n: int
    mostly_true: float
    partly_true: float
    mostly_false: float
    rubric: str
    reason: str
    by: str
