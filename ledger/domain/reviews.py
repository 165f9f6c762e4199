"""Reviews: who may judge a claim, the rules for assessments, and when assessments agree on a verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ledger.domain.claim_types import ClaimKind, Shape, quantity, quantity_problem
from ledger.domain.conditions import ConditionState, condition_conflict
from ledger.domain.errors import Problem
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import Policy
from ledger.domain.text import text_problem

LONGEST_RATIONALE, LONGEST_REASON = 20_000, 2_000


class Certainty(StrEnum):
    """How sure a reviewer is of their own assessment."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ReviewState(StrEnum):
    """State of a review."""

    WAITING = "waiting"  # no assessment is sealed
    IN_REVIEW = "in_review"  # some assessments are sealed
    SPLIT = "split"  # all assessments are in, and they disagree: an editor decides
    CLOSED = "closed"  # a verdict was adopted, or the claim ended or was found not to be checkable


OPEN_STATES = (ReviewState.WAITING, ReviewState.IN_REVIEW)  # a review that can still be assessed


class VerdictBasis(StrEnum):
    """What a verdict rests on."""

    CONSENSUS = "consensus"
    ADJUDICATION = "adjudication"
    PARTS = "parts"


@dataclass(frozen=True)
class AssessmentTerms:
    """One reviewer's independent judgement of what happened.

    For a choice, `answer` is the option that came about (counted from 1). For a quantity, `value` is the measured
    value in the claim's unit, where it is known.
    """

    outcome: Outcome
    certainty: Certainty
    rationale: str  # Markdown
    relied_on: tuple[int, ...] = ()  # record numbers of evidence
    answer: int | None = None
    value: float | None = None


def assessment_problems(
    terms: AssessmentTerms, *, evidence: Collection[int], shape: Shape, condition: ConditionState | None
) -> list[Problem]:
    """All problems of an assessment of a claim of this shape; `evidence` are the record numbers of its evidence.

    `condition` is the state of the claim's condition, None where the claim has none.
    """
    problems = answer_problems(terms.outcome, terms.answer, terms.value, shape=shape, condition=condition)
    if not terms.rationale:
        problems.append(Problem("rationale", "Say why: the reasons are published with the verdict."))
    elif error := text_problem(terms.rationale, LONGEST_RATIONALE, lines=True):
        problems.append(Problem("rationale", error))
    if terms.outcome.conclusive and not terms.relied_on:
        problems.append(
            Problem(
                "relied_on",
                "Mark the evidence you relied on. Where there is none, attach a search note first.",
            )
        )
    if not set(terms.relied_on) <= set(evidence):
        problems.append(Problem("relied_on", "Choose only from the evidence attached to this claim."))
    return problems


def answer_problems(
    outcome: Outcome, answer: int | None, value: float | None, *, shape: Shape, condition: ConditionState | None
) -> list[Problem]:
    """Problems where an outcome, or the option or value given with it, does not fit the claim."""
    problems = []
    if condition is None and outcome is Outcome.CONDITION_NOT_MET:
        problems.append(Problem("outcome", "This claim has no condition that could be unmet."))
    elif condition is not None and (conflict := condition_conflict(outcome, condition)):
        problems.append(Problem("outcome", conflict))
    choice = shape.kind is ClaimKind.CHOICE
    if choice and outcome.graded:
        problems.append(Problem("outcome", "A choice is not true or false: say which option came about."))
    elif not choice and outcome is Outcome.ANSWERED:
        problems.append(Problem("outcome", "This claim has no options: say how true it turned out."))
    elif choice and outcome is Outcome.ANSWERED and answer not in range(1, len(shape.options) + 1):
        problems.append(Problem("answer", "Choose the option that came about."))
    if answer is not None and outcome is not Outcome.ANSWERED:
        problems.append(Problem("answer", "Only the outcome “answered” has an option."))
    if value is None:
        return problems
    if shape.kind is not ClaimKind.QUANTITY:
        return [*problems, Problem("value", "Only a claim about a quantity has a measured value.")]
    if error := quantity_problem(value):
        return [*problems, Problem("value", error)]
    within = shape.bounds.hold(value)
    if outcome.event is not None and outcome.event != within:
        words = f"{quantity(value)} lies {'within' if within else 'outside'} the claimed bounds ({shape.bounds.words})."
        problems.append(Problem("outcome", f"{words} Check the value or the outcome."))
    return problems


def fitting_outcomes(shape: Shape, condition: ConditionState | None) -> tuple[Outcome, ...]:
    """The outcomes that a claim of this shape can have, given the state of its condition."""
    return tuple(
        outcome
        for outcome in Outcome
        if all(
            problem.field != "outcome"
            for problem in answer_problems(outcome, None, None, shape=shape, condition=condition)
        )
    )


def reason_problems(field: str, reason: str) -> list[Problem]:
    """A problem where a decision has no reason, or one that cannot be stored."""
    if not reason:
        return [Problem(field, "Give the reason: it stays in the public history.")]
    error = text_problem(reason, LONGEST_REASON, lines=True)
    return [Problem(field, error)] if error else []


def may_judge(actor: str, *, recorded_by: Collection[str]) -> bool:
    """Whether this person may judge the claim: nobody judges a claim that they recorded."""
    return actor not in recorded_by


def choose_reviewers(
    candidates: Iterable[tuple[str, int]],
    *,
    recorded_by: Collection[str],
    already: Collection[str],
    wanted: int,
) -> tuple[str, ...]:
    """Choose reviewers for a claim: those with the fewest open reviews, ties by actor id.

    `candidates` are pairs of an actor and their number of open reviews. `wanted` counts those already assigned, too.
    """
    free = sorted(
        (load, actor)
        for actor, load in candidates
        if actor not in already and may_judge(actor, recorded_by=recorded_by)
    )
    return tuple(actor for _, actor in free[: max(0, wanted - len(already))])


@dataclass(frozen=True)
class Finding:
    """What an assessment or a verdict finds: the outcome, and the option of a choice or the value of a quantity."""

    outcome: Outcome
    answer: int | None = None
    value: float | None = None


def agreed(findings: Collection[Finding]) -> Finding | None:
    """The finding on which all assessments agree; None where they disagree.

    Reviewers may agree on the outcome and differ in the measured value; then the finding has no value.
    """
    if len({(found.outcome, found.answer) for found in findings}) != 1:
        return None
    first = next(iter(findings))
    values = {found.value for found in findings}
    return Finding(first.outcome, first.answer, values.pop() if len(values) == 1 else None)


def snooze_problems(until: date, *, today: date, policy: Policy) -> list[Problem]:
    """A problem where the day to which a review is snoozed is not in the future, or too far away."""
    latest = today + timedelta(days=policy.longest_snooze_days)
    if until <= today:
        return [Problem("until", "Choose a day in the future.")]
    if until > latest:
        return [Problem("until", f"Choose a day up to {latest.isoformat()}; then it can be snoozed again.")]
    return []


def stance_hidden(*, attached: int, attached_by: str, assignees: Collection[str], first_seal: int | None) -> bool:
    """Whether the stance of a piece of evidence stays hidden: an assigned reviewer attached it after the first seal.

    It would tell the others which way that reviewer leans. `attached` and `first_seal` are entry numbers;
    `first_seal` is None while no assessment is sealed.
    """
    return first_seal is not None and attached > first_seal and attached_by in assignees
