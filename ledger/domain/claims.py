"""Claims: what can be recorded as a claim, and the states it passes through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ledger.domain.dates import PartialDate, add_months
from ledger.domain.policy import Policy
from ledger.domain.problems import Problem
from ledger.domain.prose import fingerprint, slug, text_problem

LONGEST_STATEMENT, LONGEST_CRITERIA, LONGEST_NOTE, LONGEST_TOPIC, MOST_TOPICS = 600, 5_000, 2_000, 60, 12
LONGEST_SLUG = 80  # some single characters are written out as many in an address


class HorizonBasis(StrEnum):
    """Where the horizon comes from; one we assigned is flagged wherever it is shown."""

    STATED = "stated"
    IMPLIED = "implied"
    ASSIGNED = "assigned"
    DEFAULT = "default"  # none was given: the policy's default applies


class ClaimState(StrEnum):
    """Where a claim stands. `due` is reached by the calendar; the others by what people do."""

    OPEN = "open"
    DUE = "due"
    IN_REVIEW = "in_review"
    ADJUDICATION = "adjudication"
    RESOLVED = "resolved"

    @property
    def words(self) -> str:
        return {"in_review": "in review", "adjudication": "awaiting an editor"}.get(self.value, self.value)


@dataclass(frozen=True)
class ClaimTerms:
    """A proposition someone could be wrong about: our operationalisation of the words."""

    statement: str
    criteria: str
    topics: tuple[str, ...] = ()
    horizon: PartialDate | None = None
    horizon_basis: HorizonBasis = HorizonBasis.DEFAULT
    horizon_note: str = ""
    condition: str = ""

    @property
    def fingerprint(self) -> str:
        """What makes two claims one: the same statement with the same horizon, however it is spelled."""
        return fingerprint(self.statement, str(self.horizon or ""), self.condition)


def claim_problems(terms: ClaimTerms) -> list[Problem]:
    """Everything that keeps these terms from being a claim, each at its field."""
    problems = [
        *_prose("statement", terms.statement, LONGEST_STATEMENT, "Say in one sentence what would be so."),
        *_prose(
            "criteria",
            terms.criteria,
            LONGEST_CRITERIA,
            "Say what would make it true and what would make it false.",
            lines=True,
        ),
        *_prose("horizon_note", terms.horizon_note, LONGEST_NOTE, None, lines=True),
        *_prose("condition", terms.condition, LONGEST_STATEMENT, None),
    ]
    if terms.horizon is None and terms.horizon_basis is not HorizonBasis.DEFAULT:
        problems.append(
            Problem("horizon", "Give the date by which it can be judged, or choose “none: use the default”.")
        )
    if terms.horizon is not None and terms.horizon_basis is HorizonBasis.DEFAULT:
        problems.append(Problem("horizon_basis", "Say whether this date is stated, implied or assigned by us."))
    if len(terms.topics) > MOST_TOPICS:
        problems.append(Problem("topics", f"At most {MOST_TOPICS} topics; this has {len(terms.topics)}."))
    for topic in terms.topics:
        if fault := text_problem(topic, LONGEST_TOPIC):
            problems.append(Problem("topics", f"“{topic[:40]}”: {fault}"))
        elif len(slug(topic)) > LONGEST_SLUG:
            problems.append(Problem("topics", f"“{topic[:40]}” is too long once written out: shorten it."))
    if len({slug(topic) for topic in terms.topics}) < len(terms.topics):
        problems.append(Problem("topics", "The same topic is named twice."))
    return problems


def horizon_problems(terms: ClaimTerms, made_on: PartialDate) -> list[Problem]:
    """A claim is made before it can be judged."""
    if terms.horizon is not None and terms.horizon.last < made_on.first:
        return [Problem("horizon", f"The horizon lies before the day it was made ({made_on.words}).")]
    return []


def last_day(horizon: PartialDate | None, made_on: PartialDate, policy: Policy) -> date:
    """The last day on which a claim can come about: its horizon's, or the one the policy's default gives it."""
    return horizon.last if horizon else add_months(made_on.last, policy.default_horizon_months)


def first_due(horizon: PartialDate | None, made_on: PartialDate, policy: Policy) -> date:
    """The day a claim can be judged: the day after its horizon, its own or the policy's default."""
    return last_day(horizon, made_on, policy) + timedelta(days=1)


def _prose(field: str, text: str, longest: int, missing: str | None, *, lines: bool = False) -> list[Problem]:
    if missing and not text:
        return [Problem(field, missing)]
    fault = text_problem(text, longest, lines=lines)
    return [Problem(field, fault)] if fault else []
