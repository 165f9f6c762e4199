"""The state of claims and claimants as of an earlier entry. The tables hold only their present state.

Few claims are amended and few claimants are merged: the earlier state of those is read from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.dates import PartialDate
from ledger.journal.entries import ClaimAmended, ClaimantsMerged, ClaimRecorded, Entry, ForecastRecorded
from ledger.journal.entries.claims import ClaimFields
from ledger.journal.read import entry_of, read_head
from ledger.queries.claim_list import PageLink
from ledger.store.claims import Claim
from ledger.store.entries import DisclosureRow, EntryRow
from ledger.store.people import Claimant


@dataclass(frozen=True)
class PastClaim:
    """The fields of a claim before it was amended."""

    statement: str
    horizon: PartialDate | None
    shape: Shape


def claims_as_of(session: Session, claims: Iterable[int], entry: int) -> dict[int, PastClaim]:
    """By number, those of these claims that were amended after an entry, as they were then."""
    subjects = [f"claim/{claim}" for claim in sorted(set(claims))]
    if not subjects or not _past(session, entry):
        return {}
    about = EntryRow.subject.in_(subjects)
    amended = select(EntryRow.subject).where(about, EntryRow.kind == ClaimAmended.kind, EntryRow.number > entry)
    since = session.scalars(amended.distinct()).all()
    newest = (
        select(func.max(EntryRow.number))
        .where(EntryRow.subject.in_(since), EntryRow.kind.in_((ClaimRecorded.kind, ClaimAmended.kind)))
        .where(EntryRow.number <= entry)
        .group_by(EntryRow.subject)
    )
    found = {}
    for number, subject, fields in _entries(session, session.scalars(newest).all() if since else ()):
        if not isinstance(fields, ClaimFields):
            raise TypeError(f"entry {number} holds no fields of a claim")
        bounds = Bounds(fields.low_bound, fields.high_bound, fields.low_strict, fields.high_strict)
        kind = ClaimKind(fields.claim_kind)
        shape = Shape(kind, bounds=bounds, unit=fields.unit, options=fields.options, ordered=fields.ordered)
        horizon = PartialDate.parse(fields.horizon) if fields.horizon else None
        found[int(subject.partition("/")[2])] = PastClaim(fields.statement, horizon, shape)
    return found


def statements_as_of(session: Session, claims: Sequence[int], entry: int) -> dict[int, str]:
    """The statements of these claims as of an entry."""
    now = session.execute(select(Claim.id, Claim.statement).where(Claim.id.in_(claims)))
    then = claims_as_of(session, claims, entry)
    return {row.id: then[row.id].statement if row.id in then else row.statement for row in now}


def claimants_as_of(
    session: Session, said_by: Mapping[int, tuple[PageLink, ...]], entry: int
) -> Mapping[int, tuple[PageLink, ...]]:
    """The claimants of forecasts as of an entry, given the present ones: some may have been merged since."""
    if not said_by or not _past(session, entry):
        return said_by
    now = {one.key for those in said_by.values() for one in those}
    merged = session.execute(select(Claimant.id, Claimant.merged_into).where(Claimant.merged_into.in_(now))).all()
    merges = _merges(session, [row.id for row in merged])
    absorbing = {row.merged_into for row in merged if merges[row.id][0] > entry}
    affected = [forecast for forecast, those in said_by.items() if any(one.key in absorbing for one in those)]
    earlier = {}
    for number, _, recorded in _entries(session, affected):
        if not isinstance(recorded, ForecastRecorded):
            raise TypeError(f"entry {number} is no forecast")
        earlier[number] = {_follow(claimant, merges, entry) for claimant in recorded.claimants}
    ids = {claimant for claimants in earlier.values() for claimant in claimants}
    names = {
        row.id: row.name for row in session.execute(select(Claimant.id, Claimant.name).where(Claimant.id.in_(ids)))
    }
    then = {
        forecast: tuple(PageLink(one, names[one]) for one in sorted(claimants, key=lambda one: names[one]))
        for forecast, claimants in earlier.items()
    }
    return {**said_by, **then}


def claimant_as_of(session: Session, claimant: int, entry: int) -> int:
    """The claimant that this one was as of an entry: another, if it had been merged by then."""
    merges: Merges = {}
    into: int | None = claimant
    while into is not None and into not in merges:
        found = _merges(session, [into])
        merges |= found
        into = found[into][1] if into in found else None
    return _follow(claimant, merges, entry)


Merges = dict[int, tuple[int, int]]  # by claimant: the entry by which it was merged, and into whom


def _merges(session: Session, claimants: Iterable[int]) -> Merges:
    subjects = [f"claimant/{claimant}" for claimant in claimants]
    merging = select(EntryRow.number).where(EntryRow.subject.in_(subjects), EntryRow.kind == ClaimantsMerged.kind)
    found = {}
    for number, _, entry in _entries(session, session.scalars(merging).all() if subjects else ()):
        if not isinstance(entry, ClaimantsMerged):
            raise TypeError(f"entry {number} merges nobody")
        found[entry.claimant] = number, entry.into
    return found


def _follow(claimant: int, merges: Merges, entry: int) -> int:
    while claimant in merges and merges[claimant][0] <= entry:
        claimant = merges[claimant][1]
    return claimant


def _past(session: Session, entry: int) -> bool:
    return entry < read_head(session).size


def _entries(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, str, Entry]]:
    """The entries with these numbers: number, subject, and the entry upgraded to its newest format."""
    if numbers:
        found = select(EntryRow.number, EntryRow.subject, EntryRow.leaf, DisclosureRow.disclosures)
        entries = found.join(DisclosureRow, DisclosureRow.number == EntryRow.number).where(EntryRow.number.in_(numbers))
        for number, subject, leaf, disclosures in session.execute(entries):
            yield number, subject, entry_of(number, leaf, disclosures).upgraded()
