"""The policies page: every policy, with when, by whom and why it was adopted, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.confidence import typed_probability
from ledger.domain.outcomes import BETWEEN
from ledger.domain.policies import FOUNDING, Policy, PolicyTerms
from ledger.domain.text import paragraphs
from ledger.domain.yardsticks import YARDSTICKS
from ledger.formats.to_json import PAGE_ONLY
from ledger.queries.amendments import FieldChange
from ledger.store.people import Actor
from ledger.store.policies import PolicyRow


@dataclass(frozen=True)
class PolicyLine:
    """A policy and its changes from the one before. Nobody adopted the founding policy: it applies from the start."""

    policy: Policy
    says: dict[str, str] = field(metadata=PAGE_ONLY)  # everything but the rubric, in words
    entry: int | None  # the entry that adopted it
    adopted_at: datetime | None
    adopted_by: str
    reason: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Policies:
    """Every policy, newest first; the newest is in force."""

    policies: tuple[PolicyLine, ...]


def list_policies(session: Session) -> Policies:
    """Every policy, newest first."""
    lines = [PolicyLine(FOUNDING, in_words(FOUNDING), None, None, "", "", ())]
    for row, name in session.execute(
        select(PolicyRow, Actor.name).outerjoin(Actor, Actor.id == PolicyRow.adopted_by).order_by(PolicyRow.id)
    ):
        policy: Policy = row.policy
        changes = changes_between(lines[-1].policy, policy)
        lines.append(PolicyLine(policy, in_words(policy), row.id, row.adopted_at, name or "", row.reason, changes))
    return Policies(tuple(reversed(lines)))


def changes_between(before: PolicyTerms, after: PolicyTerms) -> tuple[FieldChange, ...]:
    """The differences between two policies; of the rubric, the paragraphs that only one of them has."""
    was, now = in_words(before), in_words(after)
    changes = [FieldChange(what, was[what], now[what]) for what in now if was[what] != now[what]]
    old, new = paragraphs(before.rubric), paragraphs(after.rubric)
    if old != new:
        removed, added = ([one for one in ours if one not in theirs] for ours, theirs in ((old, new), (new, old)))
        if not removed and not added:  # the same paragraphs in another order, or one repeated
            removed, added = old, new
        changes.append(FieldChange("What each outcome means", "\n\n".join(removed), "\n\n".join(added)))
    return tuple(changes)


def in_words(terms: PolicyTerms) -> dict[str, str]:
    """The terms except the rubric, as pages show them: text by label."""
    yardstick = YARDSTICKS.get(terms.yardstick)
    return {
        "Usual term of a claim without a date": f"{terms.default_horizon_months} months",
        "Reviewers that a verdict needs": f"{terms.reviewers_per_claim}",
        "Longest snooze": f"{terms.longest_snooze_days:,} days",
        "Probability scale for our readings of words": yardstick.name if yardstick else terms.yardstick,
        "Scored forecasts needed so that figures are not greyed": f"{terms.smallest_n:,}",
        **{
            f"“{outcome.words.capitalize()}” counts as": typed_probability(terms.grades.of(outcome) or 0.0)
            for outcome in BETWEEN
        },
    }
