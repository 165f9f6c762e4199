"""Claims: their terms, the rules for recording them, and the states they pass through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from ledger.domain.base_rates import NO_BASE_RATE, BaseRate, base_rate_problems
from ledger.domain.checkability import Checkability, checkability_problems
from ledger.domain.claim_types import EVENT, ClaimKind, Shape, shape_problems
from ledger.domain.dates import PartialDate, add_months
from ledger.domain.errors import Problem
from ledger.domain.policies import Policy
from ledger.domain.text import fingerprint, one_spaced, slug, text_problem, tidy
from ledger.domain.wholes import JudgedFrom

LONGEST_STATEMENT, LONGEST_CRITERIA, LONGEST_NOTE, LONGEST_TOPIC, MOST_TOPICS = 600, 5_000, 2_000, 60, 12
LONGEST_SLUG = 80  # checked apart from the topic's length: in an address one character may become several


class HorizonBasis(StrEnum):
    """Source of the horizon. A horizon that we assigned is flagged wherever it is shown."""

    STATED = "stated"
    IMPLIED = "implied"
    ASSIGNED = "assigned"
    DEFAULT = "default"  # none was given: the policy's default applies


class ClaimState(StrEnum):
    """State of a claim. The calendar makes a claim `due`; people's actions lead to all other states.

    The last four end a claim without a verdict. Its text stays in the record.
    """

    OPEN = "open"
    DUE = "due"
    IN_REVIEW = "in_review"
    ADJUDICATION = "adjudication"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    VOID = "void"
    MERGED = "merged"
    SPLIT = "split"

    @property
    def ended(self) -> bool:
        """Whether the claim no longer counts: its page stays, and it is not scored."""
        return self in (ClaimState.WITHDRAWN, ClaimState.VOID, ClaimState.MERGED, ClaimState.SPLIT)

    @property
    def words(self) -> str:
        return {"in_review": "in review", "adjudication": "awaiting an editor"}.get(self.value, self.value)


@dataclass(frozen=True)
class ClaimTerms:
    """A proposition that somebody could be wrong about: our operationalisation of what a passage says."""

    statement: str
    criteria: str
    topics: tuple[str, ...] = ()
    horizon: PartialDate | None = None
    horizon_basis: HorizonBasis = HorizonBasis.DEFAULT
    horizon_note: str = ""
    condition: str = ""
    shape: Shape = EVENT
    whole: int | None = None  # record number of the claim this is a part of
    judged_from: JudgedFrom = JudgedFrom.ITSELF
    checkability: Checkability = Checkability.CHECKABLE
    checkability_reason: str = ""
    base_rate: BaseRate = NO_BASE_RATE

    @property
    def normal(self) -> ClaimTerms:
        """The terms as they are stored and shown for editing, so that an unchanged edit changes nothing."""
        return replace(
            self,
            statement=one_spaced(self.statement),
            criteria=tidy(self.criteria),
            topics=tuple(map(tidy, self.topics)),
            horizon_note=tidy(self.horizon_note),
            condition=one_spaced(self.condition),
            shape=self.shape.normal,
            checkability_reason=tidy(self.checkability_reason),
            base_rate=replace(self.base_rate, note=tidy(self.base_rate.note)),
        )

    @property
    def reviewed(self) -> bool:
        """Whether it gets a review of its own: it can be checked, and its outcome does not follow from parts."""
        return self.checkability is Checkability.CHECKABLE and self.judged_from is JudgedFrom.ITSELF

    @property
    def fingerprint(self) -> str:
        return claim_fingerprint(self.statement, self.horizon, self.condition)


def claim_fingerprint(statement: str, horizon: PartialDate | str | None, condition: str) -> str:
    """A hash that is equal for duplicates: claims with the same statement, horizon and condition.

    Differences in case and spacing do not count.
    """
    return fingerprint(statement, str(horizon or ""), condition)


def claim_problems(terms: ClaimTerms) -> list[Problem]:
    """All problems of a claim's terms, each with its field."""
    problems = [
        *_text_problems("statement", terms.statement, LONGEST_STATEMENT, "Say in one sentence what would happen."),
        *_text_problems(
            "criteria",
            terms.criteria,
            LONGEST_CRITERIA,
            "Say what would make it true and what would make it false.",
            lines=True,
        ),
        *_text_problems("horizon_note", terms.horizon_note, LONGEST_NOTE, None, lines=True),
        *_text_problems("condition", terms.condition, LONGEST_STATEMENT, None),
        *shape_problems(terms.shape),
        *checkability_problems(terms.checkability, terms.checkability_reason),
        *base_rate_problems(terms.base_rate),
        *topic_problems(terms.topics),
    ]
    if terms.shape.kind is ClaimKind.CHOICE and terms.judged_from is not JudgedFrom.ITSELF:
        problems.append(
            Problem("judged_from", "A choice is judged on its own: parts cannot tell which option came about.")
        )
    if terms.horizon is None and terms.horizon_basis is not HorizonBasis.DEFAULT:
        problems.append(
            Problem("horizon", "Give the date by which it can be judged, or leave the horizon to the default.")
        )
    if terms.horizon is not None and terms.horizon_basis is HorizonBasis.DEFAULT:
        problems.append(Problem("horizon_basis", "Say whether this date is stated, implied or assigned by us."))
    return problems


def topic_problems(topics: tuple[str, ...]) -> list[Problem]:
    """All problems of a claim's topics."""
    problems = []
    if len(topics) > MOST_TOPICS:
        problems.append(Problem("topics", f"At most {MOST_TOPICS} topics; this has {len(topics)}."))
    for topic in topics:
        if not topic.strip():
            problems.append(Problem("topics", "A topic is empty: name it, or leave it out."))
        elif error := text_problem(topic, LONGEST_TOPIC):
            problems.append(Problem("topics", f"“{topic[:40]}”: {error}"))
        elif len(slug(topic)) > LONGEST_SLUG:
            problems.append(Problem("topics", f"“{topic[:40]}” is too long for an address: shorten it."))
    if len({slug(topic) for topic in topics}) < len(topics):
        problems.append(Problem("topics", "The same topic is named twice."))
    return problems


def horizon_problems(terms: ClaimTerms, made_on: PartialDate) -> list[Problem]:
    """A problem where the horizon is before the day on which the claim was made."""
    if terms.horizon is not None and terms.horizon.last < made_on.first:
        return [Problem("horizon", f"The horizon lies before the day it was made ({made_on.words}).")]
    return []


def made_too_late(made_on: PartialDate, horizon: PartialDate | None, first: PartialDate, policy: Policy) -> bool:
    """Whether a forecast was made after the last day on which its claim, first made on `first`, could come true.

    Such a forecast predicts nothing. It is shown as made too late, counted, and never scored. A date known to the
    month or the year is taken at its earliest.
    """
    return made_on.first > last_day(horizon, first, policy)


def last_day(horizon: PartialDate | None, made_on: PartialDate, policy: Policy) -> date:
    """The last day on which a claim can come true: by its own horizon, or else by the policy's default."""
    return horizon.last if horizon else add_months(made_on.last, policy.default_horizon_months)


def first_due(horizon: PartialDate | None, made_on: PartialDate, policy: Policy) -> date:
    """The first day on which a claim can be judged: the day after its last day."""
    return last_day(horizon, made_on, policy) + timedelta(days=1)


def _text_problems(field: str, text: str, longest: int, missing: str | None, *, lines: bool = False) -> list[Problem]:
    if missing and not text:
        return [Problem(field, missing)]
    error = text_problem(text, longest, lines=lines)
    return [Problem(field, error)] if error else []
