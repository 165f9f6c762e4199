"""Policies: versioned rules of judging and scoring. The founding policy is in force until another is adopted."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from ledger.domain.confidence import MILLION, TOO_FINE, too_fine
from ledger.domain.errors import Problem
from ledger.domain.outcomes import BETWEEN, Outcome
from ledger.domain.text import text_problem, tidy
from ledger.domain.yardsticks import YARDSTICKS

LONGEST_RUBRIC = 10_000
# The range of each whole number. With fewer than two reviewers, assessments would not be independent.
RANGES = {
    "default_horizon_months": (1, 120, "months"),
    "reviewers_per_claim": (2, 9, "reviewers"),
    "longest_snooze_days": (1, 3_660, "days"),
    "smallest_n": (1, 1_000, "scored forecasts"),
}


@dataclass(frozen=True)
class Grades:
    """The grades of the outcomes between true and false: how much of a claim came true, from 0 (false) to 1 (true)."""

    mostly_true: float
    partly_true: float
    mostly_false: float

    def of(self, outcome: Outcome) -> float | None:
        """The grade of an outcome, 0-1; None for an outcome without a grade."""
        if outcome.event is not None:
            return float(outcome.event)
        return {
            Outcome.MOSTLY_TRUE: self.mostly_true,
            Outcome.PARTLY_TRUE: self.partly_true,
            Outcome.MOSTLY_FALSE: self.mostly_false,
        }.get(outcome)

    def millionths(self, outcome: Outcome) -> int | None:
        """The grade in millionths, so that sums of grades are whole numbers."""
        grade = self.of(outcome)
        return None if grade is None else round(grade * MILLION)


@dataclass(frozen=True, kw_only=True)
class PolicyTerms:
    """The rules that a policy sets, without its version."""

    default_horizon_months: int  # a claim without a horizon is judged this long after it was made
    reviewers_per_claim: int  # independent assessments a verdict needs
    longest_snooze_days: int
    yardstick: str  # which one we read a speaker's words by, unless the recorder gives a reason for another
    smallest_n: int  # with fewer scored forecasts a score is grey: chance outweighs skill
    grades: Grades
    rubric: str  # what each outcome means: plain text, a blank line between paragraphs

    @property
    def normal(self) -> PolicyTerms:
        """The terms as they are stored, so that an unchanged edit changes nothing."""
        return replace(self, rubric=tidy(self.rubric))


@dataclass(frozen=True, kw_only=True)
class Policy(PolicyTerms):
    """An adopted policy. The founding one has version "1", and each later one the next number."""

    version: str

    @property
    def terms(self) -> PolicyTerms:
        """The rules without the version."""
        return PolicyTerms(**{field.name: getattr(self, field.name) for field in fields(PolicyTerms)})

    @property
    def next_version(self) -> str:
        """The version of the policy after this one."""
        return str(int(self.version) + 1)


def policy_problems(terms: PolicyTerms) -> list[Problem]:
    """All problems of a policy, each with its field; the field of a grade is its outcome's value."""
    problems = [
        Problem(name, f"Give a number of {what} from {low:,} to {high:,}.")
        for name, (low, high, what) in RANGES.items()
        if not low <= getattr(terms, name) <= high
    ]
    if terms.yardstick not in YARDSTICKS:
        problems.append(Problem("yardstick", "Choose one of the listed probability scales."))
    problems += grade_problems(terms.grades)
    if not terms.rubric:
        problems.append(Problem("rubric", "Say what each outcome means: reviewers judge by it."))
    elif error := text_problem(terms.rubric, LONGEST_RUBRIC, lines=True):
        problems.append(Problem("rubric", error))
    return problems


def grade_problems(grades: Grades) -> list[Problem]:
    """All problems of the grades: they have to fall from true to false, and to lie between 1 and 0."""
    problems = []
    above, before = Outcome.TRUE, 1.0
    for outcome in BETWEEN:
        grade = grades.of(outcome) or 0.0
        if not 0 < grade < 1:  # written so that nan is refused, too
            words = "Give a number above 0, which is false, and below 1, which is true."
            problems.append(Problem(outcome.value, words))
            continue
        if too_fine(grade):
            problems.append(Problem(outcome.value, TOO_FINE))
        elif not grade < before:
            words = f"“{outcome.words.capitalize()}” has to count for less than “{above.words}”."
            problems.append(Problem(outcome.value, words))
        above, before = outcome, grade
    return problems


FOUNDING_RUBRIC = """True: what the claim says came about, by its criteria and within its horizon.

Mostly true: what matters of it came about; what is missing would not change what a reader takes from it.

Partly true: a good part of it came about, and a good part did not.

Mostly false: little of it came about; what did would not change what a reader takes from it.

False: it did not come about by its criteria within its horizon. If nothing happened, a note says where and when it \
was searched for.

Answered: the claim is a choice among options, and one of them came about. The verdict names it.

Unresolvable: the evidence decides it neither way. This is not halfway between true and false.

Condition not met: the “if” that it depends on did not come about, so the rest cannot be judged.

Too vague: no event could decide it.

If it is too early to tell, the review is snoozed with a reason."""

FOUNDING = Policy(
    version="1",
    default_horizon_months=12,
    reviewers_per_claim=2,
    longest_snooze_days=366,
    yardstick="ICD203",
    smallest_n=20,
    grades=Grades(mostly_true=0.75, partly_true=0.5, mostly_false=0.25),
    rubric=FOUNDING_RUBRIC,
)
