"""One act on several claims at once: tried out first, to see what becomes of each, then done to all or to none.

Each claim is treated by the service that treats a single one, in one transaction: no rule is told twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.claims import ClaimState, ClaimTerms
from ledger.domain.errors import AlreadyRecorded, Forbidden, Missing, Problem, Refused, Stale, refuse_if
from ledger.domain.reviews import reason_problems
from ledger.domain.text import slug
from ledger.journal.post import Journal, writing
from ledger.services.claims.amend import amend, terms_of
from ledger.services.claims.end_claim import declare_void, withdraw
from ledger.services.claims.lookup import find_claim
from ledger.store.claims import Claim

MOST_AT_ONCE = 100
REHEARSED = "Rehearsed."  # stands for the reason that is still to be given


class ManyAct(StrEnum):
    """What can be done to several claims at once."""

    ADD_TOPICS = "add_topics"
    REMOVE_TOPICS = "remove_topics"
    WITHDRAW = "withdraw"
    VOID = "void"

    @property
    def on_topics(self) -> bool:
        """Whether it needs topics to be named."""
        return self in (ManyAct.ADD_TOPICS, ManyAct.REMOVE_TOPICS)


@dataclass(frozen=True)
class Many:
    """An act on claims, in the order they are to be treated. `editor` says that whoever acts is one."""

    act: ManyAct
    claims: tuple[int, ...]
    topics: tuple[str, ...] = ()
    editor: bool = False


@dataclass(frozen=True)
class BulkResult:
    """What would become of one claim: `why_not` is why nothing can; `already` that the act is in effect there."""

    claim: int
    why_not: str = ""
    already: bool = False


class _Rehearsed(Exception):
    """Ends a rehearsal, so that nothing of it is kept."""


def rehearse(
    session: Session, *, now: datetime, by: str, many: Many, reason: str = REHEARSED
) -> tuple[BulkResult, ...]:
    """What would become of each claim, found out by doing it and keeping nothing. Raises Refused for too many."""
    results: list[BulkResult] = []
    refuse_if(_many_problems(many))
    try:
        with writing(session, now) as journal:
            results = [_treat(session, journal, many, claim, reason, by) for claim in many.claims]
            raise _Rehearsed
    except _Rehearsed:
        session.expire_all()
    return tuple(results)


def do_to_many(
    session: Session, *, now: datetime, by: str, many: Many, reason: str, seen: int | None = None
) -> tuple[BulkResult, ...]:
    """Do it to all of them, or to none. Returns what became of each.

    Raises Refused with why, claim by claim, where one of them cannot be treated, and Stale where one has changed
    since entry `seen`. Where the act is in effect on every one of them already, nothing is done.
    """
    refuse_if([*_many_problems(many), *reason_problems("reason", reason)])
    with writing(session, now) as journal:
        changed = [] if seen is None else _changed_since(session, many, seen)
        results = [_treat(session, journal, many, claim, reason, by) for claim in many.claims]
        if all(result.already for result in results):
            return tuple(results)  # nothing was posted
        if changed:
            raise Stale(
                *(Problem("", f"Claim {claim} changed meanwhile: look at it again below.") for claim in changed)
            )
        refuse_if([Problem("", f"Claim {result.claim}: {result.why_not}") for result in results if result.why_not])
        return tuple(results)


def _many_problems(many: Many) -> list[Problem]:
    problems = []
    if not many.claims:
        problems.append(Problem("claims", "Choose the claims first."))
    if len(many.claims) > MOST_AT_ONCE:
        words = f"At most {MOST_AT_ONCE} claims at once; these are {len(many.claims):,}."
        problems.append(Problem("claims", words))
    if many.act.on_topics and not many.topics:
        problems.append(Problem("topics", "Name the topics."))
    return problems


def _changed_since(session: Session, many: Many, seen: int) -> list[int]:
    changed = select(Claim.id).where(Claim.id.in_(many.claims), Claim.changed > seen).order_by(Claim.id)
    return list(session.scalars(changed))


def _treat(session: Session, journal: Journal, many: Many, claim: int, reason: str, by: str) -> BulkResult:
    """Do it to one. A refusal posts nothing: every service checks all its rules before it posts."""
    try:
        if already := _already(session, many, claim, reason):
            return BulkResult(claim, already, already=True)
        _ACTS[many.act](session, journal, many, claim, reason, by)
    except Refused as refused:
        return BulkResult(claim, " ".join(problem.message for problem in refused.problems))
    except Forbidden as forbidden:
        return BulkResult(claim, str(forbidden))
    except Missing:
        return BulkResult(claim, "There is no such claim.")
    except AlreadyRecorded as same:
        return BulkResult(claim, f"Claim {same.number} says the same.")
    # What was posted about this one may have changed the next: projection writes around the identity map.
    session.flush()
    session.expire_all()
    return BulkResult(claim)


def _already(session: Session, many: Many, claim: int, reason: str) -> str:
    """In what words the act is in effect on a claim already; "" where it is not."""
    found = find_claim(session, claim)
    if many.act.on_topics:
        if found.state.ended or _retopiced(terms_of(session, found), many) != terms_of(session, found):
            return ""
        return "It has these topics already." if many.act is ManyAct.ADD_TOPICS else "It has none of these topics."
    ended = {ManyAct.WITHDRAW: ClaimState.WITHDRAWN, ManyAct.VOID: ClaimState.VOID}[many.act]
    same = found.state is ended and (found.ended_because == reason or reason == REHEARSED)
    return f"It is {ended.words} already." if same else ""


def _retopiced(terms: ClaimTerms, many: Many) -> ClaimTerms:
    """The terms with topics added at their end, or without those named; two spellings of a topic are one."""
    named = {slug(topic): topic for topic in reversed(many.topics)}
    if many.act is ManyAct.REMOVE_TOPICS:
        return replace(terms, topics=tuple(topic for topic in terms.topics if slug(topic) not in named))
    known = {slug(topic) for topic in terms.topics}
    new = tuple(topic for topic in many.topics if slug(topic) not in known and named[slug(topic)] == topic)
    return replace(terms, topics=(*terms.topics, *dict.fromkeys(new)))


def _retopic(session: Session, journal: Journal, many: Many, claim: int, reason: str, by: str) -> None:
    terms = _retopiced(terms_of(session, find_claim(session, claim)), many)
    amend(session, journal, claim=claim, terms=terms, reason=reason, by=by)


def _withdraw(session: Session, journal: Journal, many: Many, claim: int, reason: str, by: str) -> None:
    withdraw(session, journal, claim=claim, reason=reason, by=by, editor=many.editor)


def _void(session: Session, journal: Journal, many: Many, claim: int, reason: str, by: str) -> None:
    if not many.editor:
        raise Forbidden("A claim is declared void by an editor.")
    declare_void(session, journal, claim=claim, reason=reason, by=by)


_ACTS: dict[ManyAct, Callable[[Session, Journal, Many, int, str, str], None]] = {
    ManyAct.ADD_TOPICS: _retopic,
    ManyAct.REMOVE_TOPICS: _retopic,
    ManyAct.WITHDRAW: _withdraw,
    ManyAct.VOID: _void,
}
