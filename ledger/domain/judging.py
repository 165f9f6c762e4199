"""Judging: who may judge, what assessments must hold, and when they make a verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ledger.domain.outcomes import Outcome
from ledger.domain.policy import Policy
from ledger.domain.problems import Problem
from ledger.domain.prose import text_problem

LONGEST_RATIONALE, LONGEST_REASON = 20_000, 2_000


class Certainty(StrEnum):
    """How sure a reviewer is of their own assessment."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ReviewState(StrEnum):
    """Where a review stands."""

    WAITING = "waiting"  # nobody has sealed an assessment
    IN_REVIEW = "in_review"  # some have
    SPLIT = "split"  # all have, and they disagree: an editor decides
    CLOSED = "closed"  # a verdict was adopted


class VerdictBasis(StrEnum):
    """How the verdict came about."""

    CONSENSUS = "consensus"
    ADJUDICATION = "adjudication"


@dataclass(frozen=True)
class AssessmentTerms:
    """One reviewer's independent answer to: did it happen?"""

    outcome: Outcome
    certainty: Certainty
    rationale: str  # Markdown
    relied_on: tuple[int, ...] = ()  # record numbers of evidence


def assessment_problems(terms: AssessmentTerms, *, evidence: Collection[int], conditional: bool) -> list[Problem]:
    """Everything that keeps this from being an assessment of a claim with this evidence."""
    problems = []
    if not terms.rationale:
        problems.append(Problem("rationale", "Say why: the reasons are published with the verdict."))
    elif fault := text_problem(terms.rationale, LONGEST_RATIONALE, lines=True):
        problems.append(Problem("rationale", fault))
    if terms.outcome.grade is not None and not terms.relied_on:
        problems.append(
            Problem(
                "relied_on",
                "Mark the evidence you relied on. Where there is none, attach a search note first.",
            )
        )
    if not set(terms.relied_on) <= set(evidence):
        problems.append(Problem("relied_on", "Choose only from the evidence attached to this claim."))
    if terms.outcome is Outcome.CONDITION_NOT_MET and not conditional:
        problems.append(Problem("outcome", "This claim has no condition that could be unmet."))
    return problems


def reason_problems(field: str, reason: str) -> list[Problem]:
    """A decision that others will ask about needs its reason."""
    if not reason:
        return [Problem(field, "Give the reason: it stays in the public history.")]
    fault = text_problem(reason, LONGEST_REASON, lines=True)
    return [Problem(field, fault)] if fault else []


def may_judge(actor: str, *, recorded_by: Collection[str]) -> bool:
    """Nobody judges a claim they recorded."""
    return actor not in recorded_by


def choose_reviewers(
    candidates: Iterable[tuple[str, int]],
    *,
    recorded_by: Collection[str],
    already: Collection[str],
    wanted: int,
) -> tuple[str, ...]:
    """Who judges: those with the fewest open reviews first; ties fall by actor id, so the choice is reproducible.

    `candidates` are (actor, open reviews); returns up to `wanted` minus those already assigned.
    """
    free = sorted(
        (load, actor)
        for actor, load in candidates
        if actor not in already and may_judge(actor, recorded_by=recorded_by)
    )
    return tuple(actor for _, actor in free[: max(0, wanted - len(already))])


def agreed_outcome(outcomes: Collection[Outcome]) -> Outcome | None:
    """The outcome all assessments give, or None where they split."""
    return next(iter(outcomes)) if len(set(outcomes)) == 1 else None


def snooze_problems(until: date, *, today: date, policy: Policy) -> list[Problem]:
    """A review is put off to a day that is to come, and not for ever."""
    latest = today + timedelta(days=policy.longest_snooze_days)
    if until <= today:
        return [Problem("until", "Choose a day that is yet to come.")]
    if until > latest:
        return [Problem("until", f"Choose a day up to {latest.isoformat()}; then it can be put off again.")]
    return []


def stance_hidden(*, attached: int, attached_by: str, assignees: Collection[str], first_seal: int | None) -> bool:
    """Whether a stance must stay hidden: an assigned reviewer added it while assessments are sealed.

    It would tell the others which way that reviewer leans. `attached` and `first_seal` are entry numbers;
    `first_seal` is None when nothing is sealed and unopened.
    """
    return first_seal is not None and attached > first_seal and attached_by in assignees
