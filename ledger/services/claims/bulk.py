"""Bulk actions: one act on several claims, rehearsed first to show the result for each, then done to all or none.

Each claim goes through the service for a single claim, all in one transaction, so that no rule is written twice.
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
REHEARSED = "Rehearsed."  # a placeholder: the reason is given after the rehearsal


class BulkAct(StrEnum):
    """What can be done to several claims at once."""

    ADD_TOPICS = "add_topics"
    REMOVE_TOPICS = "remove_topics"
    WITHDRAW = "withdraw"
    VOID = "void"

    @property
    def on_topics(self) -> bool:
        """Whether it needs topics to be named."""
        return self in (BulkAct.ADD_TOPICS, BulkAct.REMOVE_TOPICS)


@dataclass(frozen=True)
class BulkRequest:
    """An act, and the claims in the order in which it is done to them. `editor`: whether an editor does it."""

    act: BulkAct
    claims: tuple[int, ...]
    topics: tuple[str, ...] = ()
    editor: bool = False


@dataclass(frozen=True)
class BulkResult:
    """The result for one claim: `why_not` says why the act is impossible or, with `already`, is in effect already."""

    claim: int
    why_not: str = ""
    already: bool = False


class _Rehearsed(Exception):
    """Raised to roll back a rehearsal."""


def rehearse(
    session: Session, *, now: datetime, by: str, request: BulkRequest, reason: str = REHEARSED
) -> tuple[BulkResult, ...]:
    """The result for each claim, found by doing the act and rolling it back. Raises Refused for too many claims."""
    results: list[BulkResult] = []
    refuse_if(_many_problems(request))
    try:
        with writing(session, now) as journal:
            results = [_act_on(session, journal, request, claim, reason, by) for claim in request.claims]
            raise _Rehearsed
    except _Rehearsed:
        session.expire_all()
    return tuple(results)


def act_in_bulk(
    session: Session, *, now: datetime, by: str, request: BulkRequest, reason: str, seen: int | None = None
) -> tuple[BulkResult, ...]:
    """Do the act to all claims or to none. Returns the result for each.

    Raises Refused, with the reason for each impossible claim, and Stale if a claim has changed since entry `seen`.
    Nothing is done if the act is in effect on every claim already.
    """
    refuse_if([*_many_problems(request), *reason_problems("reason", reason)])
    with writing(session, now) as journal:
        changed = [] if seen is None else _changed_since(session, request, seen)
        results = [_act_on(session, journal, request, claim, reason, by) for claim in request.claims]
        if all(result.already for result in results):
            return tuple(results)  # nothing was posted
        if changed:
            raise Stale(
                *(Problem("", f"Claim {claim} changed meanwhile: look at it again below.") for claim in changed)
            )
        refuse_if([Problem("", f"Claim {result.claim}: {result.why_not}") for result in results if result.why_not])
        return tuple(results)


def _many_problems(request: BulkRequest) -> list[Problem]:
    problems = []
    if not request.claims:
        problems.append(Problem("claims", "Choose the claims first."))
    if len(request.claims) > MOST_AT_ONCE:
        words = f"At most {MOST_AT_ONCE} claims at once; these are {len(request.claims):,}."
        problems.append(Problem("claims", words))
    if request.act.on_topics and not request.topics:
        problems.append(Problem("topics", "Name the topics."))
    return problems


def _changed_since(session: Session, request: BulkRequest, seen: int) -> list[int]:
    changed = select(Claim.id).where(Claim.id.in_(request.claims), Claim.changed > seen).order_by(Claim.id)
    return list(session.scalars(changed))


def _act_on(session: Session, journal: Journal, request: BulkRequest, claim: int, reason: str, by: str) -> BulkResult:
    """Do the act to one claim. A refusal posts nothing: services check all rules before they post."""
    try:
        if already := _already(session, request, claim, reason):
            return BulkResult(claim, already, already=True)
        _ACTS[request.act](session, journal, request, claim, reason, by)
    except Refused as refused:
        return BulkResult(claim, " ".join(problem.message for problem in refused.problems))
    except Forbidden as forbidden:
        return BulkResult(claim, str(forbidden))
    except Missing:
        return BulkResult(claim, "There is no such claim.")
    except AlreadyRecorded as same:
        return BulkResult(claim, f"Claim {same.number} says the same.")
    # Entries on this claim may have changed the next one: projection bypasses the session's identity map.
    session.flush()
    session.expire_all()
    return BulkResult(claim)


def _already(session: Session, request: BulkRequest, claim: int, reason: str) -> str:
    """A sentence if the act is in effect on a claim already, else ""."""
    found = find_claim(session, claim)
    if request.act.on_topics:
        if found.state.ended or _retopiced(terms_of(session, found), request) != terms_of(session, found):
            return ""
        return "It has these topics already." if request.act is BulkAct.ADD_TOPICS else "It has none of these topics."
    ended = {BulkAct.WITHDRAW: ClaimState.WITHDRAWN, BulkAct.VOID: ClaimState.VOID}[request.act]
    same = found.state is ended and (found.ended_because == reason or reason == REHEARSED)
    return f"It is {ended.words} already." if same else ""


def _retopiced(terms: ClaimTerms, request: BulkRequest) -> ClaimTerms:
    """The terms with topics appended or removed; spellings of a topic with the same slug are one topic."""
    named = {slug(topic): topic for topic in reversed(request.topics)}
    if request.act is BulkAct.REMOVE_TOPICS:
        return replace(terms, topics=tuple(topic for topic in terms.topics if slug(topic) not in named))
    known = {slug(topic) for topic in terms.topics}
    new = tuple(topic for topic in request.topics if slug(topic) not in known and named[slug(topic)] == topic)
    return replace(terms, topics=(*terms.topics, *dict.fromkeys(new)))


def _retopic(session: Session, journal: Journal, request: BulkRequest, claim: int, reason: str, by: str) -> None:
    terms = _retopiced(terms_of(session, find_claim(session, claim)), request)
    amend(session, journal, claim=claim, terms=terms, reason=reason, by=by)


def _withdraw(session: Session, journal: Journal, request: BulkRequest, claim: int, reason: str, by: str) -> None:
    withdraw(session, journal, claim=claim, reason=reason, by=by, editor=request.editor)


def _void(session: Session, journal: Journal, request: BulkRequest, claim: int, reason: str, by: str) -> None:
    if not request.editor:
        raise Forbidden("A claim is declared void by an editor.")
    declare_void(session, journal, claim=claim, reason=reason, by=by)


_ACTS: dict[BulkAct, Callable[[Session, Journal, BulkRequest, int, str, str], None]] = {
    BulkAct.ADD_TOPICS: _retopic,
    BulkAct.REMOVE_TOPICS: _retopic,
    BulkAct.WITHDRAW: _withdraw,
    BulkAct.VOID: _void,
}
