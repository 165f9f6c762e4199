"""Projection of policies."""

from __future__ import annotations

from sqlalchemy import insert

from ledger.journal.entries import PolicyAdopted
from ledger.journal.projection.posted import Posted
from ledger.store.policies import PolicyRow


def policy_adopted(entry: PolicyAdopted, posted: Posted) -> None:
    posted.connection.execute(
        insert(PolicyRow.table()),
        {
            "id": posted.number,
            "version": entry.policy,
            "default_horizon_months": entry.default_horizon_months,
            "reviewers_per_claim": entry.reviewers_per_claim,
            "longest_snooze_days": entry.longest_snooze_days,
            "yardstick": entry.yardstick,
            "smallest_n": entry.smallest_n,
            "mostly_true": entry.mostly_true,
            "partly_true": entry.partly_true,
            "mostly_false": entry.mostly_false,
            "rubric": entry.rubric,
            "reason": entry.reason,
            "adopted_by": entry.by,
            "adopted_at": posted.at,
        },
    )
