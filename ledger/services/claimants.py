"""Claimants: registering, describing (names, links) and merging duplicates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.errors import AlreadyRecorded, Problem, Refused, refuse_if
from ledger.domain.reviews import reason_problems
from ledger.domain.text import fingerprint, text_problem, url_problem
from ledger.journal.entries import ClaimantDescribed, ClaimantRegistered, ClaimantsMerged
from ledger.journal.post import Journal, writing
from ledger.queries.claimant_lookup import find_claimant, find_claimants
from ledger.services.reviews.assign import give_up_claimants_seats
from ledger.store.people import Alias, Claimant, ClaimantKind

LONGEST_NAME, LONGEST_ABOUT, LONGEST_URL, MOST_ALIASES, MOST_LINKS = 160, 2_000, 2_000, 20, 20


@dataclass(frozen=True)
class ClaimantTerms:
    """The description of a claimant, a person or an organisation: name, about, link, other names and further links."""

    name: str
    kind: ClaimantKind
    about: str = ""
    url: str = ""
    aliases: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def register_claimant(session: Session, *, now: datetime, by: str, terms: ClaimantTerms) -> int:
    """Register a claimant. Raises Refused, and AlreadyRecorded if the name or alias is known."""
    refuse_if(claimant_problems(terms))
    with writing(session, now) as journal:
        numbers, _ = find_claimants(session, [terms.name])
        if numbers:
            raise AlreadyRecorded(numbers[0])
        return post_claimant(journal, terms, by)


def describe_claimant(
    session: Session, *, now: datetime, by: str, claimant: int, terms: ClaimantTerms, reason: str
) -> int:
    """Replace a claimant's description. Returns the entry's number. Raises Refused, Missing.

    Reviewers whose name is now one of the claimant's are replaced on reviews of the claimant's claims.
    """
    with writing(session, now) as journal:
        found = find_claimant(session, claimant)
        problems = [*claimant_problems(terms), *_alias_problems(terms), *reason_problems("reason", reason)]
        for field, names in (("name", (terms.name,)), ("aliases", terms.aliases)):
            for name in names:
                whose, _ = find_claimants(session, [name])
                if whose and whose[0] != claimant:
                    problems.append(Problem(field, f"“{name}” is claimant {whose[0]}: merge the two if they are one."))
        before = session.scalar(
            select(Claimant.id).where(Claimant.fingerprint == fingerprint(terms.name), Claimant.merged_into == claimant)
        )
        if before is not None:
            words = f"“{terms.name}” was claimant {before}, merged into this one: give it as another name."
            problems.append(Problem("name", words))
        if terms == claimant_terms(session, found):
            problems.append(Problem("", "Nothing is changed yet."))
        refuse_if(problems)
        number = journal.post(
            ClaimantDescribed(
                claimant=claimant,
                name=terms.name,
                claimant_kind=terms.kind.value,
                about=terms.about,
                url=terms.url,
                aliases=terms.aliases,
                links=terms.links,
                reason=reason,
                by=by,
            )
        )
        give_up_claimants_seats(session, journal, claimant)
        return number


def merge_claimants(session: Session, *, now: datetime, by: str, claimant: int, into: int, reason: str) -> int:
    """Merge a claimant into another: forecasts go to `into`, and names become its aliases.

    Returns the entry's number. Reviewers whose name is now one of `into`'s are replaced on reviews of its claims.
    Raises Refused, Missing.
    """
    refuse_if(reason_problems("reason", reason))
    with writing(session, now) as journal:
        find_claimant(session, claimant)
        other = session.get(Claimant, into)
        if other is None or into == claimant or other.merged_into is not None:
            raise Refused(Problem("into", "Give the number of another claimant."))
        number = journal.post(ClaimantsMerged(claimant=claimant, into=into, reason=reason, by=by))
        give_up_claimants_seats(session, journal, into)
        return number


def claimant_terms(session: Session, claimant: Claimant) -> ClaimantTerms:
    """The description of a claimant on record."""
    aliases = session.scalars(select(Alias.name).where(Alias.claimant_id == claimant.id).order_by(Alias.name))
    return ClaimantTerms(
        claimant.name, claimant.kind, claimant.about, claimant.url, tuple(aliases), tuple(claimant.links)
    )


def claimant_problems(terms: ClaimantTerms) -> list[Problem]:
    """Everything wrong with a description, each problem at its field."""
    problems = [] if terms.name else [Problem("name", "Give the name as it should be printed.")]
    for field, text, longest, lines in (
        ("name", terms.name, LONGEST_NAME, False),
        ("about", terms.about, LONGEST_ABOUT, True),
    ):
        if fault := text_problem(text, longest, lines=lines):
            problems.append(Problem(field, fault))
    for field, url in (("url", terms.url), *(("links", link) for link in terms.links)):
        fault = url and (text_problem(url, LONGEST_URL) or url_problem(url))
        if fault:
            problems.append(Problem(field, fault if field == "url" else f"“{url[:60]}”: {fault}"))
    if len(terms.links) > MOST_LINKS:
        problems.append(Problem("links", f"At most {MOST_LINKS} links fit here."))
    return problems


def _alias_problems(terms: ClaimantTerms) -> list[Problem]:
    problems = []
    if len(terms.aliases) > MOST_ALIASES:
        problems.append(Problem("aliases", f"At most {MOST_ALIASES} other names fit here."))
    if len({fingerprint(name) for name in (terms.name, *terms.aliases)}) <= len(terms.aliases):
        problems.append(Problem("aliases", "The same name is given twice."))
    for name in terms.aliases:
        problems += [
            Problem("aliases", f"“{name[:40]}”: {problem.message}")
            for problem in claimant_problems(replace(terms, name=name, about="", url="", links=()))
        ]
    return problems


def post_claimant(journal: Journal, terms: ClaimantTerms, by: str) -> int:
    """Post a claimant in the caller's transaction, for commands that register one on the way."""
    return journal.post(
        ClaimantRegistered(name=terms.name, claimant_kind=terms.kind.value, about=terms.about, url=terms.url, by=by)
    )
