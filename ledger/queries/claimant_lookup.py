"""Claimants: looked up by number, name or alias, with merged ones resolved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing, Problem, Refused
from ledger.domain.text import fingerprint
from ledger.store.people import Alias, Claimant


def find_claimant(session: Session, number: int) -> Claimant:
    """The claimant with this number. Raises Missing, and Refused if it was merged into another."""
    claimant = session.get(Claimant, number)
    if claimant is None:
        raise Missing(f"claimant {number}")
    if claimant.merged_into is not None:
        raise Refused(Problem("", f"This claimant is now claimant {claimant.merged_into}."))
    return claimant


def merged_into(session: Session, number: int) -> int | None:
    """The claimant that this one was merged into, or None. Raises Missing."""
    claimant = session.get(Claimant, number)
    if claimant is None:
        raise Missing(f"claimant {number}")
    return claimant.merged_into


def other_names(session: Session, number: int) -> tuple[str, ...]:
    """A claimant's other names: its aliases, and the names of claimants merged into it."""
    aliases = select(Alias.name).where(Alias.claimant_id == number)
    merged = select(Claimant.name).where(Claimant.merged_into == number)
    return tuple(sorted({*session.scalars(aliases), *session.scalars(merged)}))


def find_claimants(session: Session, names: Sequence[str]) -> tuple[list[int], list[str]]:
    """The numbers of claimants by name or alias, and the names that are not registered."""
    wanted = {fingerprint(name): name for name in names}
    known = {
        row.fingerprint: row.merged_into or row.id
        for row in session.execute(
            select(Claimant.fingerprint, Claimant.id, Claimant.merged_into).where(Claimant.fingerprint.in_(wanted))
        )
    }
    if len(known) < len(wanted):
        aliases = select(Alias.fingerprint, Alias.claimant_id).where(Alias.fingerprint.in_(wanted))
        known = {row.fingerprint: row.claimant_id for row in session.execute(aliases)} | known
    numbers = [known[fingerprint(name)] for name in names if fingerprint(name) in known]
    return list(dict.fromkeys(numbers)), [name for name in names if fingerprint(name) not in known]
