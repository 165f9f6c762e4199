"""Adopting a policy. It applies to what is recorded from then on; earlier claims keep their policy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.domain.errors import Problem, Stale, refuse_if
from ledger.domain.policies import PolicyTerms, policy_problems
from ledger.domain.reviews import reason_problems
from ledger.domain.text import tidy
from ledger.journal.entries import PolicyAdopted
from ledger.journal.post import writing
from ledger.store.policies import policy_in_force


def adopt_policy(
    session: Session, *, now: datetime, by: str, terms: PolicyTerms, reason: str, seen: str | None = None
) -> str:
    """Adopt a policy. Returns its version.

    `seen` is the version that the form was filled in from. Raises Refused (an invalid term, no reason, nothing
    changed), Stale if another policy was adopted since.
    """
    terms, reason = terms.normal, tidy(reason)
    with writing(session, now) as journal:
        before = policy_in_force(session)
        if seen is not None and seen != before.version:
            words = (
                f"Policy {before.version} was adopted while you were writing. Nothing is lost: look at what it says, "
                "then send this form again."
            )
            raise Stale(Problem("", words))
        problems = [*policy_problems(terms), *reason_problems("reason", reason)]
        if terms == before.terms:
            problems.append(Problem("", f"This is what policy {before.version} says: nothing is changed yet."))
        refuse_if(problems)
        journal.post(
            PolicyAdopted(
                policy=before.next_version,
                default_horizon_months=terms.default_horizon_months,
                reviewers_per_claim=terms.reviewers_per_claim,
                longest_snooze_days=terms.longest_snooze_days,
                yardstick=terms.yardstick,
                smallest_n=terms.smallest_n,
                mostly_true=terms.grades.mostly_true,
                partly_true=terms.grades.partly_true,
                mostly_false=terms.grades.mostly_false,
                rubric=terms.rubric,
                reason=reason,
                by=by,
            )
        )
        return before.next_version
